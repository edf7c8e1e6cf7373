"""A push's hours, in virtual time: the other server is a stream in memory."""

from __future__ import annotations

import logging

import pytest
import trio
from trio.testing import MockClock, memory_stream_pair

from radiocast.config.load import load
from radiocast.formats import Frame, StreamStart
from radiocast.mounts.mount import Mount
from radiocast.mounts.registry import Registry
from radiocast.mounts.source import Source
from radiocast.protocols.source_info import SourceInfo
from radiocast.readers.pushes import push as module
from radiocast.readers.pushes.push import STALL_TIME, Manners, Push

CONFIG = load("""
    [mount]
    queue = "64KiB"
    burst = 0
    [pushes.partner]
    mount = "/live"
    url = "http://there:8000/ours"
    password = "secret"
    titles = false
    """)
SECOND = 16_000
"""Bytes."""


class There:
    """The other server."""

    def __init__(self) -> None:
        self.answers = True
        """Whether anybody is there."""
        self.pause = 0.0
        """Seconds it takes for each look."""
        self.connected: list[float] = []
        self.heard = 0

    async def dial(self, *_: object, **__: object) -> trio.abc.Stream:
        self.connected.append(round(trio.current_time(), 2))
        await trio.lowlevel.checkpoint()
        if not self.answers:
            raise OSError(111, "Connection refused")
        ours, theirs = memory_stream_pair()
        await theirs.send_all(b"HTTP/1.0 200 OK\r\n\r\n")

        deliver = ours.send_stream.send_all_hook
        assert deliver is not None

        async def take() -> None:
            await deliver()
            data = await theirs.receive_some()
            if not data.startswith(b"PUT "):
                await trio.sleep(self.pause)
                self.heard += len(data)

        ours.send_stream.send_all_hook = take
        return ours


def on_air(registry: Registry) -> Mount:
    mount = registry.claim("/live", Source("127.0.0.1", SourceInfo()), now=0.0)
    assert isinstance(mount, Mount)
    mount.announce("audio/mpeg", chains=True)
    mount.add([StreamStart("mp3", 44100, 2)], now=0.0)
    return mount


async def play(mount: Mount, seconds: int) -> None:
    for _ in range(seconds):
        mount.add([Frame(bytes(SECOND), 44100)], now=trio.current_time())
        await trio.sleep(1)


def made(registry: Registry) -> Push:
    manners = Manners("agent/1", lambda: 1.0, lambda _: ("00c0ffee",))
    return Push("partner", CONFIG.pushes["partner"], registry, manners)


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> There:
    server = There()
    monkeypatch.setattr(module, "dial", server.dial)
    return server


async def run_while(push: Push, mount: Mount, seconds: int) -> None:
    async with trio.open_nursery() as nursery:
        nursery.start_soon(push.run)
        await play(mount, seconds)
        push.scope.cancel()


async def test_all_that_is_on_air_is_sent(autojump_clock: MockClock, there: There) -> None:
    registry = Registry(CONFIG)
    await run_while(made(registry), on_air(registry), 600)
    assert len(there.connected) == 1
    assert there.heard >= 598 * SECOND


async def test_it_tries_again_ever_later_and_says_so_once(
    autojump_clock: MockClock, there: There, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    there.answers = False
    registry = Registry(CONFIG)
    await run_while(made(registry), on_air(registry), 600)
    assert there.connected[:8] == [0, 1, 3, 7, 15, 31, 63, 123]
    assert len(there.connected) <= 17
    assert caplog.messages == ["/live: push partner is not sent: Connection refused"]


async def test_a_server_that_takes_less_than_there_is_is_come_to_again(
    autojump_clock: MockClock, there: There, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    there.pause = STALL_TIME - 1
    registry = Registry(CONFIG)
    mount = on_air(registry)
    await run_while(made(registry), mount, 120)
    assert len(there.connected) > 1
    assert mount.log.end - mount.log.oldest < 64 * 1024 * 3
    assert "takes less than we have" in caplog.text


async def test_a_server_that_takes_nothing_is_left(
    autojump_clock: MockClock, there: There, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    there.pause = STALL_TIME + 1
    registry = Registry(CONFIG)
    await run_while(made(registry), on_air(registry), 60)
    assert len(there.connected) > 1
    assert "it has taken nothing for 15 s" in caplog.text


async def test_without_a_source_nobody_is_bothered(autojump_clock: MockClock, there: There) -> None:
    registry = Registry(CONFIG)
    push = made(registry)
    with trio.move_on_after(3600):
        await push.run()
    assert not there.connected
