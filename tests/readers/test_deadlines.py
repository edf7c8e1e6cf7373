"""Listeners that may stay for a time only."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import trio
import trio.testing

from radiocast.readers.deadlines import STEP, Deadlines
from radiocast.readers.listener import Ending
from tests.mounts.made import make_mount, send

from .sinks import FakeSink
from .test_fanout import Audience, feeding
from .test_moving import two_mounts


class OpenSink(FakeSink):
    """One that can be polled, and nobody hangs up."""

    def __init__(self, sock: socket.socket) -> None:
        super().__init__()
        self._sock = sock

    def fileno(self) -> int:
        return self._sock.fileno()


@contextmanager
def open_socket() -> Iterator[OpenSink]:
    here, there = socket.socketpair()
    with here, there:
        yield OpenSink(here)


async def play(audience: Audience, seconds: float) -> None:
    for _ in range(round(seconds * 10)):
        send(audience.mount, b"abc")
        await trio.sleep(0.1)


async def test_each_has_to_go_when_its_time_is_up(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with feeding(make_mount(burst=0)) as audience:
        now = trio.current_time()
        for_ever = audience.join(FakeSink())
        long = audience.join(FakeSink(), until=now + 10)
        short = audience.join(FakeSink(), until=now + 3)
        await play(audience, 2.9)
        assert not audience.ended
        await play(audience, STEP + 0.3)
        assert audience.ended == {short: Ending.TIME_IS_UP}
        later = audience.join(FakeSink(), until=trio.current_time() + 1)
        await play(audience, STEP + 0.3)
        assert audience.ended == dict.fromkeys((short, later), Ending.TIME_IS_UP)
        await play(audience, 5 + STEP)
        assert audience.ended == dict.fromkeys((short, later, long), Ending.TIME_IS_UP)
        assert audience.mount.counts.listeners == 1
        assert audience.fanout.find(for_ever.number) is for_ever


async def test_even_while_the_mount_sends_nothing(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with feeding(make_mount(burst=0), idle_sweep=60.0) as audience:
        with open_socket() as sink:
            listener = audience.join(sink, until=trio.current_time() + 3)
            await trio.sleep(61)
        assert audience.ended == {listener: Ending.TIME_IS_UP}


async def test_and_on_the_mount_it_was_moved_to(autojump_clock: trio.testing.MockClock) -> None:
    here, there = two_mounts()
    async with feeding(here) as old, feeding(there) as new:
        listener = old.join(FakeSink(), until=trio.current_time() + 3)
        old.fanout.move_all(new.fanout)
        await play(new, 3 + STEP + 0.2)
        assert old.ended == {listener: Ending.TIME_IS_UP}


async def test_the_crowd_is_looked_at_once_a_second_and_only_if_somebody_has_to_go() -> None:
    audience = Audience(make_mount(burst=0))
    crowd = [audience.join(FakeSink(), until=100.0 + number / 10) for number in range(100)]
    deadlines, looks, gone = Deadlines(), 0, []
    for listener in crowd:
        deadlines.expect(listener.until)
    now = 0.0
    while now < 120:
        looks += deadlines.next_look <= now
        late = deadlines.over([each for each in crowd if each not in gone], now=now)
        assert all(0 <= now - each.until <= STEP + 0.1 for each in late)
        gone += late
        now += 0.1
    assert gone == crowd
    assert looks <= 12
