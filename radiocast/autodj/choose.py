"""What plays next, and why: one pure function.

Theory of operation. Whoever comes first in this list gives the next track:

1. the schedule: a playlist whose time (`at`, or the opening of its `when`) has come;
2. jingles that are due by songs or by minutes;
3. the operator's queue;
4. the oldest request that separation allows;
5. the rotation: of the open playlists the one that is furthest behind its share by weight,
   and of its tracks the first that separation allows. Where none of the open playlists has
   one, the track with the least against it plays all the same: silence would be worse.

Jingles that are laid over a song take nobody's turn: see `radiocast.autodj.overlays`.

Chance comes from the state's seed and time is an argument, so the same question has the
same answer, and days can be tried out (`radiocast.autodj.simulate`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from radiocast.autodj import schedule
from radiocast.autodj.chance import shuffled
from radiocast.autodj.order import Taken, take
from radiocast.autodj.separation import Separation
from radiocast.autodj.state import (
    Origin,
    Play,
    Queued,
    Request,
    Rules,
    Shelves,
    State,
    play_of,
    record,
)
from radiocast.autodj.track import Track
from radiocast.units import format_duration

_SAID = 3
"""Tracks that `why` tells one by one of those passed over."""

_DAY = 86400.0
"""Seconds ahead that are searched for hard starts where a track may have no end."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What plays next."""

    track: Track | None
    """None: there is nothing to play."""
    playlist: str
    """Empty: the track is in none."""
    origin: Origin
    announce: bool
    """Whether its title is shown."""
    cut_at: float | None
    """When it has to make way for a hard start, in Unix seconds; None: it may play out."""
    why: tuple[str, ...]
    """What decided, in sentences."""
    state: State
    """The state once it plays."""
    queued: Queued | None = None
    """What it was in the queue; None: it was not in it."""


def choose(rules: Rules, shelves: Shelves, state: State, now: float) -> Choice:
    """What starts at `now`, in Unix seconds. Call it again with the state of what it gave."""
    return _Chooser(rules, shelves, state, now).choose()


class _Chooser:
    """One choice. It writes down `why` as it goes, and changes nothing."""

    def __init__(self, rules: Rules, shelves: Shelves, state: State, now: float) -> None:
        self._rules, self._shelves, self._state, self._now = rules, shelves, state, now
        self._why: list[str] = []
        self._separation = Separation(rules, state, now)
        self._free = Separation(rules, replace(state, plays=()), now)

    def choose(self) -> Choice:
        for find in (self._schedule, self._jingle, self._queue, self._request, self._rotation):
            choice = find()
            if choice:
                return choice
        self._why.append("there is nothing to play")
        return self._chosen(None, "", Origin.ROTATION, self._state)

    def _schedule(self) -> Choice | None:
        for due in schedule.due(self._rules, self._state, self._now):
            late = format_duration(max(0, round(self._now - due.at)))
            self._why.append(
                f"the time of {due.playlist} has come" + f", {late} ago" * (late != "0s")
            )
            choice = self._from(due.playlist, Origin.SCHEDULE)
            if choice:
                return choice
        return None

    def _jingle(self) -> Choice | None:
        for name, config in self._rules.playlists.items():
            if config.overlay or not (config.every or config.every_songs):
                continue
            if not schedule.is_playlist_open(self._rules, config, self._now):
                self._why.append(f"{name} is closed at this time")
                continue
            deck = self._state.deck(name)
            songs, since = deck.songs_since, self._now - max(deck.last or 0, self._state.started)
            by_songs = bool(config.every_songs) and songs >= config.every_songs
            # A song between two jingles, or those longer than their interval leave no room.
            by_time = bool(config.every) and since >= config.every and songs > 0
            self._why.append(
                f"{name} is due" * (by_songs or by_time)
                or f"{name} waits: {songs} songs and {format_duration(round(since))} since the last"
            )
            choice = self._from(name, Origin.JINGLE) if by_songs or by_time else None
            if choice:
                return choice
        return None

    def _queue(self) -> Choice | None:
        if not self._state.queue:
            return None
        first: Queued = self._state.queue[0]
        self._why.append("it is first in the queue, where no separation counts")
        state = replace(self._state, queue=self._state.queue[1:])
        chosen = self._chosen(first.track, self._home(first.track.key), Origin.QUEUE, state)
        return replace(chosen, queued=first)

    def _request(self) -> Choice | None:
        for request in self._state.waiting:
            shelf = self._shelves.get(request.playlist)
            track = shelf.by_key.get(request.key) if shelf else None
            if shelf is None or track is None:
                self._why.append(f"a request waits for {request.key}, which is gone")
                continue
            labels = shelf.labels[request.key]
            if not self._separation.fits(labels):
                self._why.append(f"a request waits: {self._separation.clash(labels)}")
                continue
            self._why.append(f"a listener asked for it {self._ago(request)} ago")
            waiting = tuple(each for each in self._state.waiting if each is not request)
            state = replace(self._state, waiting=waiting)
            return self._chosen(track, request.playlist, Origin.REQUEST, state)
        return None

    def _rotation(self) -> Choice | None:
        weights = {name: self._rules.playlists[name].weight for name in self._open_playlists()}
        total = sum(weights.values())
        names, seed = shuffled(self._state.seed, weights)
        decks = dict(self._state.decks)
        for name, weight in weights.items():
            deck = self._state.deck(name)
            # Bounded: who could not play for long must not have the station for itself then.
            credit = min(max(deck.credit, -total), total)
            decks[name] = replace(deck, credit=credit + weight)
        state = replace(self._state, seed=seed, decks=decks)
        # Sorting is stable: chance decides between those that are equally far behind.
        names.sort(key=lambda name: -state.deck(name).credit)
        forced: tuple[str, Taken] | None = None
        for name in names:
            taken = self._take(name, state, self._separation)
            if taken and not taken.is_forced:
                self._why.append(f"it is the turn of {name}: weight {weights[name]} of {total}")
                return self._taken(name, taken, Origin.ROTATION, state, total)
            if taken and (forced is None or self._against(name, taken) < self._against(*forced)):
                forced = name, taken
        if forced is None:
            return None
        self._why.append("separation allows no track at all: this one has the least against it")
        return self._taken(*forced, Origin.ROTATION, state, total)

    def _open_playlists(self) -> list[str]:
        rules = self._rules
        names = [name for name, config in rules.playlists.items() if not config.is_between]
        found = []
        for name in names:
            if not schedule.is_playlist_open(rules, rules.playlists[name], self._now):
                self._why.append(f"{name} is closed at this time")
            elif not self._keys(name):
                self._why.append(f"{name} is empty")
            else:
                found.append(name)
        alone = [name for name in found if rules.playlists[name].alone]
        if alone and alone != found:
            self._why.append(f"all others rest while {' and '.join(alone)} is on")
        return alone or found

    def _from(self, name: str, origin: Origin) -> Choice | None:
        """The next track of a playlist whose turn it is."""
        is_between = self._rules.playlists[name].is_between
        taken = self._take(name, self._state, self._free if is_between else self._separation)
        if taken is None:
            self._why.append(f"{name} is empty")
            return None
        return self._taken(name, taken, origin, self._state, 0)

    def _take(self, name: str, state: State, separation: Separation) -> Taken | None:
        if not self._keys(name):
            return None
        order = self._rules.playlists[name].order
        return take(order, self._shelves[name], state.deck(name), state.seed, separation)

    def _taken(self, name: str, taken: Taken, origin: Origin, state: State, paid: int) -> Choice:
        self._why.extend(self._passed(name, taken))
        deck = replace(taken.deck, credit=taken.deck.credit - paid)
        state = replace(state.with_deck(name, deck), seed=taken.seed)
        return self._chosen(self._shelves[name].by_key[taken.key], name, origin, state)

    def _passed(self, name: str, taken: Taken) -> Iterator[str]:
        shelf = self._shelves[name]
        for key in taken.passed[:_SAID]:
            if key != taken.key:
                clash = self._separation.clash(shelf.labels[key])
                yield f"passed over {shelf.by_key[key].path}: {clash}"
        if len(taken.passed) > _SAID:
            yield f"passed over {len(taken.passed) - _SAID} more for the same kind of reason"

    def _against(self, name: str, taken: Taken) -> tuple[float, ...]:
        return self._separation.distance(self._shelves[name].labels[taken.key])

    def _chosen(self, track: Track | None, playlist: str, origin: Origin, state: State) -> Choice:
        if track is None:
            return Choice(None, "", origin, False, None, tuple(self._why), state)
        config = self._rules.playlists.get(playlist)
        play: Play = play_of(track, self._now, playlist, origin)
        end = self._now + (_DAY if track.duration is None else track.span)
        cut = schedule.cut(self._rules, self._shelves, self._now, end)
        if cut:
            self._why.append(f"it makes way for {cut.playlist}, which starts on time")
        return Choice(
            track=track,
            playlist=playlist,
            origin=origin,
            announce=config.announce if config else True,
            cut_at=cut.at if cut else None,
            why=tuple(self._why),
            state=record(self._rules, state, play),
        )

    def _keys(self, name: str) -> tuple[str, ...]:
        return self._shelves[name].keys if name in self._shelves else ()

    def _home(self, key: str) -> str:
        """The playlist a track is in; empty: none."""
        names = (name for name in self._rules.playlists if name in self._shelves)
        return next((name for name in names if key in self._shelves[name].by_key), "")

    def _ago(self, request: Request) -> str:
        return format_duration(max(0, round(self._now - request.at)))
