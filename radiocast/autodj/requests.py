"""What listeners ask for, and how often they may. Pure."""

from __future__ import annotations

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


def ask(rules: Rules, shelves: Shelves, state: State, now: float, listener: str, key: str) -> State:
    """`state` with a listener's request for the track called `key`. Raises RequestError."""
    playlist = _home(rules, shelves, key)
    if len(state.waiting) >= MAX_WAITING:
        raise RequestError("too many requests are waiting")
    keep = max(LISTENER_COOLDOWN, SONG_COOLDOWN)
    asked = [each for each in state.asked if now - each.at < keep][-MAX_ASKED + 1 :]
    _check(now, LISTENER_COOLDOWN, "you asked", [r.at for r in asked if r.listener == listener])
    same = [r.at for r in asked if r.key == key] + [p.start for p in state.plays if p.key == key]
    _check(now, SONG_COOLDOWN, "it was asked for or played", same)
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


def _check(now: float, cooldown: float, what: str, times: list[float]) -> None:
    left = cooldown - (now - max(times, default=-float("inf")))
    if left > 0:
        raise RequestError(f"{what} not long ago: try again in {format_duration(round(left))}")
