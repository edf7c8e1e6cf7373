from __future__ import annotations

import math
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import trio
import trio.testing

from radiocast.config.model import Behind, Config, ListenersConfig
from radiocast.mounts.mount import Mount
from radiocast.mounts.registry import Registry
from radiocast.mounts.statistics import ListenerStatistics
from radiocast.readers.fanout import WALK_STEP, Fanout
from radiocast.readers.listener import Ending, Listener, Visitor
from radiocast.readers.pace import CROWD, Pace
from tests.mounts.made import make_mount, send

from .sinks import FakeSink

KIB = 1024
ANYBODY = Visitor("192.0.2.7", "player/1", 0.0)


class Audience:
    """A fan-out with fake sinks, and who left it why."""

    def __init__(self, mount: Mount, **settings: Any) -> None:
        self.mount = mount
        self.registry = Registry(Config())
        self.fanout = Fanout(mount, self.registry, ListenersConfig(**settings))
        self.ended: dict[Listener, Ending] = {}

    def join(
        self, sink: FakeSink, *, metaint: int = 0, until: float = math.inf, intro: bytes = b""
    ) -> Listener:
        return self.fanout.join(
            sink,
            b"HEAD",
            metaint=metaint,
            visitor=ANYBODY,
            ended=self.ended.__setitem__,
            until=until,
            intro=intro,
        )


@asynccontextmanager
async def feeding(mount: Mount, **settings: Any) -> AsyncIterator[Audience]:
    audience = Audience(mount, **settings)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(audience.fanout.run)
        yield audience
        nursery.cancel_scope.cancel()


async def test_a_listener_is_answered_before_the_next_tick() -> None:
    mount = make_mount()
    send(mount, b"aaa", b"bbb")
    audience, sink = Audience(mount), FakeSink()
    audience.join(sink)
    assert sink.received == b"HEADaaabbb"


async def test_everyone_gets_what_comes(autojump_clock: trio.testing.MockClock) -> None:
    mount = make_mount(burst=0)
    send(mount, b"0")
    async with feeding(mount) as audience:
        sinks = [FakeSink() for _ in range(3 * WALK_STEP)]
        for sink in sinks:
            audience.join(sink)
        for piece in (b"abc", b"def", b"ghi"):
            send(mount, piece)
            await trio.sleep(0.3)
        assert {bytes(sink.received) for sink in sinks} == {b"HEAD0abcdefghi"}
        assert mount.counts.bytes_sent == len(sinks) * len(b"HEAD0abcdefghi")
        assert (mount.counts.listeners, mount.counts.listener_peak) == (len(sinks), len(sinks))
        assert audience.registry.listeners == len(sinks)


async def test_who_joins_during_a_long_walk_loses_nothing(
    autojump_clock: trio.testing.MockClock,
) -> None:
    mount = make_mount(burst=0)
    send(mount, b"0")
    late = FakeSink()

    class Door(FakeSink):
        """While this one is served, another comes in and more arrives."""

        def sendmsg(self, buffers: Any, /) -> int:
            if self.received and not late.received:
                send(mount, b"more")
                audience.join(late)
            return super().sendmsg(buffers)

    async with feeding(mount) as audience:
        sinks = [Door(), *[FakeSink() for _ in range(2 * WALK_STEP)]]
        for sink in sinks:
            audience.join(sink)
        send(mount, b"abc")
        await trio.sleep(1)
        assert {bytes(sink.received) for sink in sinks} == {b"HEAD0abcmore"}
        assert late.received == b"HEADmore"


async def test_a_full_socket_costs_only_its_own(autojump_clock: trio.testing.MockClock) -> None:
    mount = make_mount(burst=0)
    send(mount, b"0")
    async with feeding(mount) as audience:
        good, stuck = FakeSink(), FakeSink(7)
        audience.join(stuck)
        audience.join(good)
        send(mount, b"abcdef")
        await trio.sleep(1)
        assert [bytes(sink.received) for sink in (good, stuck)] == [b"HEAD0abcdef", b"HEAD0ab"]
        stuck.room = 100
        await trio.sleep(1)  # nothing new was sent: who is behind is tried again all the same
        assert stuck.received == b"HEAD0abcdef"


async def test_who_hangs_up_is_noticed_and_counted_out(
    autojump_clock: trio.testing.MockClock,
) -> None:
    mount = make_mount(burst=0)
    async with feeding(mount) as audience:
        sink = FakeSink()
        listener = audience.join(sink)
        sink.gone = True
        send(mount, b"abc")
        await trio.sleep(1)
        assert audience.ended == {listener: Ending.LEFT}
        assert (mount.counts.listeners, audience.registry.listeners) == (0, 0)
        assert mount.counts.listener_peak == 1


async def test_who_falls_too_far_behind_is_dropped(
    autojump_clock: trio.testing.MockClock,
) -> None:
    mount = make_mount(burst=0, queue=16 * KIB)
    async with feeding(mount, behind=Behind.DROP) as audience:
        listener = audience.join(FakeSink(0))
        for _ in range(16):
            send(mount, bytes(KIB))
            await trio.sleep(0.3)
        assert not audience.ended, "it is exactly as far behind as it may be"
        send(mount, bytes(KIB))
        await trio.sleep(0.3)
        assert audience.ended == {listener: Ending.SLOW}
        assert mount.counts.slow_listeners == 1


async def test_or_it_is_moved_to_the_live_edge_at_a_frame_border(
    autojump_clock: trio.testing.MockClock,
) -> None:
    mount = make_mount(burst=0, queue=16 * KIB)
    send(mount, b"0")
    async with feeding(mount, behind=Behind.SKIP) as audience:
        sink = FakeSink(4 + 1 + 3)
        listener = audience.join(sink)
        for number in range(1, 20):
            send(mount, bytes([number]) * KIB)
            await trio.sleep(0.3)
        sink.room = 1 << 20
        await trio.sleep(1)
        assert not audience.ended
        body = bytes(sink.received).removeprefix(b"HEAD0")
        frames = [body[at : at + KIB] for at in range(0, len(body), KIB)]
        assert all(frame == frame[:1] * KIB for frame in frames), "only whole frames"
        numbers = [frame[0] for frame in frames]
        assert numbers[0] == 1
        assert numbers[1] > 2
        assert numbers[1:] == list(range(numbers[1], 20))
        assert listener.position == mount.log.end
        assert mount.counts.slow_listeners == 1


@pytest.mark.parametrize("behind", Behind)
async def test_a_source_that_floods_between_two_ticks_loses_no_listener_its_place_in_silence(
    behind: Behind, autojump_clock: trio.testing.MockClock
) -> None:
    mount = make_mount(burst=0, queue=16 * KIB)
    send(mount, b"0")
    async with feeding(mount, behind=behind) as audience:
        sink = FakeSink()
        listener = audience.join(sink)
        for _ in range(400):
            send(mount, bytes(KIB))
        await trio.sleep(1)
        if behind is Behind.DROP:
            assert audience.ended == {listener: Ending.SLOW}
        else:
            assert listener.position == mount.log.end
            assert not audience.ended


async def test_a_player_that_cannot_follow_a_new_format_is_let_go(
    autojump_clock: trio.testing.MockClock,
) -> None:
    mount = make_mount(burst=1000)
    send(mount, b"old")
    async with feeding(mount) as audience:
        before, after = FakeSink(), FakeSink()
        listener = audience.join(before)
        mount.announce("audio/mpeg", chains=True)
        send(mount, b"new")
        audience.join(after)
        await trio.sleep(1)
        assert audience.ended == {listener: Ending.CHANGED}
        assert [bytes(sink.received) for sink in (before, after)] == [b"HEADold", b"HEADnew"]


async def test_when_everyone_is_let_go_they_get_the_rest_first() -> None:
    mount = make_mount(burst=0)
    send(mount, b"0")
    audience = Audience(mount)
    sinks = [FakeSink(), FakeSink()]
    for sink in sinks:
        audience.join(sink)
    send(mount, b"rest")
    audience.fanout.end_all(Ending.SOURCE_GONE)
    assert [bytes(sink.received) for sink in sinks] == [b"HEAD0rest"] * 2
    assert set(audience.ended.values()) == {Ending.SOURCE_GONE}


async def test_those_who_join_between_two_blocks_share_the_bytes_of_their_burst() -> None:
    mount = make_mount(burst=100)
    send(mount, b"a" * 60, b"b" * 60)
    audience = Audience(mount)
    offered: list[int] = []

    class Spy(FakeSink):
        def sendmsg(self, buffers: Any, /) -> int:
            offered.extend(id(view.obj) for view in buffers if isinstance(view, memoryview))
            return super().sendmsg(buffers)

    for _ in range(3):
        audience.join(Spy())
    assert len(offered) == 3
    assert set(offered) == {id(mount.log.blocks_from(0)[0].data)}


def ticks(check: Callable[[float], bool], *listeners: int) -> bool:
    return all(check(Pace(0.05, 0.5).tick(count)) for count in listeners)


def test_the_tick_is_short_for_few_and_bounded_for_many() -> None:
    assert ticks(lambda tick: tick == 0.05, 0, 1, CROWD // 10)
    assert ticks(lambda tick: 0.05 < tick < 0.5, CROWD // 5, CROWD // 2)
    assert ticks(lambda tick: tick == 0.5, CROWD, 100 * CROWD)


async def test_a_source_slower_than_the_tick_is_heard_at_once(
    autojump_clock: trio.testing.MockClock,
) -> None:
    mount = make_mount(burst=0)
    send(mount, b"0")
    async with feeding(mount, tick_min=0.05) as audience:
        sink = FakeSink()
        audience.join(sink)
        for piece in (b"abc", b"def"):
            await trio.sleep(0.06)
            now = trio.current_time()
            send(mount, piece)
            await trio.testing.wait_all_tasks_blocked()
            assert trio.current_time() == now
            assert sink.received.endswith(piece)


async def test_a_faster_one_is_heard_once_a_tick(autojump_clock: trio.testing.MockClock) -> None:
    mount = make_mount(burst=0)
    send(mount, b"0")
    async with feeding(mount, tick_min=0.05) as audience:
        sink, sizes = FakeSink(), set()
        audience.join(sink)
        for _ in range(100):
            send(mount, b"a")
            await trio.sleep(0.01)
            sizes.add(len(sink.received))
        assert 19 <= len(sizes) <= 21


async def test_how_late_a_walk_is_is_told(autojump_clock: trio.testing.MockClock) -> None:
    mount = make_mount(burst=0)
    send(mount, b"0")
    async with feeding(mount, tick_min=0.05) as audience:
        audience.join(FakeSink())
        await trio.testing.wait_all_tasks_blocked()
        send(mount, b"a")  # within the tick
        await trio.testing.wait_all_tasks_blocked()
        autojump_clock.jump(0.3)  # the machine stood still
        await trio.testing.wait_all_tasks_blocked()
        assert mount.counts.tick_lag == pytest.approx(0.25)
        await trio.sleep(1)
        send(mount, b"b")
        await trio.testing.wait_all_tasks_blocked()
        assert mount.counts.tick_lag == 0


async def test_everybody_has_a_number_of_their_own_and_is_found_by_it() -> None:
    mount = make_mount(burst=0)
    send(mount, b"abc")
    audience = Audience(mount)
    first, second = audience.join(FakeSink()), audience.join(FakeSink())
    audience.fanout.end(first, Ending.LEFT)
    third = audience.join(FakeSink())
    assert len({first.number, second.number, third.number}) == 3
    assert audience.fanout.find(second.number) is second
    assert audience.fanout.find(first.number) is None
    assert audience.registry.traffic.listeners == 3


async def test_what_is_told_of_listeners() -> None:
    mount = make_mount(burst=0)
    send(mount, b"abc")
    audience = Audience(mount)
    audience.join(FakeSink())
    behind = audience.join(FakeSink(4 + 1))
    send(mount, b"defg")
    told = audience.fanout.statistics(now=12.5)
    assert [each.lag for each in told] == [4, 6]
    assert told[1] == ListenerStatistics(behind.number, "192.0.2.7", "player/1", 12.5, 6)
