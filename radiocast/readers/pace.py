"""How often listeners are fed."""

from __future__ import annotations

from dataclasses import dataclass

CROWD = 2000
"""Listeners at which the longest tick is reached. Kernel work per `send` is nearly all that a
listener costs, so the price of the station is listeners x ticks; from a tenth of this up to
here it stays flat, at some twentieth of a core."""


@dataclass(frozen=True, slots=True)
class Pace:
    """The bounds of the tick, in seconds."""

    tick_min: float
    tick_max: float

    def tick(self, listeners: int) -> float:
        """Seconds between two walks of a station with so many listeners.

        Short while few listen, so that a stream is as live as can be; long under
        a crowd, because fewer and larger sends are what makes it affordable. The
        burst on connect hides the difference from every player.
        """
        return max(self.tick_min, self.tick_max * min(1.0, listeners / CROWD))
