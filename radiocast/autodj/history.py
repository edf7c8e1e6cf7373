"""What was on air, when, for how long and for how many. Blocks: call it in a thread."""

from __future__ import annotations

from dataclasses import dataclass

from radiocast.autodj.database import Database
from radiocast.autodj.state import Origin, Play
from radiocast.autodj.track import Track, make_labels

LIVE = "live"
"""The source of what a DJ played; of tracks it is the `Origin`'s value."""

MAX_PAGE = 10_000
"""Entries given at once."""

_COLUMNS = "id, start, duration, source, listeners, key, playlist, artist, title, album"


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """Something that was on air."""

    number: int
    start: float
    """In Unix seconds."""
    duration: float | None
    """In seconds; None: it is on air, or was when the station died."""
    source: str
    """`live`, or why the auto-DJ played it: an `Origin`'s value."""
    listeners: int | None
    """At its end."""
    key: str
    """The track's; empty: it was live."""
    playlist: str
    artist: str
    title: str
    album: str


class History:
    """The entries of one database. All methods raise DatabaseError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def start_track(self, at: float, track: Track, origin: Origin, playlist: str) -> int:
        """A track begins. Gives its number, for `finish`."""
        return self._start(
            (
                at,
                origin.value,
                track.key,
                playlist,
                track.artist,
                track.title or track.file,
                track.album,
            )
        )

    def start_live(self, at: float, artist: str, title: str) -> int:
        """A DJ's title begins. Gives its number, for `finish`."""
        return self._start((at, LIVE, "", "", artist, title, ""))

    def finish(self, number: int, duration: float, listeners: int) -> None:
        """What `number` is has ended after so many seconds, heard by so many."""
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE history SET duration = ?, listeners = ? WHERE id = ?",
                (duration, listeners, number),
            )

    def recent(self, count: int) -> list[HistoryEntry]:
        """The last entries, newest first."""
        return self._select("ORDER BY start DESC, id DESC LIMIT ?", min(count, MAX_PAGE))

    def between(self, start: float, end: float) -> list[HistoryEntry]:
        """What began from `start` on and before `end`, oldest first; MAX_PAGE of it."""
        return self._select(
            "WHERE start >= ? AND start < ? ORDER BY start, id LIMIT ?", start, end, MAX_PAGE
        )

    def plays_since(self, start: float) -> list[Play]:
        """What separation and cooldowns must know after a restart, oldest first."""
        origins = {origin.value: origin for origin in Origin}
        entries = self._select("WHERE start >= ? ORDER BY start, id LIMIT ?", start, MAX_PAGE)
        return [
            Play(
                entry.start,
                entry.key,
                make_labels(entry.artist, entry.title, entry.album),
                entry.playlist,
                # A DJ's song is as fresh in the ear; like what was asked for, no playlist's turn.
                origins.get(entry.source, Origin.QUEUE),
            )
            for entry in entries
        ]

    def forget_before(self, start: float) -> None:
        """Remove what began before `start`."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM history WHERE start < ?", (start,))

    def _start(self, values: tuple[object, ...]) -> int:
        with self._database.transaction() as connection:
            cursor = connection.execute(
                "INSERT INTO history (start, source, key, playlist, artist, title, album)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                [_storable(value) for value in values],
            )
            assert cursor.lastrowid is not None
            return cursor.lastrowid

    def _select(self, clause: str, *values: float) -> list[HistoryEntry]:
        with self._database.transaction() as connection:
            rows = connection.execute(f"SELECT {_COLUMNS} FROM history {clause}", values)
            return [HistoryEntry(*row) for row in rows]


def _storable(value: object) -> object:
    """Names of files that are not UTF-8 have surrogates, which SQLite's text refuses."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    return value
