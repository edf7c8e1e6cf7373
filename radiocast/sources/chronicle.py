"""What was and is heard: now-playing, the last titles in memory, and all of it in the database.

It is told when something begins and ends to be heard, not when it was chosen or mixed, so what
it says agrees with what listeners hear.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

import trio

from radiocast.autodj.changes import Changes, Part
from radiocast.autodj.choose import Choice
from radiocast.autodj.database import DatabaseError
from radiocast.autodj.history import LIVE as LIVE_SOURCE
from radiocast.autodj.history import History, HistoryEntry
from radiocast.autodj.now import LIVE, NowPlaying
from radiocast.autodj.state import Play
from radiocast.autodj.track import Track
from radiocast.formats import Title
from radiocast.mounts.source import Source

logger = logging.getLogger(__name__)

RECENT = 500
"""Entries kept in memory."""
MAX_UNWRITTEN = 1000
"""Entries that wait for a disk that does not answer; more are not kept."""
LAST_WORDS = 1.0
"""Seconds for writing what is left when the station stops."""


@dataclass(slots=True)
class _Entry:
    """Something that is on air: what will be its line in the history."""

    line: HistoryEntry
    row: int | None = None
    """Its number in the database, once it is there."""


class Chronicle:
    """Keeps the record. `run` writes it; the rest are plain calls."""

    def __init__(self, history: History, changes: Changes, listeners: Callable[[], int]) -> None:
        """`listeners`: how many hear it right now."""
        self.now = NowPlaying()
        """What listeners hear."""
        self._history = history
        self._changes = changes
        self._listeners = listeners
        self._entries: deque[_Entry] = deque(maxlen=RECENT)
        self._on_air: _Entry | None = None
        self._one_job = trio.CapacityLimiter(1)
        self._jobs, self._work = trio.open_memory_channel[Callable[[], None]](MAX_UNWRITTEN)

    async def load(self, memory: float) -> list[Play]:
        """Read what was played before; what separation must know of the last `memory` seconds."""
        try:
            before = await trio.to_thread.run_sync(self._history.recent, RECENT)
            plays = await trio.to_thread.run_sync(self._history.plays_since, time.time() - memory)
        except DatabaseError as exc:
            logger.error("the history: %s", exc)
            return []
        self._entries.extendleft(_Entry(line, line.number) for line in before)
        return plays

    async def run(self, keep: float) -> None:
        """Write what happens, for ever; forget what is older than `keep` seconds."""
        self._put(lambda: self._history.forget_before(time.time() - keep))
        try:
            async for job in self._work:
                await self._do(job)
        finally:
            self._end()
            with trio.move_on_after(LAST_WORDS, shield=True), suppress(trio.WouldBlock):
                while True:
                    await self._do(self._work.receive_nowait())

    def recent(self, count: int) -> list[HistoryEntry]:
        """What was on air last, and is: newest first."""
        latest = list(self._entries)[::-1][: max(count, 0)]
        return [replace(entry.line, number=entry.row or 0) for entry in latest]

    async def between(self, start: float, end: float) -> list[HistoryEntry]:
        """What began from `start` on and before `end`, oldest first. Raises DatabaseError."""
        return await trio.to_thread.run_sync(self._history.between, start, end)

    def on_rung(self, rung: str, reason: str) -> None:
        """What stands on this rung of the ladder is heard."""
        self._set(replace(self.now, rung=rung, reason=reason, source="", dj="", live_since=0.0))

    def live(self, source: Source) -> None:
        """A live source begins to be heard."""
        self.nothing()
        self._set(
            replace(
                self.now,
                rung=LIVE,
                reason="a live source is there",
                source=source.ip,
                dj=source.info.name,
                live_since=time.time(),
            )
        )

    def track(self, choice: Choice) -> None:
        """A track begins to be heard."""
        track = choice.track
        assert track is not None
        self._set(
            NowPlaying(
                rung=self.now.rung,
                reason=self.now.reason,
                title=self.now.title,
                track=track,
                playlist=choice.playlist,
                why=choice.why,
                number=self.now.number + 1,
                since=time.time(),
            )
        )
        self._end()
        self._on_air = self._begin_track(choice, track)

    def aside(self, choice: Choice) -> None:
        """A jingle is heard with the track: only the history shows it."""
        track = choice.track
        assert track is not None
        self._finish(self._begin_track(choice, track), track.span)

    def nothing(self) -> None:
        """No track is heard: the ladder helps, or it is live."""
        self._end()
        self._set(
            replace(
                self.now,
                track=None,
                playlist="",
                why=(),
                number=self.now.number + 1,
                since=time.time(),
            )
        )

    def title(self, title: Title) -> None:
        """Listeners are shown another title. Live, that is a new entry."""
        if title == self.now.title:
            return
        if self.now.rung == LIVE:
            self.nothing()
            self._on_air = self._begin_live(title)
        self._set(replace(self.now, title=title))

    async def _do(self, job: Callable[[], None]) -> None:
        try:
            await trio.to_thread.run_sync(job, limiter=self._one_job)
        except DatabaseError as exc:
            logger.error("the history is not kept: %s", exc)

    def _begin_track(self, choice: Choice, track: Track) -> _Entry:
        source, title = choice.origin.value, track.title or track.file
        return self._begin(
            _line(source, track.artist, title, track.album, track.key, choice.playlist),
            lambda at: self._history.start_track(at, track, choice.origin, choice.playlist),
        )

    def _begin_live(self, title: Title) -> _Entry:
        artist, song = title.artist, title.title or title.text
        return self._begin(
            _line(LIVE_SOURCE, artist, song), lambda at: self._history.start_live(at, artist, song)
        )

    def _begin(self, line: HistoryEntry, write: Callable[[float], int]) -> _Entry:
        entry = _Entry(line)
        self._entries.append(entry)

        def start() -> None:
            entry.row = write(line.start)

        self._put(start)
        return entry

    def _end(self) -> None:
        """What was on air is over."""
        entry, self._on_air = self._on_air, None
        if entry is not None:
            self._finish(entry, time.time() - entry.line.start)

    def _finish(self, entry: _Entry, duration: float) -> None:
        listeners = self._listeners()
        entry.line = replace(entry.line, duration=duration, listeners=listeners)

        def finish() -> None:
            if entry.row is not None:
                self._history.finish(entry.row, duration, listeners)

        self._put(finish)

    def _put(self, job: Callable[[], None]) -> None:
        try:
            self._jobs.send_nowait(job)
        except trio.WouldBlock:
            logger.error("the history is not kept: the disk does not answer")

    def _set(self, now: NowPlaying) -> None:
        if now != self.now:
            self.now = now
            self._changes.tell(Part.PLAYER)


def _line(
    source: str, artist: str, title: str, album: str = "", key: str = "", playlist: str = ""
) -> HistoryEntry:
    """An entry that begins now; its number comes with its place in the database."""
    return HistoryEntry(0, time.time(), None, source, None, key, playlist, artist, title, album)
