"""A live source that is mixed: its bytes go to the studio instead of a mount's log."""

from __future__ import annotations

import math
from collections.abc import Sequence

import trio

from radiocast.formats import Event, Frame, StreamStart, Title
from radiocast.formats.detect import is_ogg
from radiocast.mounts.source import SourceEnding
from radiocast.sources.live import Receive
from radiocast.sources.lives import Live
from radiocast.sources.opened import Opened
from radiocast.studio.commands import LiveAudio, LiveClose, LiveOpen, LiveTitle
from radiocast.studio.supervisor import Studio

AHEAD = 10.0
"""Seconds of sound that a source may send before it is heard; then it has to wait. The studio
holds twice as much."""
CLOCK = 1.005
"""How much faster than ours a source's clock may be: what the studio makes good."""


async def mix(
    studio: Studio,
    live: Live,
    opened: Opened,
    receive: Receive,
    source_timeout: float,
    title: Title,
) -> None:
    """Send the studio what a live source sends until it leaves, in its own scope.

    `title` is shown until the source says one. The studio notices a stall before we do, and
    fades to the next track meanwhile. Raises what `receive` raises, and FormatError.
    """
    source = live.source
    pace = _Pace(trio.current_time())
    try:
        studio.send(LiveOpen(live.name, opened.detected.content_type, live.priority))
        studio.send(LiveTitle(live.name, live.title or title))
        events, data = opened.events, opened.data
        while data:
            for found in _titles(events) if is_ogg(opened.detected.content_type) else ():
                studio.send(LiveTitle(live.name, found))
            studio.send(LiveAudio(live.name, data))
            source.scope.deadline = math.inf  # while it has to wait it is not late
            await trio.sleep(pace.wait(events, trio.current_time()))
            source.scope.deadline = trio.current_time() + source_timeout
            data = await receive()
            events = opened.framer.feed(data)
    finally:
        studio.send(LiveClose(live.name, kick=source.ending is SourceEnding.KICKED))


def _titles(events: Sequence[Event]) -> list[Title]:
    """The titles that an Ogg stream tells in its own headers."""
    starts = [event for event in events if isinstance(event, StreamStart)]
    return [start.title for start in starts if start.title is not None and start.title.text]


class _Pace:
    """Lets a source be so far ahead of time, and no more: a whole file may come at once."""

    def __init__(self, began: float) -> None:
        self._began = began
        self._rate = 0
        self._sent = 0.0  # seconds of sound

    def wait(self, events: Sequence[Event], now: float) -> float:
        """Seconds to wait after these."""
        for event in events:
            match event:
                case StreamStart():
                    self._rate = event.sample_rate
                case Frame() if self._rate:
                    self._sent += event.samples / self._rate
                case _:
                    pass
        return max(0.0, self._sent - (now - self._began) * CLOCK - AHEAD)
