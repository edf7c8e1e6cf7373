"""When to try again: later each time, and never all at once. Pure."""

from __future__ import annotations

from collections.abc import Callable

FIRST = 1.0
"""Seconds before the first try."""
LONGEST = 60.0
"""Seconds between two, once it has failed often."""


class Backoff:
    """Twice as long after each failure. Chance makes half of each wait, so that those who lost
    a server at one time do not come back at one time."""

    def __init__(self, chance: Callable[[], float]) -> None:
        """`chance`: gives numbers from 0 to 1."""
        self._chance = chance
        self._next = FIRST

    def pause(self) -> float:
        """Seconds to wait now."""
        whole, self._next = self._next, min(LONGEST, self._next * 2)
        return whole * (1 + self._chance()) / 2

    def reset(self) -> None:
        """It has worked: begin again with the shortest."""
        self._next = FIRST
