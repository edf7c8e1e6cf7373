"""Listeners that go on with another mount."""

from __future__ import annotations

import trio
import trio.testing

from radiocast.formats import Frame, Title
from radiocast.mounts.mount import Mount
from radiocast.readers.listener import Ending
from tests.icy import strip
from tests.mounts.made import make_mount, send

from .sinks import FakeSink
from .test_fanout import Audience, feeding

HALF = b"OggS\0\0" + bytes(20) + b"\x01\xff" + b"a" * 255
"""A page with half a packet."""
REST = b"OggS\0\1" + bytes(20) + b"\x01\x05" + b"bbbbb"
"""And one with the rest of it."""


def two_mounts() -> tuple[Mount, Mount]:
    here, there = make_mount(burst=0), make_mount(burst=1000)
    send(here, b"aaaa", b"bbbb")
    send(there, b"1111", b"2222")
    return here, there


async def test_it_is_sent_the_frame_it_stands_in_and_then_the_other_mounts_newest(
    autojump_clock: trio.testing.MockClock,
) -> None:
    here, there = two_mounts()
    async with feeding(here) as old, feeding(there) as new:
        sink = FakeSink(len(b"HEAD") + 2)
        listener = old.join(sink)
        old.fanout.move_all(new.fanout)
        assert new.fanout.find(listener.number) is listener
        assert old.fanout.find(listener.number) is None
        sink.room = 100
        send(here, b"cccc")
        send(there, b"3333")
        await trio.sleep(1)
        assert sink.received == b"HEADbbbb22223333"
        assert not old.ended


async def test_who_is_moved_is_counted_where_it_is_and_ends_once() -> None:
    here, there = two_mounts()
    old, new = Audience(here), Audience(there)
    new.registry = new.fanout._registry = old.registry
    listeners = [old.join(FakeSink()) for _ in range(3)]
    old.fanout.move_all(new.fanout)
    assert (here.counts.listeners, there.counts.listeners) == (0, 3)
    assert there.counts.listener_peak == 3
    assert old.registry.listeners == 3
    new.fanout.end_all(Ending.STOPPED)
    assert old.ended == dict.fromkeys(listeners, Ending.STOPPED)
    assert old.registry.listeners == 0


async def test_titles_go_on_between_the_same_number_of_bytes(
    autojump_clock: trio.testing.MockClock,
) -> None:
    here, there = two_mounts()
    here.set_title(Title("old"))
    there.set_title(Title("new"))
    async with feeding(here) as old, feeding(there) as new:
        sink = FakeSink()
        old.join(sink, metaint=5)
        old.fanout.move_all(new.fanout)
        for _ in range(4):
            send(there, b"3333")
            await trio.sleep(0.3)
        audio, titles = strip(bytes(sink.received.removeprefix(b"HEAD")), 5)
        assert audio == b"bbbb2222" + b"3333" * 4
        assert titles[-1][1] == "StreamTitle='new';"


async def test_half_a_packet_is_waited_for(autojump_clock: trio.testing.MockClock) -> None:
    here, there = make_mount(burst=0), make_mount(burst=0)
    here.add([Frame(HALF, 10)], now=0.0)
    send(there, b"1111")
    async with feeding(here) as old, feeding(there) as new:
        sink = FakeSink()
        listener = old.join(sink)
        old.fanout.move_all(new.fanout)
        await trio.sleep(1)
        assert old.fanout.find(listener.number) is listener
        here.add([Frame(REST, 10, entry=False)], now=0.0)
        send(there, b"2222")
        await trio.sleep(1)
        assert new.fanout.find(listener.number) is listener
        send(there, b"3333")
        await trio.sleep(1)
        assert sink.received == b"HEAD" + HALF + REST + b"22223333"


async def test_but_not_if_it_cannot_come_any_more() -> None:
    here, there = make_mount(burst=0), make_mount(burst=0)
    here.add([Frame(HALF, 10)], now=0.0)
    send(there, b"1111")
    old, new = Audience(here), Audience(there)
    listener = old.join(FakeSink())
    assert here.source is not None
    here.leave(here.source)
    old.fanout.move_all(new.fanout)
    assert new.fanout.find(listener.number) is listener


async def test_who_waits_may_leave_or_lose_the_mount_it_was_to_go_to(
    autojump_clock: trio.testing.MockClock,
) -> None:
    here, there = make_mount(burst=0), make_mount(burst=0)
    here.add([Frame(HALF, 10)], now=0.0)
    send(there, b"1111")
    async with feeding(here) as old:
        new, closed = Audience(there), Audience(there)
        goes, stays = old.join(FakeSink()), old.join(FakeSink())
        old.fanout.move_all(new.fanout)
        old.fanout.end(goes, Ending.KICKED)
        old.fanout.move_all(closed.fanout)
        closed.fanout.end_all(Ending.SOURCE_GONE)
        here.add([Frame(REST, 10, entry=False)], now=0.0)
        await trio.sleep(1)
        assert old.fanout.find(stays.number) is stays
        assert old.ended == {goes: Ending.KICKED}
        assert there.counts.listeners == 0


async def test_who_was_kicked_while_waiting_does_not_come(
    autojump_clock: trio.testing.MockClock,
) -> None:
    here, there = make_mount(burst=0), make_mount(burst=0)
    here.add([Frame(HALF, 10)], now=0.0)
    send(there, b"1111")
    async with feeding(here) as old, feeding(there) as new:
        goes, comes = old.join(FakeSink()), old.join(FakeSink())
        old.fanout.move_all(new.fanout)
        old.fanout.end(goes, Ending.KICKED)
        here.add([Frame(REST, 10, entry=False)], now=0.0)
        await trio.sleep(1)
        assert old.ended == {goes: Ending.KICKED}
        assert new.fanout.find(comes.number) is comes
        assert there.counts.listeners == 1


async def test_whose_socket_is_gone_is_not_moved() -> None:
    here, there = two_mounts()
    old, new = Audience(here), Audience(there)
    sink = FakeSink()
    listener = old.join(sink)
    send(here, b"cccc")
    sink.gone = True
    old.fanout.move_all(new.fanout)
    assert old.ended == {listener: Ending.LEFT}
    assert there.counts.listeners == 0


async def test_the_other_mounts_floor_counts_from_then_on(
    autojump_clock: trio.testing.MockClock,
) -> None:
    here, there = two_mounts()
    async with feeding(here) as old, feeding(there) as new:
        listener = old.join(FakeSink())
        there.announce("audio/new", chains=True)  # a floor that no walk has seen yet
        send(there, b"2222")
        old.fanout.move_all(new.fanout)
        await trio.sleep(1)
        assert new.fanout.find(listener.number) is listener
        here.announce("audio/other", chains=False)
        send(here, b"cccc")
        await trio.sleep(1)
        assert not old.ended, "what becomes of the mount it left is not its business"
        there.announce("audio/other", chains=False)
        send(there, b"3333")
        await trio.sleep(1)
        assert old.ended == {listener: Ending.CHANGED}
