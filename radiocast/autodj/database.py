"""One SQLite file for what the auto-DJ must not forget. Blocks: call it in a thread."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from radiocast.errors import RadiocastError

_SCHEMA = (
    """
    CREATE TABLE analyses (
        path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
        loudness REAL, peak REAL, cue_in REAL NOT NULL, cue_out REAL, start_next REAL
    ) WITHOUT ROWID;
    CREATE TABLE history (
        id INTEGER PRIMARY KEY, start REAL NOT NULL, duration REAL, source TEXT NOT NULL,
        listeners INTEGER, key TEXT NOT NULL, playlist TEXT NOT NULL,
        artist TEXT NOT NULL, title TEXT NOT NULL, album TEXT NOT NULL
    );
    CREATE INDEX history_by_start ON history (start);
    """,
    """
    ALTER TABLE analyses ADD COLUMN problem TEXT NOT NULL DEFAULT '';
    ALTER TABLE analyses ADD COLUMN seen REAL NOT NULL DEFAULT 0;
    UPDATE analyses SET seen = strftime('%s', 'now')
    """,
)
"""What leads from each version of the file to the next one. Never change an entry: add one."""


class DatabaseError(RadiocastError):
    """The file cannot be used. Says why."""


class Database:
    """An open database. May be used from any thread, by one at a time."""

    def __init__(self, path: Path | str) -> None:
        """Open the file, or begin a new one (":memory:": none at all). Raises DatabaseError."""
        self._lock = threading.Lock()
        with _translated():
            # No transactions of the module's own: those below say where they begin and end.
            self._connection = sqlite3.connect(
                path, isolation_level=None, check_same_thread=False, timeout=5.0
            )
        try:
            with _translated():
                # A play recorded twice a minute is not worth a disk flush each: with WAL a
                # power cut costs the last lines, and nothing else.
                self._connection.execute("PRAGMA journal_mode = WAL")
                self._connection.execute("PRAGMA synchronous = NORMAL")
            self._migrate()
        except BaseException:
            self.close()
            raise

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing of what is done inside. Raises DatabaseError."""
        with self._lock, _translated():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _migrate(self) -> None:
        with self.transaction() as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version > len(_SCHEMA):
                raise DatabaseError(f"was written by a newer radiocast (version {version})")
            for script in _SCHEMA[version:]:
                # Not executescript: it would end the transaction before it begins.
                for statement in script.split(";"):
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {len(_SCHEMA)}")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as exc:
        raise DatabaseError(f"cannot be used: {exc}") from exc
