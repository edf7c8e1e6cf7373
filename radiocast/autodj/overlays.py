"""Jingles that are laid over the song instead of between two: which one, and when. Pure.

Theory of operation. For each playlist with `overlay` there is one moment from which on its next
track is due, as far as is known now. What is due is the earliest of those that have passed, and
what to wait for is the earliest of all: so the two answers never disagree.

Nobody asks while a live source is on air: no jingle talks over a DJ. One that came due meanwhile
is laid over what comes after, unless it was for a time of `at` that is over by then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from radiocast.autodj import schedule
from radiocast.autodj.choose import Choice
from radiocast.autodj.order import take
from radiocast.autodj.separation import Separation
from radiocast.autodj.state import Origin, Rules, Shelves, State, is_between, play_of, record
from radiocast.autodj.track import UNKNOWN_SPAN
from radiocast.units import format_duration

INTRO = 5.0
"""Seconds into a song at which a jingle counted in songs is laid over it: the song before has
faded out by then, and most singers have not begun."""

TIME_IS_OVER = 300.0
"""Seconds after which a jingle for a time of `at` is left out: it may say what time it is."""

ASK_AGAIN = 3600.0
"""Seconds the schedule is looked ahead."""

_LEAST = 1.0
"""Seconds any jingle is thought to take, so that there is time between two of no length."""


def due_overlay(rules: Rules, shelves: Shelves, state: State, now: float) -> Choice | None:
    """The jingle to lay over the song at `now`, in Unix seconds; None: none is due.

    Go on with the state it gives, as with that of any other choice.
    """
    due = next((each for each in _due(rules, shelves, state, now) if each.at <= now), None)
    if due is None:
        return None
    name, config, shelf = due.playlist, rules.playlists[due.playlist], shelves[due.playlist]
    # As if nothing had been played: jingles are not kept apart from anything.
    free = Separation(rules, replace(state, plays=()), now)
    taken = take(config.order, shelf, state.deck(name), state.seed, free)
    if taken is None:
        return None
    track = shelf.by_key[taken.key]
    state = replace(state.with_deck(name, taken.deck), seed=taken.seed)
    state = record(rules, state, play_of(track, now, name, Origin.JINGLE))
    return Choice(track, name, Origin.JINGLE, config.announce, None, (due.why,), state)


def next_overlay_time(rules: Rules, shelves: Shelves, state: State, now: float) -> float:
    """Until when no jingle is due, in Unix seconds: ask then, and whenever the state changes.

    `now` if one is due already; `ASK_AGAIN` later if none is known to come.
    """
    times = (due.at for due in _due(rules, shelves, state, now))
    return max(now, min(times, default=now + ASK_AGAIN))


@dataclass(frozen=True, slots=True)
class _Due:
    at: float
    playlist: str
    why: str


def _due(rules: Rules, shelves: Shelves, state: State, now: float) -> Iterator[_Due]:
    """From when on which playlist is due, in the order of the rules."""
    names = [name for name, config in rules.playlists.items() if config.overlay]
    free = _free_from(rules, shelves, state) if names else now
    for name in names:
        if name in shelves and shelves[name].keys:
            opens = schedule.first_open(rules, rules.playlists[name], now)
            for at, why in _times(rules, state, name, now):
                yield _Due(max(at, free, opens), name, why)


def _times(rules: Rules, state: State, name: str, now: float) -> Iterator[tuple[float, str]]:
    """From when on a playlist is due by each of its settings, and what they say."""
    config, deck = rules.playlists[name], state.deck(name)
    if config.every:
        last = state.started if deck.last is None else deck.last
        yield last + config.every, f"{name} is due every {format_duration(config.every)}"
    if config.every_songs and deck.songs_since >= config.every_songs:
        songs = (play for play in reversed(state.plays) if not is_between(rules, play.playlist))
        latest = next(songs, None)
        if latest:
            yield latest.start + INTRO, f"{name} is due after {deck.songs_since} songs"
    for at in schedule.unserved(rules, state, name, now - TIME_IS_OVER, now + ASK_AGAIN):
        yield at, f"the time of {name} has come"


def _free_from(rules: Rules, shelves: Shelves, state: State) -> float:
    """When the last jingle is over, laid over or not: there is no more than one at a time."""
    for play in reversed(state.plays):
        if is_between(rules, play.playlist):
            shelf = shelves.get(play.playlist)
            track = shelf.by_key.get(play.key) if shelf else None
            return play.start + max(track.span if track else UNKNOWN_SPAN, _LEAST)
    return state.started
