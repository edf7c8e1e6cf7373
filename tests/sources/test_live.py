"""Live sources without a network: whatever they do, the mount gets whole frames."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
import trio
import trio.testing

from radiocast.config.mount import MountConfig
from radiocast.mounts.mount import Mount
from radiocast.mounts.source import Source, SourceEnding
from radiocast.sources.live import LiveTiming, block_interval, feed_live
from tests.media import media
from tests.mounts.made import make_source

TIMING = LiveTiming(source_timeout=lambda: 10.0, block_interval=lambda: 0.05)
AAC = media("lc.aac")
FREE_FORMAT = media("free-format.mp3")


def script(*steps: bytes | float | Exception) -> Callable[[], Awaitable[bytes]]:
    """A source that sends bytes, waits seconds, or breaks; at the end it hangs up."""
    left = list(steps)

    async def receive() -> bytes:
        await trio.lowlevel.checkpoint()
        while left:
            step = left.pop(0)
            if isinstance(step, Exception):
                raise step
            if isinstance(step, bytes):
                return step
            await trio.sleep(step)
        return b""

    return receive


def claimed() -> tuple[Mount, Source]:
    mount, source = Mount("/live", MountConfig()), make_source()
    mount.take(source, now=0.0)
    return mount, source


def heard(mount: Mount) -> bytes:
    return b"".join(mount.log.read(0, 1 << 30))


@pytest.mark.parametrize(
    ("steps", "ending"),
    [
        ([AAC], SourceEnding.LEFT),
        ([AAC[:5000], AAC[5000:]], SourceEnding.LEFT),
        ([AAC[:30], 1.0, AAC[30:]], SourceEnding.LEFT),
        ([AAC, trio.BrokenResourceError()], SourceEnding.LEFT),
        ([AAC, 9.0, b""], SourceEnding.LEFT),
        ([AAC, 11.0, b"never"], SourceEnding.STALLED),
    ],
)
async def test_everything_a_source_sent_is_on_the_log_when_it_ends(
    steps: list[bytes | float | Exception],
    ending: SourceEnding,
    autojump_clock: trio.testing.MockClock,
) -> None:
    mount, source = claimed()
    assert await feed_live(mount, source, "audio/aac", script(*steps), TIMING) is ending
    assert heard(mount) == AAC
    assert mount.counts.bytes_read == len(AAC)


@pytest.mark.parametrize("first", [b"", AAC[:30]])
async def test_a_source_that_leaves_before_it_is_known_puts_nothing_on_air(first: bytes) -> None:
    mount, source = claimed()
    steps = [first] if first else []
    ending = await feed_live(mount, source, "audio/aac", script(*steps), TIMING)
    assert ending is SourceEnding.BROKEN
    assert not mount.content_type
    assert mount.log.end == 0


async def test_what_can_never_be_played_ends_the_source() -> None:
    mount, source = claimed()
    ending = await feed_live(mount, source, "audio/mpeg", script(FREE_FORMAT), TIMING)
    assert ending is SourceEnding.BROKEN


async def test_listeners_are_told_what_it_is_and_not_what_it_was_called() -> None:
    mount, source = claimed()
    await feed_live(mount, source, "audio/mpeg", script(AAC), TIMING)
    assert mount.content_type == "audio/aac"
    assert heard(mount) == AAC


async def test_an_unknown_kind_is_passed_through() -> None:
    mount, source = claimed()
    await feed_live(mount, source, "video/nsv", script(b"N", b"SV"), TIMING)
    assert (mount.content_type, heard(mount)) == ("video/nsv", b"NSV")


async def test_many_small_writes_make_few_blocks(autojump_clock: trio.testing.MockClock) -> None:
    mount, source = claimed()
    pipe_in, pipe_out = trio.testing.memory_stream_pair()

    async def encode() -> None:
        for at in range(0, len(AAC), 100):
            await pipe_in.send_all(AAC[at : at + 100])
            await trio.sleep(0.005)
        await pipe_in.aclose()

    async with trio.open_nursery() as nursery:
        nursery.start_soon(encode)

        async def receive() -> bytes:
            return bytes(await pipe_out.receive_some())

        began = trio.current_time()
        await feed_live(mount, source, "audio/aac", receive, TIMING)
    took = trio.current_time() - began
    assert mount.log.statistics().blocks <= took / TIMING.block_interval() + 2
    assert heard(mount) == AAC


async def test_the_end_of_a_replaced_source_does_not_come_after_its_successors_start(
    autojump_clock: trio.testing.MockClock,
) -> None:
    mount, first = claimed()
    second = make_source()
    endings = []

    async def feed(source: Source, *steps: bytes | float) -> None:
        endings.append(await feed_live(mount, source, "audio/aac", script(*steps), TIMING))

    async with trio.open_nursery() as nursery:
        nursery.start_soon(feed, first, AAC[:-1], 5.0, AAC[-1:])
        await trio.sleep(1)
        before = heard(mount)
        assert AAC.startswith(before)
        mount.take(second, now=0.0)
        nursery.start_soon(feed, second, AAC)
    assert endings == [SourceEnding.REPLACED, SourceEnding.LEFT]
    assert heard(mount) == before + AAC


async def test_a_source_can_be_kicked_while_nothing_comes(
    autojump_clock: trio.testing.MockClock,
) -> None:
    mount, source = claimed()
    async with trio.open_nursery() as nursery:

        async def kick() -> None:
            await trio.sleep(1)
            source.end(SourceEnding.KICKED)

        nursery.start_soon(kick)
        ending = await feed_live(mount, source, "audio/aac", script(AAC, 5.0), TIMING)
    assert ending is SourceEnding.KICKED


def test_blocks_grow_with_the_station_but_stay_short() -> None:
    assert block_interval(1, 100) == 0.05
    assert 0.05 < block_interval(300, 0) < 0.25
    assert 0.05 < block_interval(1, 3000) < 0.25
    assert block_interval(10_000, 0) == block_interval(1, 10_000) == 0.25
