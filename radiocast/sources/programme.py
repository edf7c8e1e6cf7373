"""The programme: what plays next, by the operator's rules and wishes.

The choice itself is a pure function (`autodj.choose`); this holds what it is asked with, the
library and the state, and changes the state as operators and listeners wish.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, tzinfo
from secrets import randbits
from zoneinfo import ZoneInfo

import trio

from radiocast.autodj import queue
from radiocast.autodj.changes import Changes, Part
from radiocast.autodj.choose import Choice, choose
from radiocast.autodj.library import Library
from radiocast.autodj.overlays import due_overlay, next_overlay_time
from radiocast.autodj.requests import ask
from radiocast.autodj.simulate import Airing, simulate
from radiocast.autodj.state import (
    Origin,
    Play,
    Queued,
    Rules,
    State,
    start_state,
    without_last_play,
)
from radiocast.autodj.track import Shelf, Track, folded
from radiocast.config.autodj import AutoDjConfig
from radiocast.config.model import Config

FIRST_SCAN = 1.0
"""Seconds the first track may take to be found, before a tone is what there is."""

DRY_RUN = 3600.0
"""Seconds of programme tried out at a time to see what comes."""

MAX_UPCOMING = 100
"""Tracks one may ask ahead for."""


def rules_of(config: Config) -> Rules:
    """What the operator wants, as the choice of tracks needs it."""
    return Rules(config.autodj, config.playlists, _zone(config.autodj))


class Programme:
    """Gives one track after the other, for ever."""

    def __init__(self, rules: Rules, library: Library, changes: Changes) -> None:
        self.library = library
        self._rules = rules
        self._changes = changes
        self._state = start_state(randbits(32), time.time())
        self._pending: list[Choice] = []  # given, and not heard yet: oldest first
        self._loaded: Choice | None = None  # the last of them, while another may take its place
        self._taken_back = False  # it is not to be played after all
        self._returned: Choice | None = None  # what was put back last: once is enough
        self._latest_why: tuple[str, ...] = ()

    @property
    def queue(self) -> tuple[Queued, ...]:
        """What the operator wants next, and is not mixed yet."""
        loaded = self._loaded.queued if self._loaded else None
        return self._state.queue if loaded is None else (loaded, *self._state.queue)

    @property
    def why_next(self) -> tuple[str, ...]:
        """Why the track that comes next was chosen; if none was yet, the last one."""
        return self._pending[0].why if self._pending else self._latest_why

    @property
    def settings(self) -> AutoDjConfig:
        """As configured now."""
        return self._rules.settings

    def remember(self, plays: Iterable[Play]) -> None:
        """What was played before the station started, oldest first."""
        self._state = start_state(self._state.seed, self._state.started, plays)

    def configure(self, rules: Rules) -> None:
        """Other rules from the next choice on."""
        self._rules = rules
        self.library.reload(rules)

    async def next_choice(self, starts: float) -> Choice:
        """What plays from `starts` on, in Unix seconds; its `track` is None if there is nothing."""
        if not any(shelf.keys for shelf in self.library.shelves.values()):
            with trio.move_on_after(FIRST_SCAN):
                await self.library.wait_scanned()
        chosen = choose(self._rules, self.library.shelves, self._state, starts)
        if chosen.origin in (Origin.QUEUE, Origin.REQUEST):
            self._changes.tell(Part.QUEUE)
        self._state = chosen.state
        self._latest_why = chosen.why
        self._loaded, self._taken_back = None, False
        if chosen.track is not None:
            self._loaded = chosen
            self._pending.append(chosen)
        return chosen

    def mixed(self, choice: Choice) -> None:
        """It begins to be mixed: nothing can take its place any more."""
        if choice is self._loaded:
            self._loaded = None
            if choice.queued is not None:
                self._changes.tell(Part.QUEUE)

    def due_overlay(self, now: float) -> Choice | None:
        """The jingle to lay over what plays at `now`, in Unix seconds. It counts as played."""
        chosen = due_overlay(self._rules, self.library.shelves, self._state, now)
        if chosen is not None:
            self._state = chosen.state
        return chosen

    def overlay_time(self, now: float) -> float:
        """When to ask for one again, in Unix seconds, unless something changes."""
        return next_overlay_time(self._rules, self.library.shelves, self._state, now)

    def heard(self, choice: Choice) -> None:
        """It is on air: it and whatever was given before it no longer wait."""
        self.mixed(choice)
        for at, each in enumerate(self._pending):
            if each is choice:
                self._pending = self._pending[at + 1 :]
                return

    def put_back(self, choice: Choice) -> None:
        """It was not played after all: it does not count, and what somebody asked for waits on."""
        if choice is self._returned:
            return
        self._returned = choice
        self._pending = [each for each in self._pending if each is not choice]
        if choice is self._loaded:
            self._loaded = None
        track, queued = choice.track, choice.queued
        if track is None:
            return
        self._state = without_last_play(self._rules, self._state, track.key)
        if queued is not None:
            self._wish(lambda state: replace(state, queue=(queued, *state.queue)))
        elif choice.origin is Origin.REQUEST:
            self._wish(lambda state: queue.add(state, track, 0))

    @property
    def is_stale(self) -> bool:
        """Whether something else should be given now than what was given last."""
        if self._loaded is None:
            return self._taken_back or self.has_wishes
        return self._loaded.origin is Origin.ROTATION and self.has_wishes

    @property
    def has_wishes(self) -> bool:
        """Whether somebody waits for a track that was asked for."""
        return bool(self._state.queue or self._state.waiting)

    def upcoming(self, count: int, start: float) -> list[Airing]:
        """What comes from `start` on, in Unix seconds, if nobody asks for anything else."""
        count = min(count, MAX_UPCOMING)
        airings: list[Airing] = []
        for choice in self._pending:
            assert choice.track is not None
            end = start + choice.track.span
            airings.append(
                Airing(start, end, choice.track, choice.playlist, choice.origin, choice.why)
            )
            start = end
        if len(airings) < count:
            shelves = self.library.shelves
            left = count - len(airings)
            airings += simulate(self._rules, shelves, self._state, start, DRY_RUN, left)
        return [each for each in airings if each.track is not None][:count]

    def enqueue(self, key: str, position: int | None = None) -> Queued:
        """Put a track of the library, or an http(s) address, into the queue. Raises QueueError."""
        track = self._find(key)
        number = self._state.next_number
        self._take_back()
        self._wish(lambda state: queue.add(state, track, position))
        return next(each for each in self._state.queue if each.number == number)

    def dequeue(self, number: int) -> None:
        """Take a track out of the queue. Raises QueueError."""
        self._take_back()
        self._wish(lambda state: queue.remove(state, number))

    def move(self, number: int, position: int) -> None:
        """Put a track of the queue at another position; 0 is next. Raises QueueError."""
        self._take_back()
        self._wish(lambda state: queue.move(state, number, position))

    def clear_queue(self) -> None:
        """Empty the queue."""
        self._take_back()
        self._wish(queue.clear)

    def request(self, key: str, listener: str) -> None:
        """A listener wants a track. Raises RequestError."""
        shelves = self.library.shelves
        self._wish(lambda state: ask(self._rules, shelves, state, time.time(), listener, key))

    def search(self, text: str, limit: int) -> list[Track]:
        """Tracks that have all these words in artist, title, album or path."""
        words = folded(text).split()
        found: dict[str, Track] = {}
        for shelf in self.library.shelves.values():
            for key, track in shelf.by_key.items():
                where = folded(f"{track.artist} {track.title} {track.album} {track.path}")
                if all(word in where for word in words):
                    found.setdefault(key, track)
                if len(found) >= limit:
                    return list(found.values())
        return list(found.values())

    def simulate(self, start: float, seconds: float) -> list[Airing]:
        """A dry run, in Unix seconds."""
        return simulate(self._rules, self.library.shelves, self._state, start, seconds)

    def _take_back(self) -> None:
        """Have the whole queue at hand, with what was given of it and is not mixed yet."""
        if self._loaded is not None and self._loaded.queued is not None:
            self.put_back(self._loaded)
            self._taken_back = True

    def _wish(self, change: Callable[[State], State]) -> None:
        self._state = change(self._state)
        self._changes.tell(Part.QUEUE)

    def _find(self, key: str) -> Track:
        shelves: Iterable[Shelf] = self.library.shelves.values()
        for shelf in shelves:
            if key in shelf.by_key:
                return shelf.by_key[key]
        if key.startswith(("http://", "https://")):
            return Track(key)
        raise queue.QueueError(f"{key} is in no playlist, and no http(s) address")


def _zone(settings: AutoDjConfig) -> tzinfo:
    if settings.timezone:
        return ZoneInfo(settings.timezone)
    here = datetime.now().astimezone().tzinfo
    assert here is not None
    return here
