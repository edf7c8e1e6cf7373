"""What was measured of each file, so that it is measured once. Blocks: call it in a thread."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from radiocast.autodj.database import Database

FORGET_AFTER = 90 * 86400.0
"""Seconds an analysis outlives its file: a disk that is away for repair is no reason to measure
ten thousand files again."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells whether a file has changed."""

    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Analysis:
    """How loud a file is, and where it sounds. Times in seconds from its beginning."""

    loudness: float | None = None
    """In LUFS; None: nothing but silence, or not found."""
    peak: float | None = None
    """1.0 is full scale."""
    cue_in: float = 0.0
    cue_out: float | None = None
    start_next: float | None = None
    problem: str = ""
    """Why the file must not be played; empty: it may."""


class Analyses:
    """Analyses by path; each holds only while the file has not changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, path: str, stamp: Stamp) -> Analysis | None:
        """The analysis of a file as it is now. Raises DatabaseError."""
        with self._database.transaction() as connection:
            row = connection.execute(
                "SELECT loudness, peak, cue_in, cue_out, start_next, problem FROM analyses"
                " WHERE path = ? AND size = ? AND mtime_ns = ?",
                (_storable(path), stamp.size, stamp.mtime_ns),
            ).fetchone()
        return Analysis(*row) if row else None

    def put(self, path: str, stamp: Stamp, analysis: Analysis) -> None:
        """Keep an analysis, in place of any other of this file. Raises DatabaseError."""
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO analyses"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, strftime('%s', 'now'))",
                (
                    _storable(path),
                    stamp.size,
                    stamp.mtime_ns,
                    analysis.loudness,
                    analysis.peak,
                    analysis.cue_in,
                    analysis.cue_out,
                    analysis.start_next,
                    analysis.problem,
                ),
            )

    def keep(self, paths: Iterable[str], now: float) -> None:
        """These files are there, `now` in Unix seconds. Forget those that were not for long.

        Raises DatabaseError.
        """
        with self._database.transaction() as connection:
            connection.executemany(
                "UPDATE analyses SET seen = ? WHERE path = ?",
                ((now, _storable(path)) for path in paths),
            )
            connection.execute("DELETE FROM analyses WHERE seen < ?", (now - FORGET_AFTER,))


def _storable(path: str) -> bytes:
    """A path as bytes: names that are not UTF-8 have surrogates, which SQLite's text refuses."""
    return path.encode("utf-8", "surrogateescape")
