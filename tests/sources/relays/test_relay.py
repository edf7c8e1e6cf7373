"""A relay's hours, in virtual time: its upstreams are made here."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest
import trio
from trio.testing import MockClock

from radiocast.config.load import load
from radiocast.config.model import Config
from radiocast.formats import Title
from radiocast.mounts.mount import Mount
from radiocast.mounts.registry import Refused, Registry
from radiocast.mounts.source import Source, SourceEnding
from radiocast.protocols.source_info import SourceInfo
from radiocast.protocols.upstream import Stream
from radiocast.sources.live import LiveTiming, Receive, feed_live
from radiocast.sources.relays import relay as module
from radiocast.sources.relays.plan import Plan
from radiocast.sources.relays.relay import AHEAD, KICKED_PAUSE, UNHEARD, Manners, Relay, State
from radiocast.web_client.fetch import FetchError
from radiocast.web_client.stream import Wish
from tests.server.audio import FRAME, frames

SECOND = 38 * FRAME
"""Bytes: a little less than a second of what `frames` makes."""
PLAN = Plan("news", "/live", ("http://there:8000/live",))
MANNERS = Manners("agent/1", "00c0ffee", lambda: 1.0)
TIMEOUT = 10.0


@dataclass(slots=True)
class Seat:
    """A place on a mount, as the server gives it."""

    mount: Mount
    source: Source

    async def feed(self, content_type: str, receive: Receive) -> SourceEnding:
        timing = LiveTiming(lambda: TIMEOUT, lambda: 0.05)
        return await feed_live(self.mount, self.source, content_type, receive, timing)

    def set_title(self, title: Title | None) -> None:
        self.mount.set_title(title)

    def leave(self) -> None:
        self.mount.leave(self.source)


@dataclass(slots=True)
class Air:
    """A station of mounts only."""

    config: Config = field(default_factory=lambda: load(""))
    registry: Registry = field(default_factory=lambda: Registry(load("")))
    refusal: Refused | None = None
    output: bool | None = False

    def admit(self, path: str, source: Source, priority: int) -> Seat | Refused:
        mount = self.refusal or self.registry.claim(path, source, now=0.0)
        return mount if isinstance(mount, Refused) else Seat(mount, source)

    def is_output(self, path: str) -> bool | None:
        return self.output


class MadeUpstream:
    """A stream whose pieces a test says."""

    host = "there"
    said = Stream("audio/mpeg", SourceInfo(), 0, chunked=False, via=())

    def __init__(self, next_piece: Callable[[], Awaitable[bytes]]) -> None:
        self.receive = next_piece
        self.closed = False

    async def aclose(self) -> None:
        self.closed = True


class There:
    """The other server."""

    def __init__(self, next_piece: Callable[[], Awaitable[bytes]] | None = None) -> None:
        self.next_piece = next_piece
        """None: it is not there."""
        self.answers = True
        """Whether it answers at all."""
        self.asked: list[float] = []
        self.streams: list[MadeUpstream] = []

    async def open(self, wish: Wish) -> MadeUpstream:
        self.asked.append(round(trio.current_time(), 2))
        await trio.lowlevel.checkpoint()
        if not self.answers:
            await trio.sleep_forever()
        if self.next_piece is None:
            raise FetchError(f"{wish.url}: nobody there")
        self.streams.append(MadeUpstream(self.next_piece))
        return self.streams[-1]


async def real_time() -> bytes:
    """A second of audio every second, near enough."""
    await trio.sleep(SECOND / FRAME * 1152 / 44100)
    return frames(0, 38)


async def nothing() -> bytes:
    await trio.lowlevel.checkpoint()
    return b""


@asynccontextmanager
async def running(
    monkeypatch: pytest.MonkeyPatch, there: There, air: Air, plan: Plan = PLAN
) -> AsyncIterator[Relay]:
    monkeypatch.setattr(module, "open_stream", there.open)
    relay = Relay(plan, air, MANNERS)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(relay.run)
        yield relay
        relay.scope.cancel()


async def test_it_tries_again_ever_later_and_says_so_once(
    autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    there = There()
    async with running(monkeypatch, there, Air()) as relay:
        await trio.sleep(3600)
        assert relay.state is State.DOWN
    pauses = [later - before for before, later in zip(there.asked, there.asked[1:], strict=False)]
    assert pauses[:7] == [1, 2, 4, 8, 16, 32, 60]
    assert set(pauses[6:]) == {60}
    assert len(caplog.messages) == 1
    assert "nobody there" in caplog.text


async def test_a_stream_that_ends_at_once_is_no_success(
    autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = There(nothing)
    async with running(monkeypatch, there, Air()):
        await trio.sleep(600)
    assert len(there.asked) <= 16
    assert all(stream.closed for stream in there.streams)


async def test_after_a_time_on_air_the_first_pause_is_short_again(
    autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = There()
    async with running(monkeypatch, there, Air()) as relay:
        await trio.sleep(200)
        there.next_piece = real_time
        await trio.sleep(100)
        assert relay.state is State.UP
        tries = len(there.asked)
        there.streams[0].receive = nothing
        await trio.sleep(3)
        assert len(there.asked) == tries + 1
        assert relay.state is State.UP


async def test_a_silent_stream_is_left(
    autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = There(real_time)
    air = Air()
    async with running(monkeypatch, there, air):
        await trio.sleep(5)
        there.streams[0].receive = trio.sleep_forever
        await trio.sleep(TIMEOUT + 3)
        assert there.streams[0].closed
        assert len(there.streams) == 2


async def test_a_kicked_relay_stays_away_for_a_while(
    autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, air = There(real_time), Air()
    async with running(monkeypatch, there, air):
        await trio.sleep(60)
        source = on_air(air)
        assert source is not None
        source.end(SourceEnding.KICKED)
        await trio.sleep(KICKED_PAUSE - 1)
        assert on_air(air) is None
        await trio.sleep(2)
        assert on_air(air) is not None


def on_air(air: Air) -> Source | None:
    mount = air.registry.get("/live")
    return None if mount is None else mount.source


async def test_it_yields_without_a_word_to_the_other_server(
    autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    there, air = There(real_time), Air()
    live = Source("127.0.0.1", SourceInfo())
    mount = air.registry.claim("/live", live, now=0.0)
    assert isinstance(mount, Mount)
    async with running(monkeypatch, there, air) as relay:
        await trio.sleep(3600)
        assert not there.asked
        assert relay.state is State.IN_USE
        assert len(caplog.messages) == 1
        mount.leave(live)
        await trio.sleep(2)
        assert on_air(air) is not None


async def test_where_the_auto_dj_is_to_play_it_waits_for_it(
    autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, air = There(real_time), Air(output=None)
    async with running(monkeypatch, there, air):
        await trio.sleep(5)
        assert not there.asked
        air.output = True
        await trio.sleep(2)
        assert len(there.asked) == 1


@pytest.mark.parametrize("refusal", Refused)
async def test_who_is_not_let_in_hangs_up(
    autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch, refusal: Refused
) -> None:
    there, air = There(real_time), Air(refusal=refusal)
    async with running(monkeypatch, there, air):
        await trio.sleep(20)
    assert there.streams
    assert all(stream.closed for stream in there.streams)


@pytest.mark.parametrize("seconds", [1, 30], ids=["seconds", "more than it may be silent"])
async def test_what_comes_faster_than_it_plays_is_read_as_it_plays(
    autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    """As an echo would that two servers send each other."""

    async def torrent() -> bytes:
        await trio.lowlevel.checkpoint()
        return piece

    piece = frames(0, 38 * seconds)
    there, air = There(torrent), Air()
    async with running(monkeypatch, there, air):
        await trio.sleep(600)
        mount = air.registry.get("/live")
        assert mount is not None
        assert 600 + AHEAD - 3 <= mount.log.media_time <= 600 + AHEAD + 3 + seconds
        assert len(there.streams) == 1


def state_of(relay: Relay) -> State:
    return relay.state


async def test_its_own_stream_is_not_taken(
    autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """From a server that says by whom it comes and lets everybody in."""
    ours = replace(MadeUpstream.said, via=("0badf00d", MANNERS.server))
    monkeypatch.setattr(MadeUpstream, "said", ours)
    there, air = There(real_time), Air()
    async with running(monkeypatch, there, air):
        await trio.sleep(1)
    assert air.registry.get("/live") is None
    assert there.streams[0].closed
    assert "it relays what would come from here" in caplog.text


def demanded() -> Plan:
    return Plan("news", "/live", PLAN.urls, on_demand=True)


async def test_on_demand_it_waits_for_the_first_and_goes_after_the_last(
    autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, air = There(real_time), Air()
    async with running(monkeypatch, there, air, demanded()) as relay:
        await trio.sleep(300)
        assert not there.asked
        await relay.wake()
        assert relay.state is State.UP
        mount = air.registry.get("/live")
        assert mount is not None
        mount.counts.listeners += 1
        await trio.sleep(300)
        assert len(there.asked) == 1
        mount.counts.listeners -= 1
        await trio.sleep(UNHEARD - 1)
        assert relay.state is State.UP
        await trio.sleep(3)
        assert there.streams[0].closed
        assert state_of(relay) is State.IDLE
        await trio.sleep(300)
        assert len(there.asked) == 1


async def test_on_demand_nobody_waits_longer_than_it_takes_to_fail(
    autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = There()
    async with running(monkeypatch, there, Air(), demanded()) as relay:
        for _ in range(50):  # they come again and again, and ask the other server no more often
            before = trio.current_time()
            await relay.wake()
            assert trio.current_time() - before < 1
            await trio.sleep(0.1)
    assert len(there.asked) <= 6


async def test_on_demand_it_comes_back_while_somebody_listens(
    autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, air = There(real_time), Air()
    async with running(monkeypatch, there, air, demanded()) as relay:
        await relay.wake()
        mount = air.registry.get("/live")
        assert mount is not None
        mount.counts.listeners += 1
        there.streams[0].receive = nothing
        await trio.sleep(5)
        assert len(there.streams) == 2
        assert relay.state is State.UP


async def test_who_waits_when_it_ends_does_not_wait_for_ever(
    autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = There()
    there.answers = False
    with trio.fail_after(5):
        async with trio.open_nursery() as nursery:
            async with running(monkeypatch, there, Air(), demanded()) as relay:
                nursery.start_soon(relay.wake)
                await trio.sleep(1)


async def test_a_server_that_does_not_answer_is_given_up(
    autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    there = There()
    there.answers = False
    async with running(monkeypatch, there, Air()):
        await trio.sleep(20)
    assert "there:8000: no stream within 15 s" in caplog.text
