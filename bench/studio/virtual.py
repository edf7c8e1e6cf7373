"""A station without a clock: the studio and what the station does with its reports, as fast as
the machine can.

The loop is the worker's, its waiting replaced by adding to a number; every command and report
goes through the wire's format, and packets through recall and playout, as they do in a station.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from itertools import count, cycle
from pathlib import Path

from radiocast.formats import Title
from radiocast.studio.commands import (
    Command,
    Lay,
    LiveAudio,
    LiveClose,
    LiveOpen,
    LiveTitle,
    Load,
    Plan,
    Rest,
    Skip,
    Start,
    Wake,
)
from radiocast.studio.cues import Cue
from radiocast.studio.engine import Engine
from radiocast.studio.events import LiveStarted, NeedTrack, TrackFailed, TrackStarted
from radiocast.studio.mediatime import RATE
from radiocast.studio.messages import to_command, to_message, to_report
from radiocast.studio.playout import Playout
from radiocast.studio.readahead import ReadAhead
from radiocast.studio.recall import Recall
from radiocast.studio.reports import Packets, Problem, Report, Resting, Spliced, StreamBegan
from radiocast.studio.wire import Message, Unpacker, pack
from radiocast.studio.worker import Pace, how_much, time_to_wait

TICK = 0.02
"""Virtual seconds: the most that goes by in one step. The worker looks that often, too, when
something urgent may come."""
OPEN_TIMEOUT = 5.0
"""Real seconds a file may take until there is sound of it."""


@dataclass(frozen=True, slots=True)
class Diary:
    """What happens how often, in seconds."""

    skip: float = 400.0
    live: float = 600.0
    show: float = 60.0
    """How long each live source stays."""
    jingle: float = 300.0
    rest: float = 3600.0
    """A rest is as long as a show."""


@dataclass(frozen=True, slots=True)
class Show:
    """What a live source sends: a recording, over and over."""

    content_type: str
    data: bytes
    seconds: float


class Station:
    """Plays for ever, by a diary. `heard` counts what it was made of, by the reports' names."""

    def __init__(
        self,
        plan: Plan,
        tracks: Sequence[Path],
        shows: Sequence[Show],
        diary: Diary,
        pool: Executor | None = None,
    ) -> None:
        self.now = 0.0
        """Virtual seconds."""
        self.heard: Counter[str] = Counter()
        self.problems: list[str] = []
        self._plan, self._diary = plan, diary
        self._tracks, self._shows = cycle(map(str, tracks)), cycle(shows)
        self._numbers = count()
        self._engine = Engine(Start(plan), open_=_open, pool=pool)
        self._recall, self._playout, self._unpacker = Recall(plan), Playout(), Unpacker()
        self._pace = Pace(0, 0.0)
        self._next = replace(diary)  # when each kind of thing happens next
        self._live: tuple[str, Show] | None = None
        self._sent = 0.0  # seconds of the show
        self._ends = 0.0  # the show or the rest
        self._resting = False

    def run(self, until: float) -> None:
        """Go on until this virtual time."""
        engine = self._engine
        while self.now < until:
            if engine.urgent:
                self._take(engine.splice(self._pace.on_air(self.now)))
            ahead = self._pace.ahead(engine.at, self.now)
            wait = time_to_wait(engine, ahead, self._plan.lead)
            if wait is None:
                self._take(engine.step(*how_much(engine, ahead, self._plan.lead)))
                continue
            if engine.resting:
                self._take(engine.rest(self._pace.on_air(self.now)))
            self._wait(max(wait, 0.001))

    def _wait(self, seconds: float) -> None:
        """Let time go by, until something is urgent."""
        over = self.now + seconds
        while self.now < over:
            tick = min(over - self.now, TICK)
            self.now += tick
            self._engine.tick(tick)
            for report in self._playout.due(self._pace.on_air(self.now)):
                self._hear(report)
            self._live_and_let_rest()
            self._by_the_diary()
            if self._engine.urgent:
                return

    def _by_the_diary(self) -> None:
        diary, due = self._diary, self._next
        busy = self._live is not None or self._resting
        if self.now >= due.skip:
            self._next = due = replace(due, skip=self.now + diary.skip)
            self._send(Skip())
        if self.now >= due.jingle:
            self._next = due = replace(due, jingle=self.now + diary.jingle)
            self._send(Lay(replace(self._cue(), cue_out=3.0)))
        if self.now >= due.rest and not busy:
            self._next = replace(due, rest=self.now + diary.rest)
            self._resting, self._ends = True, self.now + diary.show
            self._send(Rest())
        elif self.now >= due.live and not busy:
            self._next = replace(due, live=self.now + diary.live)
            show = next(self._shows)
            self._live = (f"live {next(self._numbers)}", show)
            self._sent, self._ends = self.now, self.now + diary.show
            self._send(LiveOpen(self._live[0], show.content_type))

    def _live_and_let_rest(self) -> None:
        over = self.now >= self._ends
        if self._resting and over:
            self._resting = False
            self._send(Wake(self._pace.on_air(self.now) + RATE))
        if self._live is None:
            return
        name, show = self._live
        if over:
            self._live = None
            self._send(LiveClose(name, kick=next(self._numbers) % 3 == 0))
            return
        rate = len(show.data) / show.seconds
        start, end = (round((at % show.seconds) * rate) for at in (self._sent, self.now))
        self._sent = self.now
        if end < start:  # the recording is over; the next bytes begin a new stream
            self._send(LiveAudio(name, show.data[start:]))
            self._send(LiveTitle(name, Title(f"at {self.now:.0f}")))
            start = 0
        if end > start:
            self._send(LiveAudio(name, show.data[start:end]))

    def _send(self, command: Command) -> None:
        self._recall.sent(command)
        self._engine.do(to_command(to_message(command)))

    def _take(self, reports: Sequence[Report]) -> None:
        for message in self._unpacker.feed(b"".join(pack(to_message(each)) for each in reports)):
            assert isinstance(message, Message)
            report = to_report(message)
            answer = self._recall.answer(report)
            if answer is not None:
                self._send(answer)
            elif self._recall.came(report):
                for urgent in self._playout.put(report):
                    self._hear(urgent)
            if isinstance(report, Spliced | Resting):
                self.heard[type(report).__name__] += 1

    def _hear(self, report: Report) -> None:
        match report:
            case NeedTrack():
                self._send(Load(self._cue()))
            case Problem(text=text) | TrackFailed(problem=text):
                self.problems.append(text)
            case TrackStarted() | LiveStarted() | StreamBegan():
                self.heard[type(report).__name__] += 1
            case Packets(stream=stream, samples=samples):
                self.heard[stream] += sum(samples)
            case _:
                pass

    def _cue(self) -> Cue:
        number, path = next(self._numbers), next(self._tracks)
        return Cue(f"track {number}", path, Title(f"Number {number}"), gain_db=-1.5)


def _open(path: str, start: float) -> ReadAhead:
    """As the worker opens files, but waited for: real time is dear here, virtual time is not."""
    sound = ReadAhead(path, start)
    deadline = time.monotonic() + OPEN_TIMEOUT
    while not sound.check() and time.monotonic() < deadline:
        time.sleep(0.0005)
    return sound
