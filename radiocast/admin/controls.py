"""What a remote control does with the auto-DJ, whatever protocol it speaks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from radiocast.autodj.changes import Changes
from radiocast.autodj.history import HistoryEntry
from radiocast.autodj.library import Progress
from radiocast.autodj.now import NowPlaying
from radiocast.autodj.simulate import Airing
from radiocast.autodj.state import Queued, Shelves
from radiocast.autodj.track import Track


class Controls(Protocol):
    """The auto-DJ, for those who steer it and those who watch it.

    The text of each error is for the operator. Times are Unix seconds.
    """

    @property
    def now(self) -> NowPlaying:
        """What listeners hear."""

    @property
    def queue(self) -> tuple[Queued, ...]:
        """What the operator wants next."""

    def upcoming(self, count: int) -> list[Airing]:
        """What comes next if nobody asks for more: the queue, then the rotation's own choice."""

    def enqueue(self, key: str, position: int | None = None) -> Queued:
        """Put a track of the library, or an http(s) address, at `position` (0 is next), or at
        the end. Raises QueueError."""

    def dequeue(self, number: int) -> None:
        """Take the track called `number` out of the queue. Raises QueueError."""

    def move(self, number: int, position: int) -> None:
        """Put the track called `number` at `position`, where 0 is next. Raises QueueError."""

    def clear_queue(self) -> None:
        """Empty the queue."""

    def request(self, key: str, listener: str) -> None:
        """Play a track because a listener, known by an address, wants it. Raises RequestError."""

    def skip(self) -> None:
        """Go on with the next track at once."""

    def kick_live(self) -> bool:
        """Send whoever is live away; whether there was somebody."""

    def reload_playlists(self) -> None:
        """Look at the files now."""

    @property
    def shelves(self) -> Shelves:
        """What there is to play, by the playlist's name: a new mapping after each change."""

    @property
    def progress(self) -> Progress:
        """How far the library is."""

    @property
    def problems(self) -> Mapping[str, str]:
        """What cannot be played and why, by path or playlist."""

    def search(self, text: str, limit: int = 100) -> list[Track]:
        """Tracks of the library with all words of `text` in their artist, title or album."""

    def recent(self, count: int) -> list[HistoryEntry]:
        """What was on air, newest first, as far as it is in memory."""

    async def history(self, start: float, end: float) -> list[HistoryEntry]:
        """What was on air between two times. Raises DatabaseError."""

    @property
    def changes(self) -> Changes:
        """Who waits for news."""
