"""From packets that come ahead of time to packets when they are due. Pure: media time comes in."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial

from radiocast.formats import Frame
from radiocast.formats.ogg.page import HEADER_LENGTH
from radiocast.studio.events import NeedTrack, TrackFailed, TrackStarted, TrackUnheard
from radiocast.studio.ogg_end import end_page
from radiocast.studio.reports import (
    Heartbeat,
    Packets,
    Problem,
    Report,
    Spliced,
    StreamBegan,
)

MAX_WAITING = 16 << 20
"""Bytes of packets. A lead of some seconds needs far less, so a worker that runs away shows."""
FOREVER = 1 << 62
EVENTS = ""
"""The stream, as it were, of what is of no stream."""


class Playout:
    """Holds what a studio reports until listeners are to hear it.

    Events wait for their media time like packets do, so titles change when they are heard; what
    is not about a time (`NeedTrack`, `TrackFailed`, `TrackUnheard`, `Problem`, `Heartbeat`) does
    not wait. What `Spliced` says is void is dropped. Where that comes too late, because some of
    it was given out already, the packets that take its place are left out. Links of Ogg that were
    broken off are ended.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Report]] = {}
        self._given: dict[str, int] = {}  # up to where each stream's packets were given out
        self._last: dict[str, bytes] = {}  # the header of the last page of each Ogg stream
        self._bytes = 0

    @property
    def full(self) -> bool:
        """Whether no more should be taken from the studio for now."""
        return self._bytes >= MAX_WAITING

    def put(self, report: Report) -> list[Report]:
        """Take a report; give back what does not wait."""
        match report:
            case NeedTrack() | TrackFailed() | Problem() | Heartbeat():
                return [report]
            case TrackUnheard(id=id_):
                self._replace(EVENTS, lambda each: None if _starts(each, id_) else each)
                return [report]
            case Spliced(at, cuts):
                self._replace(EVENTS, lambda each: _until(each, at))
                for cut in cuts:
                    self._replace(cut.stream, partial(_until, end=cut.at))
                return []
            case StreamBegan():
                self._end_link(report)
            case Packets(stream=stream):
                kept = report.part(self._given.get(stream, -FOREVER), FOREVER)
                if kept is None:
                    return []
                report = kept
                self._bytes += len(report.data)
            case _:
                pass
        self._waiting.setdefault(getattr(report, "stream", EVENTS), deque()).append(report)
        return []

    def due(self, now: int) -> list[Report]:
        """What begins to be heard up to the media time `now`: events first, streams in order."""
        ready: list[Report] = []
        for stream in sorted(self._waiting):
            waiting = self._waiting[stream]
            while waiting and waiting[0].at <= now:
                report = waiting.popleft()
                if isinstance(report, Packets):
                    self._bytes -= len(report.data)
                    self._given[stream] = report.end
                    self._last[stream] = report.last[:HEADER_LENGTH]
                ready.append(report)
            if not waiting:
                del self._waiting[stream]
        return ready

    def next_due(self) -> int | None:
        """The media time at which `due` has something again; None: nothing waits."""
        return min((waiting[0].at for waiting in self._waiting.values()), default=None)

    def _end_link(self, began: StreamBegan) -> None:
        """End the link before, in Ogg, if whoever made it did not come to that."""
        waiting = self._waiting.setdefault(began.stream, deque())
        before = [each.last for each in waiting if isinstance(each, Packets)]
        page = end_page(before[-1] if before else self._last.get(began.stream, b""))
        if page:
            end = Frame(page, 0, entry=False)
            waiting.append(Packets.of(began.at, began.at, began.stream, [end]))
            self._bytes += len(page)

    def _replace(self, stream: str, change: Callable[[Report], Report | None]) -> None:
        """Put in the place of each waiting report what `change` makes of it; None: nothing."""
        changed = [change(each) for each in self._waiting.pop(stream, ())]
        kept = deque(each for each in changed if each is not None)
        if kept:
            self._waiting[stream] = kept
        self._bytes = sum(
            len(each.data)
            for waiting in self._waiting.values()
            for each in waiting
            if isinstance(each, Packets)
        )


def _until(report: Report, end: int) -> Report | None:
    """What of a report is before this media time."""
    if isinstance(report, Packets):
        return report.part(-FOREVER, end)
    return report if report.at < end else None


def _starts(report: Report, track: str) -> bool:
    return isinstance(report, TrackStarted) and report.id == track
