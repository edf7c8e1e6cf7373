"""Media time: samples of the bus since the station's first. Nothing here needs numpy."""

from __future__ import annotations

RATE = 48_000
"""Samples per second, whatever the outputs have."""
BLOCK = 960
"""Samples in a bus block: 20 ms, the packet of Opus and the grain of every decision."""


def samples(seconds: float) -> int:
    """The nearest number of samples on the bus."""
    return round(seconds * RATE)
