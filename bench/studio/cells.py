"""One cell of the table: both programs play at the same time, and are looked at alike."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from bench.studio.processes import Memory, cpu_time, memory
from bench.studio.programs import (
    Playing,
    liquidsoap,
    liquidsoap_station,
    radiocast_station,
    studio,
)

SETTLE = 6.0
"""Seconds until all that is done once is done: the lead made, the library read."""
PARTS = 3
"""Of a window: how far their ratios are apart says how much noise there is."""
SLACK = 12.0
"""Seconds by which what came of both may differ: leads, pipes and bursts hold some."""

Program = Callable[[Sequence[str], Sequence[Path], Path], AbstractContextManager[Playing]]


@dataclass(frozen=True, slots=True)
class Cell:
    """What is played by whom."""

    label: str
    names: tuple[str, ...]
    """Of `outputs.OUTPUTS`."""
    liquidsoap_names: tuple[str, ...] = ()
    """What Liquidsoap is asked for; empty: the same."""
    station: bool = False


CELLS = (
    Cell("nothing", ()),
    Cell("mp3", ("mp3",)),
    Cell("opus", ("opus",)),
    Cell("vorbis", ("vorbis",)),
    Cell("aac", ("aac",)),
    Cell("mp3+opus+aac", ("mp3", "opus", "aac")),
    Cell("  its AAC fast", ("mp3", "opus", "aac"), ("mp3", "opus", "fast-aac")),
    Cell("all four", ("mp3", "opus", "aac", "vorbis")),
    Cell("station", ("mp3", "opus", "aac"), station=True),
)


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one program. CPU in ms per second of sound."""

    parts: tuple[float, ...]
    """For each part of the window."""
    parent: float
    """What feeding it and throwing its packets away cost besides."""
    memory: Memory
    idle: Memory

    @property
    def cpu(self) -> float:
        return sum(self.parts) / len(self.parts)


@dataclass(frozen=True, slots=True)
class Moment:
    """CPU seconds of both programs up to a point in time."""

    time: float
    works: list[float]
    parents: list[float]


@dataclass(frozen=True, slots=True)
class Row:
    """A cell, measured."""

    cell: Cell
    radiocast: Figures
    liquidsoap: Figures
    problems: list[str] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        return self.radiocast.cpu / self.liquidsoap.cpu

    @property
    def ratios(self) -> list[float]:
        """Of the parts of the window."""
        both = zip(self.radiocast.parts, self.liquidsoap.parts, strict=True)
        return [ours / theirs for ours, theirs in both]


def measure(
    cells: Sequence[Cell],
    tracks: Sequence[Path],
    window: float,
    say: Callable[[str], None],
) -> Iterator[Row]:
    """One cell after the other. `window` in seconds."""
    for cell in cells:
        say(cell.label.strip())
        yield _measure(cell, tracks, window)


def _measure(cell: Cell, tracks: Sequence[Path], window: float) -> Row:
    us: Program = radiocast_station if cell.station else studio
    them: Program = liquidsoap_station if cell.station else liquidsoap
    with ExitStack() as stack:
        both: list[Playing] = []
        # Liquidsoap first, which takes long to start.
        for program, names in ((them, cell.liquidsoap_names or cell.names), (us, cell.names)):
            directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-studio-"))
            both.insert(0, stack.enter_context(program(names, tracks, Path(directory))))
        began = time.monotonic()
        time.sleep(SETTLE)
        moments = [_look(both)]
        for _ in range(PARTS):
            time.sleep(window / PARTS)
            moments.append(_look(both))
        memories = [(memory(each.pids), memory(each.idle)) for each in both]
    figures = [
        Figures(
            tuple(_cpu(parts, "works", number) for parts in pairwise(moments)),
            _cpu((moments[0], moments[-1]), "parents", number),
            *memories[number],
        )
        for number in range(len(both))
    ]
    ours, theirs = figures
    return Row(cell, ours, theirs, _unequal(both, cell, time.monotonic() - began))


def _look(both: Sequence[Playing]) -> Moment:
    return Moment(
        time.perf_counter(),
        [cpu_time(each.pids) for each in both],
        [cpu_time(each.parents) for each in both],
    )


def _cpu(part: tuple[Moment, Moment], whose: str, number: int) -> float:
    """Milliseconds per second between two moments."""
    before, after = part
    used: float = getattr(after, whose)[number] - getattr(before, whose)[number]
    return used / (after.time - before.time) * 1000


def _unequal(both: Sequence[Playing], cell: Cell, seconds: float) -> list[str]:
    """Where one of them did less than the other."""
    ours, theirs = both
    problems = []
    for our_name, their_name in zip(cell.names, cell.liquidsoap_names or cell.names, strict=True):
        bytes_ = (ours.came[our_name], theirs.came[their_name])
        if abs(bytes_[0] - bytes_[1]) > SLACK * max(bytes_) / seconds or not min(bytes_):
            problems.append(f"{bytes_[0]:,} bytes of {our_name}, Liquidsoap {bytes_[1]:,}")
    return problems
