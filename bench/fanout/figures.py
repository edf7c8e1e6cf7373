"""Percentiles, and what one row of the table says. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest of `values` that at least `percent` % do not exceed; NaN of none."""
    if not values:
        return math.nan
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


@dataclass(frozen=True, slots=True)
class Spread:
    """How values lie, in the unit of the values."""

    p50: float
    p99: float
    worst: float
    count: int

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        return cls(
            percentile(values, 50), percentile(values, 99), percentile(values, 100), len(values)
        )


@dataclass(frozen=True, slots=True)
class Window:
    """What a load generator saw between two moments. One entry per listener in each list."""

    seconds: float
    gaps: list[float]
    """The longest time without a byte, in seconds."""
    received: list[int]
    """Bytes."""
    receives: int
    """Times any listener had something to read."""
    lost: int = 0
    """Listeners whose connection ended."""

    def short_of(self, rate: float) -> int:
        """How many listeners got less than `rate` bytes per second.

        What a window sees of a steady stream is short by up to one interval between two sends, so
        a listener is forgiven its own longest gap, and 2 % for clocks.
        """
        return sum(
            got < rate * (self.seconds - gap) * 0.98
            for got, gap in zip(self.received, self.gaps, strict=True)
        )


def joined(windows: Sequence[Window]) -> Window:
    """What several load generators saw at the same time, as one."""
    return Window(
        max(window.seconds for window in windows),
        [gap for window in windows for gap in window.gaps],
        [count for window in windows for count in window.received],
        sum(window.receives for window in windows),
        sum(window.lost for window in windows),
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One server under one load. CPU in µs per listener and second; memory in bytes."""

    server: str
    listeners: int
    icy: bool
    user: float
    system: float
    rss: int
    rss_idle: int
    """Before the first listener came."""
    kernel: int
    """Socket memory of both ends: what the kernel says it holds more than before they came."""
    joins_per_second: float
    first_byte: Spread
    """Seconds from `connect` to the first audio byte."""
    gap: Spread
    """Seconds."""
    receives: float
    """Per listener and second."""
    kbits: float
    """The least that any listener got, in kbit/s."""
    problems: list[str] = field(default_factory=list)

    @property
    def cpu(self) -> float:
        """µs per listener and second."""
        return self.user + self.system

    @property
    def memory_each(self) -> float:
        """Bytes of process memory that one listener added."""
        return (self.rss - self.rss_idle) / max(1, self.listeners)


def median_row(rows: Sequence[Row]) -> Row:
    """The row in the middle by CPU of several rounds of the same; the lower of two."""
    return sorted(rows, key=lambda row: row.cpu)[(len(rows) - 1) // 2]
