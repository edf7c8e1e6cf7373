"""What was measured of each file, so that it is measured once. Blocks: call it in a thread."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from radiocast.autodj.database import Database


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells whether a file has changed."""

    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Analysis:
    """How loud a file is, and where it sounds. Times in seconds from its beginning."""

    loudness: float | None = None
    """In LUFS; None: nothing but silence."""
    peak: float | None = None
    """1.0 is full scale."""
    cue_in: float = 0.0
    cue_out: float | None = None
    start_next: float | None = None


class Analyses:
    """Analyses by path; each holds only while the file has not changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, path: str, stamp: Stamp) -> Analysis | None:
        """The analysis of a file as it is now. Raises DatabaseError."""
        with self._database.transaction() as connection:
            row = connection.execute(
                "SELECT loudness, peak, cue_in, cue_out, start_next FROM analyses"
                " WHERE path = ? AND size = ? AND mtime_ns = ?",
                (_storable(path), stamp.size, stamp.mtime_ns),
            ).fetchone()
        return Analysis(*row) if row else None

    def put(self, path: str, stamp: Stamp, analysis: Analysis) -> None:
        """Keep an analysis, in place of any other of this file. Raises DatabaseError."""
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO analyses VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    _storable(path),
                    stamp.size,
                    stamp.mtime_ns,
                    analysis.loudness,
                    analysis.peak,
                    analysis.cue_in,
                    analysis.cue_out,
                    analysis.start_next,
                ),
            )

    def keep_only(self, paths: Iterable[str]) -> None:
        """Forget all files but these. Raises DatabaseError."""
        wanted = {_storable(path) for path in paths}
        with self._database.transaction() as connection:
            rows = connection.execute("SELECT path FROM analyses").fetchall()
            gone = [(path,) for (path,) in rows if path not in wanted]
            connection.executemany("DELETE FROM analyses WHERE path = ?", gone)


def _storable(path: str) -> bytes:
    """A path as bytes: names that are not UTF-8 have surrogates, which SQLite's text refuses."""
    return path.encode("utf-8", "surrogateescape")
