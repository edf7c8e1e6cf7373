"""Levels of the sound on the bus."""

from __future__ import annotations

import math

import numpy as np

from radiocast.codecs.audio import Audio

QUIETEST = -200.0
"""dBFS: what digital silence is called."""


def to_gain(decibels: float) -> float:
    """A factor for the amplitude."""
    return float(10 ** (decibels / 20))


def level(audio: Audio) -> float:
    """Root mean square over both channels, in dBFS (a full-scale sine has -3.01)."""
    if not len(audio):
        return QUIETEST
    flat = audio.reshape(-1)
    power = float(np.dot(flat, flat)) / len(flat)
    return max(QUIETEST, 10 * math.log10(power)) if power > 0 else QUIETEST
