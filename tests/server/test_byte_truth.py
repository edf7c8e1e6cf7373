"""What is heard is what was sent, whatever the listener's socket does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
import trio

from radiocast.formats import Title
from tests.station import RunningStation

from .audio import FRAME, frames, numbers, runs
from .made import Player, encoder, mount_of, player, station, until, until_logged
from .talk import Talk

ICY = "Icy-MetaData: 1"
FRAMES = 250
LEFT_AT = 5000
PIECE = 5003
SMALL_BUFFERS = '[listeners]\ntick_min = 0.01\nsend_buffer = "4KiB"\n'
WINDOW = 8192

Listening = Callable[[Player], Awaitable[None]]


async def play(on: RunningStation, source: Talk, first: int, end: int) -> None:
    """Send frames in pieces that heed no border, each under a title of its own."""
    audio = frames(first, end)
    for at in range(0, len(audio), PIECE):
        await source.send(audio[at : at + PIECE])
        await until_logged(on, first * FRAME + at)
        mount_of(on).set_title(Title(f"{at} " * 300))


async def good(listener: Player) -> None:
    await listener.hear_out()


async def in_small_bites(listener: Player) -> None:
    while data := await listener.peer.read_some(61):
        listener.body += data


async def with_stalls(listener: Player) -> None:
    while data := await listener.peer.read_some(20_000):
        listener.body += data
        await trio.sleep(0.02)


@pytest.mark.parametrize("asked", [(), (ICY,)], ids=["without titles", "with titles"])
async def test_every_listener_hears_a_run_of_whole_frames(asked: tuple[str, ...]) -> None:
    """While others read slowly, hang up or reset."""
    settings = SMALL_BUFFERS + "[mount]\nmetaint = 1001\ngrace = 0"
    async with station(settings) as on, encoder(on, audio=frames(0, 10)) as source:
        heard: list[Player] = []
        left: list[Player] = []
        size = FRAMES * FRAME

        async def listen(how: Listening, window: int | None) -> None:
            async with player(on, "/live", *asked, receive_buffer=window) as listener:
                heard.append(listener)
                await how(listener)

        async def leave(listener: Player) -> None:
            await listener.hear(LEFT_AT)
            await listener.peer.reset()
            left.append(listener)

        async with trio.open_nursery() as nursery:
            for how in (good, in_small_bites, with_stalls, leave):
                nursery.start_soon(listen, how, None)
                nursery.start_soon(listen, how, WINDOW)
            await until(lambda: len(heard) == 8)
            await play(on, source, 10, FRAMES)
            await until(lambda: all(it in left or len(it.audio) == size for it in heard))
            await source.close()
        told = [numbers(listener.audio) for listener in heard]
        assert told.count(range(FRAMES)) == 6
        assert {each.start for each in told} == {0}


@pytest.mark.parametrize("asked", [(), (ICY,)], ids=["without titles", "with titles"])
async def test_who_joins_later_starts_at_a_frame(asked: tuple[str, ...]) -> None:
    async with station("[mount]\nburst = 3000\nburst_time = 0\nmetaint = 20000\ngrace = 0") as on:
        async with encoder(on, audio=frames(0, 10)) as source, trio.open_nursery() as nursery:
            heard: list[Player] = []

            async def listen(task_status: trio.TaskStatus[None]) -> None:
                async with player(on, "/live", *asked) as listener:
                    heard.append(listener)
                    task_status.started()
                    await listener.hear_out()

            for first in range(10, 210, 20):
                await source.send(frames(first, first + 20))
                await until_logged(on, (first + 19) * FRAME)
                await nursery.start(listen)
            await source.close()
        for number, listener in enumerate(heard):
            told = numbers(listener.audio)
            assert told.stop == 210
            assert 10 + number * 20 + 20 - told.start in range(7, 11)


async def test_a_listener_that_does_not_read_is_dropped_and_another_hears_everything() -> None:
    settings = SMALL_BUFFERS + "[mount]\nburst = 0\nburst_time = 0\nqueue = 16384"
    async with station(settings) as on, encoder(on, audio=frames(0, 10)) as source:
        async with player(on, receive_buffer=WINDOW) as stuck, player(on) as other:
            for first in range(10, 210, 10):
                await source.send(frames(first, first + 10))
                await other.hear((first + 1) * FRAME)  # it began at the live edge, not at 0
            mount = mount_of(on)
            assert (mount.counts.listeners, mount.counts.slow_listeners) == (1, 1)
            await stuck.hear_out()
            assert numbers(stuck.body).stop < 100
            assert numbers(other.body).stop >= 201


@pytest.mark.parametrize("asked", [(), (ICY,)], ids=["without titles", "with titles"])
async def test_or_moved_to_what_is_on_air_now(asked: tuple[str, ...]) -> None:
    settings = SMALL_BUFFERS.replace("\n", '\nbehind = "skip"\n', 1)
    settings += "[mount]\nburst = 0\nburst_time = 0\nqueue = 16384\nmetaint = 1001"
    async with station(settings) as on, encoder(on, audio=frames(0, 10)) as source:
        async with player(on, "/live", *asked, receive_buffer=WINDOW) as listener:
            mount = mount_of(on)
            first = 10
            while not mount.counts.slow_listeners:
                await source.send(frames(first, first + 10))
                await until_logged(on, (first + 9) * FRAME)
                first += 10
            await source.send(frames(first, first + 20))
            while not listener.audio.endswith(frames(first + 19, first + 20)):
                listener.body += await listener.peer.read_some(61)
            before, *_, after = runs(listener.audio)
            assert before.start <= 10
            assert after.start > before.stop
            assert after.stop == first + 20
