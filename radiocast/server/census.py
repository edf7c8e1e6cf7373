"""Heads counted for pages that everybody may ask for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from weakref import WeakKeyDictionary

from radiocast.admin.shoutcast.streams import Crowd
from radiocast.mounts.mount import Mount
from radiocast.mounts.statistics import ListenerStatistics

FRESH = 1.0
"""Seconds a count is good for: each takes a look at every listener."""


class Census:
    """Counts the listeners of each mount once a second at most, however often it is asked."""

    def __init__(self, listeners_of: Callable[[Mount], Sequence[ListenerStatistics]]) -> None:
        self._listeners_of = listeners_of
        self._counted: WeakKeyDictionary[Mount, tuple[float, Crowd]] = WeakKeyDictionary()

    def of(self, mount: Mount, *, now: float) -> Crowd:
        """Who listens to it; `now` in monotonic seconds."""
        counted = self._counted.get(mount)
        if counted is None or not 0 <= now - counted[0] < FRESH:
            counted = self._counted[mount] = now, Crowd.of(self._listeners_of(mount))
        return counted[1]
