"""From packets that come ahead of time to packets when they are due. Pure: media time comes in."""

from __future__ import annotations

from collections import deque

from radiocast.studio.events import NeedTrack
from radiocast.studio.reports import Heartbeat, Packets, Problem, Report

MAX_WAITING = 16 << 20
"""Bytes of packets. A lead of some seconds needs far less, so a worker that runs away shows."""


class Playout:
    """Holds what a studio reports until listeners are to hear it.

    Events wait for their media time like packets do, so titles change when they are heard; what
    is not about a time (`NeedTrack`, `Problem`, `Heartbeat`) does not wait.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Report]] = {}
        self._bytes = 0

    @property
    def full(self) -> bool:
        """Whether no more should be taken from the studio for now."""
        return self._bytes >= MAX_WAITING

    def put(self, report: Report) -> list[Report]:
        """Take a report; give back what does not wait."""
        if isinstance(report, NeedTrack | Problem | Heartbeat):
            return [report]
        if isinstance(report, Packets):
            self._bytes += len(report.data)
        stream = getattr(report, "stream", "")
        self._waiting.setdefault(stream, deque()).append(report)
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
                ready.append(report)
            if not waiting:
                del self._waiting[stream]
        return ready

    def next_due(self) -> int | None:
        """The media time at which `due` has something again; None: nothing waits."""
        return min((waiting[0].at for waiting in self._waiting.values()), default=None)
