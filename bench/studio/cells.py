"""One cell of the table: both programs play at the same time, and are looked at alike."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from bench.studio.outputs import OUTPUTS
from bench.studio.processes import Memory, cpu_time, memory
from bench.studio.programs import (
    Playing,
    liquidsoap,
    liquidsoap_station,
    radiocast_station,
    studio,
)

SETTLE = 8.0
"""Seconds until all that is done once is done: the lead made, the library read."""
PARTS = 3
"""Of a window: how far their ratios are apart says how much noise there is."""
SHORTFALL = 0.25
"""Of the bytes that should have come. Pipes and bursts hold some seconds."""

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
    Cell("  its AAC fast, too", ("mp3", "opus", "aac"), ("mp3", "opus", "fast-aac")),
    Cell("all four", ("mp3", "opus", "aac", "vorbis")),
    Cell("station, 3 outputs", ("mp3", "opus", "aac"), station=True),
)


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one program. CPU in ms per second of sound."""

    cpu: float
    parts: tuple[float, ...]
    """The same for each part of the window."""
    parent: float
    """What feeding it and throwing its packets away cost besides."""
    memory: Memory
    spare: Memory


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
    ours: Program = radiocast_station if cell.station else studio
    theirs: Program = liquidsoap_station if cell.station else liquidsoap
    began = time.monotonic()
    with ExitStack() as stack:
        both = []
        for program, names in ((ours, cell.names), (theirs, cell.liquidsoap_names or cell.names)):
            directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-studio-"))
            both.append(stack.enter_context(program(names, tracks, Path(directory))))
        time.sleep(SETTLE)
        moments = [_moment(both)]
        for _ in range(PARTS):
            time.sleep(window / PARTS)
            moments.append(_moment(both))
        memories = [(memory(each.pids), memory(each.spares)) for each in both]
        played = time.monotonic() - began - SETTLE / 2  # about: who began when is not known
    figures = []
    for number, (used, spare) in enumerate(memories):
        parts = [
            tuple((a - b) / (t1 - t0) * 1000 for a, b in zip(after[number], before[number]))
            for (t0, before), (t1, after) in zip(moments, moments[1:])
        ]
        works = tuple(work for work, _ in parts)
        parent = sum(other for _, other in parts) / PARTS
        figures.append(Figures(sum(works) / PARTS, works, parent, used, spare))
    problems = [text for each in both for text in _missing(each, cell, played)]
    return Row(cell, *figures, problems)


def _moment(both: Sequence[Playing]) -> tuple[float, list[tuple[float, float]]]:
    """Now, and the CPU seconds of each one's workers and parents."""
    used = [(cpu_time(each.pids), cpu_time(each.parents)) for each in both]
    return time.perf_counter(), used


def _missing(playing: Playing, cell: Cell, seconds: float) -> list[str]:
    names = cell.names if playing.name == "radiocast" else cell.liquidsoap_names or cell.names
    problems = []
    for name in names:
        rate = playing.came[name] * 8 / seconds
        if abs(rate / OUTPUTS[name].bitrate - 1) > SHORTFALL:
            problems.append(f"{playing.name}'s {name} came at {rate / 1000:.0f} kbit/s")
    return problems
