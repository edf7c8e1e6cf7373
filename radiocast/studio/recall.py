"""What a new worker must know when the old one is lost: pure, fed with all that goes by."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
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
    Rest,
    Resume,
    Skip,
    Start,
    Wake,
)
from radiocast.studio.cues import AfterLive, Cue
from radiocast.studio.events import (
    LiveStarted,
    NeedTrack,
    TrackEnded,
    TrackFailed,
    TrackStarted,
    TrackUnheard,
    Why,
)
from radiocast.studio.live_memory import LiveMemory
from radiocast.studio.mediatime import PREROLL, RATE
from radiocast.studio.reports import (
    Heartbeat,
    LiveMixed,
    Packets,
    Problem,
    Report,
    Resting,
    Spliced,
    StreamBegan,
)

MAX_RECALLED = 16
"""Tracks: what plays, what fades, what is loaded. More are never there at a time."""

MAX_LATE = RATE
"""Samples by which listeners may have waited for packets that are still made then: players have
more than that in hand, and what is left out is heard for certain."""


class Recall:
    """Watches commands and reports; knows how to go on.

    `ends` says up to which media time each stream's packets have come.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.ends: dict[str, int] = {}
        self._cues: deque[Cue] = deque(maxlen=MAX_RECALLED)
        self._started: deque[TrackStarted] = deque(maxlen=MAX_RECALLED)
        self._ended: dict[str, int] = {}
        self._loaded: list[Cue] = []  # more than one where a splice took a start back
        self._owed: list[Cue] = []  # of these what a new worker has not been told
        self._skipping = False
        self._skipped_to = ""  # the track that a skip began
        self._began: set[str] = set()
        self._live: dict[str, LiveMemory] = {}
        self._live_since: dict[str, int] = {}
        self._replayed_to = 0
        self._rest_wanted = self._rest_told = False

    @property
    def end(self) -> int:
        """Media time up to which every stream has packets."""
        return min(self.ends.values(), default=self._replayed_to)

    @property
    def kept(self) -> int:
        """Bytes of live sources."""
        return sum(live.kept for live in self._live.values())

    def sent(self, command: Command) -> None:
        """The station told the worker this."""
        match command:
            case Configure(plan):
                self.plan = plan
                wanted = {stream.id for stream in plan.streams}
                self.ends = {id_: end for id_, end in self.ends.items() if id_ in wanted}
            case Load(cue):
                for loaded in (self._loaded, self._owed):
                    if loaded:  # it takes the place of the last
                        loaded.pop()
                self._loaded.append(cue)
                self._cues.append(cue)
            case Skip():
                self._skipping = True
            case Rest():
                self._rest_wanted, self._rest_told = True, False
            case Wake(at):
                self._rest_wanted = False
                self._started.clear()  # it wakes with a fresh track
                self.ends = {stream.id: at for stream in self.plan.streams}
            case LiveOpen(id_):
                self._live[id_] = LiveMemory(command)
            case LiveAudio(id_, data) if id_ in self._live:
                self._live[id_].sent(data)
            case LiveTitle(id_) if id_ in self._live:
                self._live[id_].title = command
            case LiveClose(id_):
                self._live.pop(id_, None)
            case _:
                pass

    def came(self, report: Report) -> bool:
        """The worker said this. False: it is not for the station, which knows it already."""
        match report:
            case NeedTrack() | Problem() | Heartbeat():
                return True
            case LiveMixed(id=id_):
                if id_ in self._live:
                    self._live[id_].was_mixed(report)
                return False
            case Spliced(at, cuts):
                self._take_back(at, cuts)
                return True
            case Packets():
                self.ends[report.stream] = report.end
                return True
            case StreamBegan():
                # Bare frames go on where they ended: nothing begins for who hears them.
                again = report.stream in self._began and not report.header
                self._began.add(report.stream)
                return not again
            case Resting():
                told, self._rest_told = self._rest_told, True
                self._began.clear()
                return not told
            case TrackUnheard():
                self._over(report.id)
                return True
            case _:
                pass
        if report.at < self._replayed_to:
            return False
        self._note(report)
        return True

    def answer(self, report: Report) -> Command | None:
        """What the station said to the worker before, where this is a question about that."""
        if isinstance(report, NeedTrack) and self._owed:
            return Load(self._owed.pop(0))
        return None

    def restart(self, on_air: int) -> tuple[list[Command], list[Report]]:
        """What to tell a new worker, and the station. `on_air`: what listeners hear now.

        It begins where the packets end, or a run-up before, with the track or the live source
        that played there. What the old one said of later times is void; what was fading out is
        over.
        """
        end = self.end
        if on_air - end > MAX_LATE:
            end = on_air
        resume = tuple(Resume(id_, max(known, end)) for id_, known in self.ends.items())
        self._take_back(end, resume)
        self._replayed_to = end
        if self._rest_wanted:
            at = max((each.at for each in resume), default=end)
            over = self._end_all_but(None, end)
            commands = self._load(None, end)
            return self._start(at, (), commands, resting=True), [Spliced(end, resume), *over]
        on_air_live = [
            self._live_since.get(id_, end)
            for id_, live in self._live.items()
            if live.mixed is not None and live.mixed.on_air
        ]
        playing = None if self._skipping and self._loaded else self._playing()
        if on_air_live:
            begin = max(on_air_live)
            if self.plan.mix.after_live is AfterLive.NEXT:
                playing = None
        else:
            begin = playing[0].at if playing else end
        at = min(max(end - PREROLL, begin), end) if self.ends else end
        heard = min([at, *on_air_live])
        commands = self._load(playing, heard)
        for live in self._live.values():
            commands += live.restart(at)
        over = self._end_all_but(playing, end)
        return self._start(at, resume, commands), [Spliced(end, resume), *over]

    def _start(
        self, at: int, resume: tuple[Resume, ...], commands: list[Command], *, resting: bool = False
    ) -> list[Command]:
        following = len(commands)
        start = Start(self.plan, at, resume=resume, resting=resting, following=following)
        return [start, *commands]

    def _load(self, playing: tuple[TrackStarted, Cue] | None, heard: int) -> list[Command]:
        """Load what played, or what is loaded; more is owed."""
        self._owed = list(self._loaded)
        if playing is not None:
            started, cue = playing
            resume = max(0, heard - started.at + started.skipped) / RATE
            return [Load(replace(cue, resume=resume))]
        return [Load(self._owed.pop(0))] if self._owed else []

    def _end_all_but(self, playing: tuple[TrackStarted, Cue] | None, at: int) -> list[TrackEnded]:
        goes_on = playing[0].id if playing else None
        over = [
            TrackEnded(at, each.id, Why.FINISHED)
            for each in self._started
            if each.id != goes_on and each.id not in self._ended
        ]
        for each in over:
            self._note(each)
        return over

    def _note(self, report: Report) -> None:
        match report:
            case TrackStarted(_, id_):
                self._loaded = [cue for cue in self._loaded if cue.id != id_]
                self._started.append(report)
                if self._skipping:
                    self._skipping, self._skipped_to = False, id_
            case TrackFailed(_, id_):
                self._over(id_)
            case TrackEnded(at, id_):
                known = {cue.id for cue in self._cues}
                self._ended = {k: v for k, v in self._ended.items() if k in known}
                self._ended[id_] = at
            case LiveStarted(at, id_):
                self._live_since[id_] = at
                self._live_since = {k: v for k, v in self._live_since.items() if k in self._live}
            case _:
                pass

    def _over(self, id_: str) -> None:
        self._loaded = [cue for cue in self._loaded if cue.id != id_]
        for each in [each for each in self._started if each.id == id_]:
            self._started.remove(each)

    def _take_back(self, at: int, cuts: Iterable[Resume]) -> None:
        """What was said of later than this is void."""
        self._replayed_to = min(self._replayed_to, at)
        self.ends |= {cut.stream: cut.at for cut in cuts}
        self._ended = {id_: end for id_, end in self._ended.items() if end < at}
        unheard = {each.id for each in self._started if each.at >= at}
        self._skipping |= self._skipped_to in unheard
        self._loaded[:0] = [cue for cue in self._cues if cue.id in unheard]
        self._started = deque(
            (each for each in self._started if each.id not in unheard), maxlen=MAX_RECALLED
        )

    def _playing(self) -> tuple[TrackStarted, Cue] | None:
        for started in reversed(self._started):
            for cue in self._cues:
                if cue.id == started.id and cue.id not in self._ended:
                    return started, cue
        return None
