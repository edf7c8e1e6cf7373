"""What the clock says: who is open, whose time has come, and what must make way. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from radiocast.autodj.state import Rules, Shelves, State
from radiocast.autodj.times import is_open, occurrences, openings
from radiocast.config.autodj import PlaylistConfig, Start

MAX_LATE = 1800.0
"""Seconds after which a missed time is over: nobody wants the seven o'clock news at eight."""

TOLERANCE = 1.0
"""Seconds a choice may be made before its time: a clock or a rounding is always a little off."""

_WEEK = 8 * 86400.0
"""Seconds in which every part of the week begins, whatever summer time does."""


@dataclass(frozen=True, slots=True)
class Due:
    """A playlist whose time has come, or will."""

    at: float
    playlist: str


def due(rules: Rules, state: State, now: float) -> list[Due]:
    """Whose time has come and was not served yet, in the order of the rules.

    What is laid over others takes nobody's turn and has times of its own: see `overlays`.
    """
    found = []
    for name, config in rules.playlists.items():
        if not config.overlay:
            times = unserved(rules, state, name, now - MAX_LATE, now + TOLERANCE)
            found += [Due(at, name) for at in times[-1:]]
    return found


def unserved(rules: Rules, state: State, name: str, after: float, until: float) -> list[float]:
    """The times of a playlist that it did not play at, in order; those to come among them."""
    served = state.deck(name).last
    after = max(state.started, after)
    if served is not None:
        after = max(after, served + TOLERANCE)
    return _times(rules, rules.playlists[name], after, until)


def cut(rules: Rules, shelves: Shelves, start: float, end: float) -> Due | None:
    """The first hard start a track must make way for that plays from `start` to `end`."""
    found = []
    for name, config in rules.playlists.items():
        if config.overlay or config.start is not Start.HARD:
            continue
        if name in shelves and shelves[name].keys:
            times = _times(rules, config, start + TOLERANCE, end)
            found += [Due(at, name) for at in times if at + config.wait < end]
    return min(found, key=lambda due: due.at, default=None)


def is_playlist_open(rules: Rules, config: PlaylistConfig, now: float) -> bool:
    """Whether a playlist may play now."""
    return not config.when or any(is_open(window, now, rules.zone) for window in config.when)


def first_open(rules: Rules, config: PlaylistConfig, now: float) -> float:
    """The first moment from `now` on at which a playlist may play."""
    if is_playlist_open(rules, config, now):
        return now
    opens = (openings(each, now, now + _WEEK, rules.zone) for each in config.when)
    return min(at for found in opens for at in found)


def _times(rules: Rules, config: PlaylistConfig, after: float, until: float) -> list[float]:
    """When the playlist has to play, in order."""
    if after >= until:
        return []
    if config.is_between:
        found = [t for moment in config.at for t in occurrences(moment, after, until, rules.zone)]
        return sorted(t for t in found if is_playlist_open(rules, config, t))
    return sorted(t for each in config.when for t in openings(each, after, until, rules.zone))
