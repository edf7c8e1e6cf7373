"""What a new worker must know when the old one is lost: pure, fed with all that goes by."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

from radiocast.studio.commands import (
    Command,
    Configure,
    LiveAudio,
    LiveClose,
    LiveOpen,
    LiveTitle,
    Load,
    Plan,
    Resume,
    Start,
)
from radiocast.studio.cues import Cue
from radiocast.studio.events import NeedTrack, TrackEnded, TrackFailed, TrackStarted
from radiocast.studio.mediatime import PREROLL, RATE
from radiocast.studio.reports import Heartbeat, Packets, Problem, Report, StreamBegan

MAX_RECALLED = 8
"""Tracks: what plays, what fades, what is loaded. More are never there at a time."""


class Recall:
    """Watches commands and reports; knows how to go on.

    `ends` says up to which media time each stream's packets have come.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.ends: dict[str, int] = {}
        self._cues: deque[Cue] = deque(maxlen=MAX_RECALLED)
        self._started: deque[TrackStarted] = deque(maxlen=MAX_RECALLED)
        self._loaded: Cue | None = None
        self._owed = False  # a new worker has not been told what was loaded
        self._began: set[str] = set()
        self._live: dict[str, LiveOpen] = {}
        self._live_titles: dict[str, LiveTitle] = {}
        self._live_headers: dict[str, bytes] = {}
        self._replayed_to = 0

    @property
    def end(self) -> int:
        """Media time up to which every stream has packets."""
        return min(self.ends.values(), default=self._replayed_to)

    def remember_header(self, live: str, header: bytes) -> None:
        """What a decoder needs that meets this live source in the middle (Ogg, WebM, FLAC)."""
        if live in self._live:
            self._live_headers[live] = header

    def sent(self, command: Command) -> None:
        """The station told the worker this."""
        match command:
            case Configure(plan):
                self.plan = plan
                wanted = {stream.id for stream in plan.streams}
                self.ends = {id_: end for id_, end in self.ends.items() if id_ in wanted}
            case Load(cue):
                self._loaded, self._owed = cue, False
                self._cues.append(cue)
            case LiveOpen(id_):
                self._live[id_] = command
            case LiveTitle(id_):
                self._live_titles[id_] = command
            case LiveClose(id_):
                for known in (self._live, self._live_titles, self._live_headers):
                    known.pop(id_, None)
            case _:
                pass

    def came(self, report: Report) -> bool:
        """The worker said this. False: it is an echo of what the one before said already."""
        match report:
            case Packets():
                self.ends[report.stream] = report.end
                return True
            case TrackStarted(at, id_):
                if self._loaded is not None and self._loaded.id == id_:
                    self._loaded = None
                if at < self._replayed_to:
                    return False
                self._started.append(report)
            case TrackFailed(_, id_):
                if self._loaded is not None and self._loaded.id == id_:
                    self._loaded = None
            case TrackEnded(_, id_):
                for each in [each for each in self._started if each.id == id_]:
                    self._started.remove(each)
            case StreamBegan():
                # Bare frames go on where they ended: nothing begins for who hears them.
                again = report.stream in self._began and not report.header
                self._began.add(report.stream)
                return not again
            case NeedTrack() | Problem() | Heartbeat():
                return True
            case _:
                pass
        return report.at >= self._replayed_to

    def answer(self, report: Report) -> Command | None:
        """What the station said to the worker before, where this is a question about that."""
        if isinstance(report, NeedTrack) and self._owed and self._loaded is not None:
            self._owed = False
            return Load(self._loaded)
        return None

    def restart(self, on_air: int) -> list[Command]:
        """What to tell a new worker. `on_air`: the media time that listeners hear now.

        It begins where the packets end, or a run-up before, with the track that played there.
        """
        end = max(self.end, on_air)
        self._replayed_to = end
        commands: list[Command] = []
        at = end - PREROLL if self.ends else end
        playing = self._playing()
        self._owed = playing is not None
        if playing is not None:
            started, cue = playing
            at = min(max(at, started.at), end)
            heard = max(0, at - started.at + started.skipped) / RATE
            commands.append(Load(replace(cue, resume=heard)))
        elif self._loaded is not None:
            commands.append(Load(self._loaded))
        for id_, opened in self._live.items():
            commands.append(opened)
            if id_ in self._live_titles:
                commands.append(self._live_titles[id_])
            if id_ in self._live_headers:
                commands.append(LiveAudio(id_, self._live_headers[id_]))
        if self._live:
            at = end  # there is nothing to run up with
        resume = tuple(Resume(id_, max(known, end)) for id_, known in self.ends.items())
        ahead = (at - on_air) / RATE
        return [Start(self.plan, at, ahead, resume), *commands]

    def _playing(self) -> tuple[TrackStarted, Cue] | None:
        for started in reversed(self._started):
            for cue in self._cues:
                if cue.id == started.id:
                    return started, cue
        return None
