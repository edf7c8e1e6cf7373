"""How live sources and the auto-DJ change places: `[live]`, `[djs.NAME]` for each DJ. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from radiocast.config.fields import (
    Conflict,
    Table,
    choice,
    duration,
    optional,
    password,
    setting,
    whole,
)


class After(StrEnum):
    """What the auto-DJ plays when a live show is over."""

    NEXT = "next"
    RESUME = "resume"


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveConfig(Table):
    """How a live source comes on air on the outputs, and how it leaves."""

    buffer: float = setting(0.4, duration(0.1, 30))
    """Seconds of a live source in hand before it goes on air. It grows by itself, up to
    `buffer_max`, for sources that send in bursts."""

    buffer_max: float = setting(5.0, duration(0.1, 30))
    """Seconds it grows to at most."""

    fade: float = setting(0.3, duration(0, 10))
    """Seconds of the fade into and out of a live source, and on a skip."""

    grace: float = setting(8.0, duration(0, 600))
    """Seconds a DJ who was cut off has to come back before titles change to the auto-DJ's."""

    silence: float = setting(45.0, duration(0, 3600))
    """Seconds of silence from a live source after which the auto-DJ plays, until there is sound
    again; 0: never."""

    after: After = setting(After.NEXT, choice(After))
    """Next: a fresh track when the show is over. Resume: the one it interrupted."""

    def conflicts(self) -> list[Conflict]:
        if self.buffer > self.buffer_max:
            problem = "buffer exceeds buffer_max"
            return [Conflict(("buffer", "buffer_max"), problem, f"buffer_max = {self.buffer:g}")]
        return []


@dataclass(frozen=True, slots=True, kw_only=True)
class DjConfig(Table):
    """Somebody who may go live on every mount. The table's name is the user name."""

    password: str | None = setting(None, optional(password), secret=True)
    """What the DJ's encoder proves itself with."""

    priority: int = setting(0, whole(-100, 100))
    """Who has more takes the air from who has less, and gives it back. Sources without a
    `[djs]` table have 0."""
