"""Listeners that are moved ahead instead of being dropped, when their sockets take nothing."""

from __future__ import annotations

import trio
import trio.testing

from radiocast.config.model import Behind
from radiocast.formats import StreamStart
from radiocast.readers.listener import Ending
from radiocast.units import KIB
from tests.mounts.made import make_mount, send

from .sinks import FakeSink
from .test_fanout import feeding

HEADER = b"h" * 5000


async def test_who_takes_nothing_between_two_moves_is_let_go(
    autojump_clock: trio.testing.MockClock,
) -> None:
    """Each move leaves it the stream's header to send: what it is owed would grow for ever."""
    mount = make_mount(burst=0, queue=16 * KIB)
    mount.add([StreamStart("vorbis", 1000, 2, header=HEADER)], now=0.0)
    async with feeding(mount, behind=Behind.SKIP) as audience:
        stuck, slow = FakeSink(0), FakeSink(0)
        listener = audience.join(stuck)
        other = audience.join(slow)
        for _ in range(100):
            slow.room = KIB  # which the header it is owed takes five times to go through
            send(mount, bytes(KIB))
            send(mount, bytes(KIB))
            await trio.sleep(0.3)
            assert len(listener.owed) <= len(b"HEAD") + 2 * len(HEADER)
            assert len(other.owed) <= len(b"HEAD") + 2 * len(HEADER)
        assert audience.ended == {listener: Ending.SLOW}
