"""Times of the week as an operator writes them: "mon-fri 07:00", ":30", "fri 22:00-02:00". Pure.

They are wall-clock times: which moment they are depends on a time zone, and on its summer
time. `radiocast.autodj.times` works that out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

ALL_DAYS = frozenset(range(7))

_CLOCK = r"([0-9]{1,2}):([0-9]{2})"
_MOMENT = re.compile(r"(?:([0-9]{1,2}))?:([0-9]{2})(?::([0-9]{2}))?")
_SPAN = re.compile(_CLOCK + "-" + _CLOCK)


@dataclass(frozen=True, slots=True)
class Moment:
    """A time of day on some days of the week, or of every hour of them."""

    days: frozenset[int]
    """0 is Monday."""
    hour: int | None
    """None: every hour."""
    minute: int
    second: int = 0


@dataclass(frozen=True, slots=True)
class Window:
    """A part of the day on some days of the week."""

    days: frozenset[int]
    """The days it opens on; 0 is Monday."""
    start: int = 0
    """In minutes after midnight."""
    end: int = 24 * 60
    """In minutes after midnight; not after `start`: on the next day."""

    @property
    def minutes(self) -> int:
        """How long it is open."""
        return self.end - self.start + (24 * 60 if self.end <= self.start else 0)


def parse_moment(text: str) -> Moment:
    """`[DAYS ]HH:MM[:SS]`, or `[DAYS ]:MM` for every hour. Raises ValueError, for the operator.

    >>> parse_moment("sat,sun 7:30") == Moment(frozenset({5, 6}), 7, 30)
    True
    """
    days, clock = _split(text)
    match = _MOMENT.fullmatch(clock)
    if match is None:
        raise ValueError(f"{text[:40]!r} is not a time such as 07:00, :30 or mon-fri 18:00")
    hour = None if match[1] is None else int(match[1])
    minute, second = int(match[2]), int(match[3] or 0)
    if (hour or 0) > 23 or minute > 59 or second > 59:
        raise ValueError(f"{text[:40]!r} is no time of day")
    return Moment(days, hour, minute, second)


def parse_window(text: str) -> Window:
    """`DAYS`, `HH:MM-HH:MM` or `DAYS HH:MM-HH:MM`. Raises ValueError, for the operator.

    >>> parse_window("fri 22:00-02:00").minutes
    240
    """
    days, clock = _split(text)
    if not clock and days is not ALL_DAYS:
        return Window(days)
    match = _SPAN.fullmatch(clock)
    if match is None:
        raise ValueError(f"{text[:40]!r} is not a part of the week such as mon-fri 06:00-10:00")
    start, end = (
        60 * int(hour) + int(minute) for hour, minute in (match.group(1, 2), match.group(3, 4))
    )
    if start >= 24 * 60 or end > 24 * 60 or int(match[2]) > 59 or int(match[4]) > 59:
        raise ValueError(f"{text[:40]!r} is no part of a day")
    return Window(days, start, end)


def _split(text: str) -> tuple[frozenset[int], str]:
    """The days that stand in front, and what follows them."""
    first, _, rest = text.strip().lower().partition(" ")
    if not first[:1].isalpha():
        return ALL_DAYS, text.strip()
    days: set[int] = set()
    for part in first.split(","):
        opening, dash, closing = part.partition("-")
        if opening not in DAYS or (dash and closing not in DAYS):
            raise ValueError(f"{part[:40]!r} is no day: days are {', '.join(DAYS)}")
        start = DAYS.index(opening)
        length = (DAYS.index(closing) - start) % 7 if dash else 0
        days.update((start + i) % 7 for i in range(length + 1))
    return frozenset(days), rest.strip()
