"""What listeners ask for, and how often they may. Pure."""

from __future__ import annotations

import math
from dataclasses import replace

from radiocast.autodj.state import LISTENER_COOLDOWN, SONG_COOLDOWN, Request, Rules, Shelves, State
from radiocast.errors import RadiocastError
from radiocast.units import format_duration

MAX_WAITING = 50
"""Requests waiting: some three hours of them."""

MAX_ASKED = 1000
"""Requests remembered for their cooldowns. When the oldest are forgotten, they may come again."""


class RequestError(RadiocastError):
    """The request is refused. Says why, to the listener."""


class TooManyRequestsError(RequestError):
    """Refused because of how many there were, not because of the track: any other is, too."""


def ask(rules: Rules, shelves: Shelves, state: State, now: float, listener: str, key: str) -> State:
    """`state` with a listener's request for the track called `key`. Raises RequestError."""
    playlist = _home(rules, shelves, key)
    if len(state.waiting) >= MAX_WAITING:
        raise TooManyRequestsError("too many requests are waiting")
    keep = max(LISTENER_COOLDOWN, SONG_COOLDOWN)
    asked = [each for each in state.asked if now - each.at < keep][-MAX_ASKED + 1 :]
    own = [r.at for r in asked if r.listener == listener]
    if left := _left(now, LISTENER_COOLDOWN, own):
        raise TooManyRequestsError(f"you asked not long ago: try again in {left}")
    same = [r.at for r in asked if r.key == key] + [p.start for p in state.plays if p.key == key]
    if left := _left(now, SONG_COOLDOWN, same):
        raise RequestError(f"it was asked for or played not long ago: try again in {left}")
    if any(each.key == key for each in state.waiting):
        raise RequestError("it is waiting already")
    request = Request(now, listener, key, playlist)
    return replace(state, waiting=(*state.waiting, request), asked=(*asked, request))


def _home(rules: Rules, shelves: Shelves, key: str) -> str:
    """The playlist the track may be asked for from."""
    for name, config in rules.playlists.items():
        if not config.is_between and name in shelves and key in shelves[name].by_key:
            return name
    raise RequestError("there is no such track to ask for")


def _left(now: float, cooldown: float, times: list[float]) -> str:
    """How long it still takes until the last of `times` is long enough ago; empty: it is."""
    left = cooldown - (now - max(times, default=-float("inf")))
    return format_duration(math.ceil(left)) if left > 0 else ""
