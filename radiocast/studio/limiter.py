"""A limiter that looks ahead: no peak above the ceiling, no click on the way down or up."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from radiocast.codecs.audio import Audio, silence
from radiocast.studio.mediatime import BLOCK
from radiocast.studio.pcm import to_gain

STEP = 48
"""Samples per gain step (1 ms); between two steps the gain is a straight line."""
ATTACK = 5
"""Steps in which the gain goes down before a peak."""
LOOK_AHEAD = (ATTACK + 1) * STEP
"""Samples by which the sound is delayed."""
_RELEASE = 1 - np.exp(-1 / 80)
"""Per step: the gain comes back with a time constant of 80 ms."""
_INTERSAMPLE = to_gain(3.0)
"""How far the curve between two samples can be above them, in music; beyond is not looked for."""


class Limiter:
    """Feed whole steps; what comes out is as long, `LOOK_AHEAD` samples late.

    Peaks are looked for at the samples and half-way between them (where a
    converter's reconstruction passes), so the ceiling holds within half a decibel
    for the true peak of ITU-R BS.1770 too. Sound below the ceiling
    passes untouched, bit by bit.
    """

    def __init__(self, ceiling: float = -1.0) -> None:
        """`ceiling` in dBFS."""
        self._ceiling = to_gain(ceiling)
        self._waiting = silence(LOOK_AHEAD)
        self._wanted = np.ones(LOOK_AHEAD // STEP)  # the gain that each waiting step needs
        self._gain = 1.0  # where the line stands
        self._before = silence(5)  # the last samples fed, for the peaks between samples

    def set_ceiling(self, ceiling: float) -> None:
        """Another ceiling for what is fed from now on, in dBFS."""
        self._ceiling = to_gain(ceiling)

    def feed(self, audio: Audio) -> Audio:
        """Take sound whose length is a multiple of STEP; give back as much."""
        if len(audio) % STEP:
            raise ValueError(f"{len(audio)} samples are no whole steps of {STEP}")
        wanted = np.concatenate([self._wanted, self._needed_gains(audio)])
        sound = np.concatenate([self._waiting, audio])
        steps = len(audio) // STEP
        # Copies: a view would keep all of the sound, here and in the mixer's memory of moments.
        self._waiting, self._wanted = sound[len(audio) :].copy(), wanted[steps:].copy()
        if self._gain == 1.0 and wanted.min() == 1.0:
            return sound[: len(audio)]
        line = self._line(wanted, steps)
        gains = np.interp(np.arange(len(audio)), np.arange(steps + 1) * STEP, line)
        return sound[: len(audio)] * gains.astype(np.float32)[:, None]

    def _needed_gains(self, audio: Audio) -> NDArray[np.float64]:
        """For each step the gain at which its highest peak just meets the ceiling."""
        context = np.concatenate([self._before, audio])
        self._before = context[-5:].copy()
        if np.abs(audio).max(initial=0) * _INTERSAMPLE < self._ceiling:
            return np.ones(len(audio) // STEP)
        between = (
            150 * (context[2:-3] + context[3:-2])
            - 25 * (context[1:-4] + context[4:-1])
            + 3 * (context[:-5] + context[5:])
        ) / 256
        both = np.maximum(np.abs(audio), np.abs(between))
        peaks = np.maximum(both[:, 0], both[:, 1])
        highest = peaks.reshape(-1, STEP).max(axis=1).astype(np.float64)
        needed: NDArray[np.float64] = self._ceiling / np.maximum(highest, self._ceiling)
        return needed

    def _line(self, wanted: NDArray[np.float64], steps: int) -> NDArray[np.float64]:
        """The gain at the edges of the steps: below what every step needs, soon enough."""
        # An edge serves the steps on both sides; a peak between two samples may be counted in
        # the later one.
        padded = np.concatenate([[wanted[0]], wanted])
        edges = np.minimum(padded[:-1], padded[1:])
        target = edges[: steps + 1].copy()
        for ahead in range(1, ATTACK):
            later = edges[ahead : ahead + steps + 1]
            target = np.minimum(target, later + (1 - later) * ahead / ATTACK)
        line = np.empty(steps + 1)
        line[0] = gain = self._gain
        for number in range(1, steps + 1):
            gain = min(target[number], gain + (1 - gain) * _RELEASE)
            line[number] = gain = 1.0 if gain > 0.9999 else gain
        self._gain = gain
        return line


assert BLOCK % STEP == 0
