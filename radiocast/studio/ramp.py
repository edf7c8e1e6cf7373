"""Gains that move: the curves of every fade."""

from __future__ import annotations

import math

import numpy as np

from radiocast.codecs.audio import Audio


def equal_power(position: float) -> float:
    """The gain at a place of the curve, 0 (silent) to 1 (full).

    `equal_power(x)**2 + equal_power(1-x)**2 == 1`: two unrelated sounds that cross
    keep their loudness.
    """
    return math.sin(position * math.pi / 2)


class Ramp:
    """A place on the equal-power curve that walks to where it is told, sample by sample."""

    def __init__(self, position: float = 1.0) -> None:
        self._start = self._target = position
        self._length = self._done = 0

    @property
    def position(self) -> float:
        """Where it is: 0 is silent, 1 is full."""
        if self._done >= self._length:
            return self._target
        return self._start + (self._target - self._start) * self._done / self._length

    @property
    def target(self) -> float:
        """Where it is going."""
        return self._target

    @property
    def moving(self) -> bool:
        """Whether it has not arrived."""
        return self._done < self._length

    @property
    def silent(self) -> bool:
        """Whether nothing is heard, now and until it is told to go elsewhere."""
        return not self.moving and self._target == 0

    def go(self, target: float, length: int) -> None:
        """Walk to `target` in `length` samples, from wherever it is."""
        self._start, self._target = self.position, target
        self._length, self._done = (length if self._start != target else 0), 0

    def apply(self, audio: Audio) -> Audio:
        """The sound with the gains of the next `len(audio)` samples."""
        if not self.moving:
            return audio if self._target == 1 else audio * np.float32(equal_power(self._target))
        steps = np.arange(self._done, self._done + len(audio), dtype=np.float64)
        walked = np.minimum(steps / self._length, 1.0)
        position = self._start + (self._target - self._start) * walked
        self._done += len(audio)
        return audio * np.sin(position * (math.pi / 2)).astype(np.float32)[:, None]
