"""Rows as a table for people, and what they were measured with."""

from __future__ import annotations

import ctypes
import subprocess
from collections.abc import Sequence

from bench.fanout.environment import describe
from bench.fanout.table import aligned
from bench.studio.cells import Row

HEADINGS = (
    "", "CPU", "lqs", "ratio", "", "parent", "RSS", "+idle", "lqs", "ratio", "PSS", "+idle",
    "lqs", "ratio",
)  # fmt: skip
_LAME = "libmp3lame.so.0"


def table(rows: Sequence[Row]) -> str:
    """One line per row, then what went wrong."""
    notes = [f"! {row.cell.label}: {problem}" for row in rows for problem in row.problems]
    return "\n".join([aligned([HEADINGS, *map(_cells, rows)]), *notes])


def _cells(row: Row) -> tuple[str, ...]:
    ours, theirs = row.radiocast, row.liquidsoap
    with_idle = ours.memory + ours.idle
    return (
        row.cell.label,
        f"{ours.cpu:.1f}",
        f"{theirs.cpu:.1f}",
        f"{row.ratio:.2f}",
        f"{min(row.ratios):.2f}-{max(row.ratios):.2f}",
        "-" if row.cell.station else f"{ours.parent:.1f}",
        *_memory(ours.memory.rss, with_idle.rss, theirs.memory.rss),
        *_memory(ours.memory.pss, with_idle.pss, theirs.memory.pss),
    )


def _memory(alone: int, with_idle: int, theirs: int) -> tuple[str, ...]:
    sizes = (f"{size / 1e6:.0f}" for size in (alone, with_idle, theirs))
    return (*sizes, f"{with_idle / theirs:.2f}")


def versions() -> dict[str, str]:
    """Machine, programs and codecs, in words."""
    environment = describe()
    return {
        **{name: environment[name] for name in ("machine", "kernel", "python", "commit", "load")},
        "liquidsoap": _said(["liquidsoap", "--version"]).partition("\n")[0],
        "MP3 by": "the system's libmp3lame, for both" if _has_lame() else "PyAV's libmp3lame",
        "AAC by": "FFmpeg's aac for both: coder fast here, twoloop (its default) there",
    }


def _has_lame() -> bool:
    # Not by asking radiocast.codecs: what this process imports, the worker would share, and its
    # PSS would be half the truth.
    try:
        ctypes.CDLL(_LAME)
    except OSError:
        return False
    return True


def _said(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
