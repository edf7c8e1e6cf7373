"""Until when listeners may stay. Pure.

Who has a deadline is looked for in the crowd, at most once a second: that costs less than to
keep thousands of them in order while listeners come and go, and Icecast is no more exact.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from radiocast.readers.listener import Listener

STEP = 1.0
"""Seconds between two looks at least: as long as somebody may stay beyond the deadline."""


class Deadlines:
    """When to look, and who has to go then. Times are monotonic seconds."""

    def __init__(self) -> None:
        self.next_look = math.inf
        """Before this nobody's time is up, or nobody's by more than STEP."""
        self._last_look = -math.inf

    def expect(self, until: float) -> None:
        """There is one more listener, who may stay until then."""
        self.next_look = min(self.next_look, max(until, self._last_look + STEP))

    def over(self, listeners: Iterable[Listener], *, now: float) -> list[Listener]:
        """Whose time is up, among all there are."""
        if now < self.next_look:
            return []
        self._last_look, self.next_look = now, math.inf
        gone = []
        for listener in listeners:
            if listener.until <= now:
                gone.append(listener)
            elif listener.until < self.next_look:
                self.next_look = listener.until
        self.next_look = max(self.next_look, now + STEP)
        return gone
