"""A dry run: days of programme in seconds. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from radiocast.autodj.choose import Choice, choose
from radiocast.autodj.overlays import due_overlay, next_overlay_time
from radiocast.autodj.state import Origin, Rules, Shelves, State
from radiocast.autodj.track import Track

_NOTHING = 60.0
"""Seconds until it is asked again when there was nothing to play."""

_LEAST = 1.0
"""Seconds anything plays: a playlist of empty files must not simulate for ever."""


@dataclass(frozen=True, slots=True)
class Airing:
    """What would be on air from `start` to `end`, in Unix seconds."""

    start: float
    end: float
    track: Track | None
    playlist: str
    origin: Origin
    why: tuple[str, ...]
    laid: tuple[Airing, ...] = ()
    """The jingles that are laid over it."""


def simulate(
    rules: Rules,
    shelves: Shelves,
    state: State,
    start: float,
    seconds: float,
    most: int | None = None,
) -> list[Airing]:
    """What would play from `start` on for so many seconds, if nobody is live or asks for more.

    `most`: how many of them are wanted; None: all.
    """
    airings: list[Airing] = []
    now = start
    while now < start + seconds and (most is None or len(airings) < most):
        choice = choose(rules, shelves, state, now)
        state = choice.state
        end = now + (max(choice.track.span, _LEAST) if choice.track else _NOTHING)
        if choice.cut_at is not None:
            end = min(end, choice.cut_at)
        state, laid = _lay(rules, shelves, state, now, end)
        airings.append(_airing(choice, now, end, laid))
        now = end
    return airings


def _lay(
    rules: Rules, shelves: Shelves, state: State, start: float, end: float
) -> tuple[State, tuple[Airing, ...]]:
    """The jingles laid over what plays from `start` to `end`, and the state after them."""
    laid: list[Airing] = []
    now = next_overlay_time(rules, shelves, state, start)
    while now < end:
        choice = due_overlay(rules, shelves, state, now)
        if choice and choice.track:
            state = choice.state
            laid.append(_airing(choice, now, now + choice.track.span))
        now = max(next_overlay_time(rules, shelves, state, now), now + _LEAST)
    return state, tuple(laid)


def _airing(choice: Choice, start: float, end: float, laid: tuple[Airing, ...] = ()) -> Airing:
    # Not the choice itself: it holds its state, and a month of states is gigabytes.
    return Airing(start, end, choice.track, choice.playlist, choice.origin, choice.why, laid)
