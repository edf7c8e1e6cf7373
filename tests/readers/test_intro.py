"""What listeners get before the stream."""

from __future__ import annotations

import trio
import trio.testing

from radiocast.formats import Title
from radiocast.readers.listener import INTRO_STEP, Ending
from tests.icy import strip
from tests.mounts.made import make_mount, send

from .sinks import FakeSink
from .test_fanout import Audience, feeding
from .test_moving import two_mounts

KIB = 1024
INTRO = bytes(range(256)) * 2 * (INTRO_STEP // 256)


async def test_an_intro_comes_first_and_then_what_it_falls_short_of_the_burst() -> None:
    mount = make_mount(burst=20)
    send(mount, *(b"%04d" % number for number in range(100)))
    audience, long, short = Audience(mount), FakeSink(), FakeSink()
    audience.join(short, intro=b"introduction")  # with the head 16 bytes: one frame falls short
    assert short.received == b"HEADintroduction" + b"0099"
    audience.join(long, intro=b"quite an introduction")
    assert long.received == b"HEADquite an introduction0099", "at least where a decoder may start"


async def test_it_is_sent_as_the_socket_takes_it_and_nothing_of_the_stream_between(
    autojump_clock: trio.testing.MockClock,
) -> None:
    mount = make_mount(burst=0)
    send(mount, b"0000")
    async with feeding(mount) as audience:
        sink = FakeSink(1000)
        listener = audience.join(sink, intro=INTRO)
        while listener.intro:
            send(mount, b"live")
            sink.room += 100_000
            await trio.sleep(0.3)
        sink.room = 1 << 30
        send(mount, b"last")
        await trio.sleep(0.3)
        assert sink.received == b"HEAD" + INTRO + b"livelast"
        assert audience.fanout.statistics(now=0.0)[0].lag == 0


async def test_titles_stand_at_their_places_right_through_it(
    autojump_clock: trio.testing.MockClock,
) -> None:
    mount = make_mount(burst=0)
    mount.set_title(Title("now"))
    send(mount, b"0000")
    async with feeding(mount) as audience:
        sink = FakeSink()
        audience.join(sink, metaint=100, intro=INTRO)
        for number in range(100):
            send(mount, b"%04d" % number)
            await trio.sleep(0.1)
        audio, titles = strip(bytes(sink.received.removeprefix(b"HEAD")), 100)
        assert audio.startswith(INTRO)
        assert audio.endswith(b"".join(b"%04d" % number for number in range(90, 100)))
        assert {text for _, text in titles if text} == {"StreamTitle='now';"}
        assert titles[0][0] == 100


async def test_who_takes_nothing_of_it_is_too_slow(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with feeding(make_mount(burst=0, queue=16 * KIB)) as audience:
        listener = audience.join(FakeSink(4), intro=INTRO)
        for _ in range(16):
            send(audience.mount, bytes(KIB))
            await trio.sleep(0.3)
        assert not audience.ended
        send(audience.mount, bytes(KIB))
        await trio.sleep(0.3)
        assert audience.ended == {listener: Ending.SLOW}


async def test_who_is_moved_hears_it_out(autojump_clock: trio.testing.MockClock) -> None:
    here, there = two_mounts()
    async with feeding(here) as old, feeding(there) as new:
        sink = FakeSink(10)
        listener = old.join(sink, intro=INTRO)
        old.fanout.move_all(new.fanout)
        await trio.sleep(1)
        assert old.fanout.find(listener.number) is listener
        sink.room = 1 << 30
        send(there, b"3333")
        await trio.sleep(1)
        assert new.fanout.find(listener.number) is listener
        assert sink.received.startswith(b"HEAD" + INTRO)
        assert sink.received.endswith(b"3333")


async def test_nobody_has_a_copy_of_it() -> None:
    mount = make_mount(burst=0)
    audience = Audience(mount)
    views = [audience.join(FakeSink(100), intro=INTRO).intro for _ in range(10)]
    assert {id(view.obj) for view in views} == {id(INTRO)}
