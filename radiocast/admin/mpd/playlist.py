"""What MPD's clients call the queue, made of what we have.

Position 0 is what is heard. The operator's queue follows, and then a few tracks that the
rotation would choose now: clients show what comes, and a track of the rotation that is moved
becomes the operator's. A song keeps its id from the moment it is first seen until it is over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from radiocast.admin.controls import Controls
from radiocast.autodj.changes import Part
from radiocast.autodj.now import NowPlaying
from radiocast.autodj.simulate import Airing
from radiocast.autodj.state import Origin, Queued
from radiocast.autodj.track import Track

AHEAD = 10
"""Tracks of the rotation shown behind the queue."""


class Place(Enum):
    """Why a song is where it is."""

    HEARD = "heard"
    DRAWN = "drawn"
    """It was in the queue, and is being prepared: nobody can change that any more."""
    QUEUED = "queued"
    COMING = "coming"
    """The rotation's choice, as far as one can tell now."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A song at a position."""

    id: int
    place: Place
    track: Track | None
    """None: what is heard is no track."""
    playlist: str = ""
    number: int = 0
    """Its name in the queue, or that of what is heard."""
    heard: NowPlaying | None = None


class Playlist:
    """The entries now, and since which version each has been where it is."""

    def __init__(self) -> None:
        self.version = 1
        self.entries: tuple[Entry, ...] = ()
        self._since: list[int] = []
        self._next_id = 1
        self._counts: Mapping[Part, int] | None = None
        self._added: list[Entry] = []  # since the last look

    def refresh(self, controls: Controls) -> None:
        """Look whether there is something new."""
        counts = controls.changes.counts
        if counts == self._counts:
            return
        self._counts = counts
        queue = controls.queue
        self._update(controls.now, queue, controls.upcoming(len(queue) + 2 * AHEAD))

    @property
    def heard(self) -> NowPlaying | None:
        """What position 0 holds; None: nothing has been heard yet."""
        return self.entries[0].heard if self.entries else None

    @property
    def queue_start(self) -> int:
        """The position of the first entry of the queue, if there were one."""
        places = [entry.place for entry in self.entries]
        return places.count(Place.HEARD) + places.count(Place.DRAWN)

    def changed_since(self, version: int) -> list[tuple[int, Entry]]:
        """Positions that hold something else than they did at that version."""
        everything = not 0 < version <= self.version
        return [
            (position, entry)
            for position, entry in enumerate(self.entries)
            if everything or self._since[position] > version
        ]

    def find(self, song_id: int) -> int | None:
        """The position of a song; None: it is gone."""
        return next((at for at, entry in enumerate(self.entries) if entry.id == song_id), None)

    def id_of(self, queued: Queued) -> int:
        """The id that what has just been put into the queue will have, without looking at all
        the rest again: clients add songs by the hundred."""
        entry = Entry(self._new_id(), Place.QUEUED, queued.track, number=queued.number)
        self._added.append(entry)
        return entry.id

    def _update(self, now: NowPlaying, queue: Sequence[Queued], upcoming: Sequence[Airing]) -> None:
        waiting = {queued.number for queued in queue}
        seen = [*self._added, *self.entries]
        self._added = []
        known = {e.number: e.id for e in seen if e.place is Place.QUEUED and e.number in waiting}
        pool = [e for e in seen if e.place is not Place.QUEUED or e.number not in waiting]
        queued = [self._queued(each, known, pool) for each in queue]
        entries = [self._heard(now, pool)] if now.rung else []
        wanted = [airing for airing in upcoming if airing.origin is Origin.QUEUE]
        drawn = wanted[: _drawn(wanted, queue)]
        entries += [self._announced(airing, Place.DRAWN, pool) for airing in drawn]
        entries += queued
        others = [airing for airing in upcoming if airing.origin is not Origin.QUEUE]
        entries += [self._announced(airing, Place.COMING, pool) for airing in others[:AHEAD]]
        self._put(tuple(entries))

    # Each takes the id of an entry that was there and is no more, if it can be the same.

    def _queued(self, queued: Queued, known: Mapping[int, int], pool: list[Entry]) -> Entry:
        song_id = known.get(queued.number)
        if song_id is None:
            song_id = self._take(pool, lambda e: _again(e, queued.track, Place.DRAWN))
        return Entry(song_id, Place.QUEUED, queued.track, number=queued.number)

    def _heard(self, now: NowPlaying, pool: list[Entry]) -> Entry:
        song_id = self._take(
            pool,
            lambda e: e.place is Place.HEARD and e.number == now.number,
            lambda e: _again(e, now.track, Place.DRAWN, Place.QUEUED, Place.COMING),
        )
        return Entry(song_id, Place.HEARD, now.track, now.playlist, now.number, now)

    def _announced(self, airing: Airing, place: Place, pool: list[Entry]) -> Entry:
        places = Place.DRAWN, Place.QUEUED, Place.COMING
        song_id = self._take(pool, lambda e: _again(e, airing.track, *places))
        return Entry(song_id, place, airing.track, airing.playlist)

    def _take(self, pool: list[Entry], *wanted: Callable[[Entry], bool]) -> int:
        """The id of the first entry that is so, or else so, which leaves the pool; or a new id."""
        for fits in wanted:
            for at, entry in enumerate(pool):
                if fits(entry):
                    del pool[at]
                    return entry.id
        return self._new_id()

    def _new_id(self) -> int:
        self._next_id += 1
        return self._next_id - 1

    def _put(self, entries: tuple[Entry, ...]) -> None:
        old = self.entries
        if entries == old:
            return
        self.version += 1
        kept = self._since[: len(entries)] + [0] * (len(entries) - len(old))
        self._since = [
            kept[at] if at < len(old) and old[at] == entry else self.version
            for at, entry in enumerate(entries)
        ]
        self.entries = entries


def _again(entry: Entry, track: Track | None, *places: Place) -> bool:
    """Whether it was this track, in one of these places."""
    if entry.track is None or track is None:
        return False
    return entry.place in places and entry.track.key == track.key


def _drawn(wanted: Sequence[Airing], queue: Sequence[Queued]) -> int:
    """How many of the `wanted`, the tracks from the queue that will be heard, have left it:
    after those come the ones still in it."""
    keys = [airing.track.key for airing in wanted if airing.track is not None]
    waiting = [queued.track.key for queued in queue]
    for count in range(len(keys) + 1):
        rest = keys[count:]
        if rest == waiting[: len(rest)]:
            return count
    return len(keys)
