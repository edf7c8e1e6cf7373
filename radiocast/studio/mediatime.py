"""Media time: samples of the bus since the station's first. Nothing here needs numpy."""

from __future__ import annotations

RATE = 48_000
"""Samples per second, whatever the outputs have."""
BLOCK = 960
"""Samples in a bus block: 20 ms, the packet of Opus and the grain of every decision."""


def samples(seconds: float) -> int:
    """The nearest number of samples on the bus."""
    return round(seconds * RATE)


PREROLL = 46_080
"""An encoder's run-up in samples: whole frames of MP3 (1152), AAC (1024) and Opus (960) at 48 kHz,
so that a worker that takes over is on the same grid. 0.96 s."""

REWIND = 3 * RATE + RATE // 2
"""How far back the studio can go to sound otherwise from there on: the lead, and a little."""
