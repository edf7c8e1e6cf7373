"""What an ear makes of a stream: silences, jumps in loudness, which tone is heard when.

Whoever plays has tones of its own (`Band`), all of the same loudness, so that a change of what is
heard is no change of how loud it is. Live sources play sweeps: what is heard of one tells where
in it that comes from, so a lost piece shows, and whether the end was heard. Times are in seconds
from the first sample of what is looked at, levels in dBFS (of the mean square).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Samples: TypeAlias = NDArray[np.float32]
"""One channel; full scale is 1."""
Levels: TypeAlias = NDArray[np.float64]
"""One for each `HOP` from the start on, in dBFS."""

RATE = 48_000
"""Samples per second."""

QUIET = -50.0
"""What is below counts as silence."""

STEP = 3.0
"""dB within `WINDOW` that are a jump."""

WINDOW = 0.005
"""Seconds in which silences and jumps are looked for."""

SETTLING = 0.2
"""Seconds at the very start in which an encoder and a decoder find their feet."""

HOP = 0.002
"""Seconds between two looks at the tones."""

LOOK = 0.02
"""Seconds a tone is looked at."""

FLOOR = -120.0

AUDIBLE = -40.0
"""A tone below this, 27 dB under its full level, is what codecs add of themselves."""

CLEAR = -30.0
"""A tone above this has a phase that can be told, even if others are heard, too."""

SLIP = 0.7
"""In radians, how much a phase may turn in two looks."""

SHORTEST = 0.03
"""Seconds a tone must prevail to count: while two of them cross they beat."""

EARLIER = 0.06
"""Seconds whose middle tells where a sweep is."""

SLACK = 0.01
"""Seconds by which a sweep may seem to jump; a frame of Opus is 20 ms, one of MP3 24 or 26. Whoever
plays by another clock is resampled by up to half a percent, which shifts all tones: that looks
like 5 ms."""


@dataclass(frozen=True, slots=True)
class Band:
    """Somebody's tones, in Hz."""

    name: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Spell:
    """A time in which one of the bands (or none: "") is louder than the others."""

    name: str
    begin: float
    end: float


@dataclass(frozen=True, slots=True)
class Step:
    """A jump of the level."""

    at: float
    db: float


@dataclass(frozen=True, slots=True)
class Sweep:
    """A tone that rises by `RISE` from `start` Hz on, and begins again every `PERIOD`."""

    start: float
    seconds: float

    def band(self, name: str) -> Band:
        """Where it is heard."""
        return Band(name, self.start - 60, self.start + RISE * PERIOD + 60)

    def phase(self) -> str:
        """In radians, of the time `t` in seconds: as Python and ffmpeg calculate."""
        at = f"mod(t,{PERIOD})"
        return f"2*PI*({self.start}*{at}+{RISE / 2}*{at}*{at})"


RISE = 3000.0
"""Hz per second."""

PERIOD = 0.4
"""Seconds. Sweeps that start at a multiple of 50 Hz pass through whole waves in it."""


@dataclass(frozen=True, slots=True)
class Jump:
    """Where a sweep does not go on where it was: `by` seconds further (less than 0: back)."""

    at: float
    by: float


@dataclass(frozen=True, slots=True)
class Passage:
    """What was heard of a sweep."""

    begin: float
    """When."""
    end: float
    first: float
    """Which part of it, in its own seconds; of more than `PERIOD` / 2 nothing is known."""
    last: float
    """As far as the time goes that it was heard for."""
    jumps: tuple[Jump, ...]


def silence(samples: Samples) -> float:
    """Milliseconds of silence, without the encoder's start."""
    step = round(0.001 * RATE)
    quiet = _windows(samples[round(SETTLING * RATE) :] ** 2, WINDOW, step).mean(axis=1)
    covered = np.zeros(len(quiet) + round(WINDOW * 1000))
    for start in np.flatnonzero(quiet < 10 ** (QUIET / 10)):
        covered[start : start + round(WINDOW * 1000)] = 1
    return float(covered.sum())


def steps(samples: Samples, least: float = STEP) -> list[Step]:
    """The jumps of the level by more than `least` dB: the largest of each, without the encoder's
    start.

    Two windows side by side are compared. Their weights smooth away the waveform from 400 Hz
    upwards, but not a switch, which lies between the two or in one of them.
    """
    step = round(0.001 * RATE)
    weights = np.hanning(round(WINDOW * RATE))
    power = _windows(samples.astype(np.float64) ** 2, WINDOW, step) @ (weights / weights.sum())
    level = _db(power)
    side = round(WINDOW / 0.001)
    change = level[side:] - level[:-side]
    change[: round(SETTLING / 0.001)] = 0
    return [
        max((Step(at * 0.001 + WINDOW, float(change[at])) for at in run), key=lambda it: abs(it.db))
        for run in _runs(np.abs(change) > least)
    ]


def spells(samples: Samples, bands: Sequence[Band]) -> list[Spell]:
    """Who is heard when."""
    spectra = _spectra(samples)
    levels = np.array([_level(spectra, band) for band in bands])
    loudest = np.where(levels.max(axis=0) < AUDIBLE, -1, levels.argmax(axis=0))
    found: list[Spell] = []
    at = 0
    for index, run in groupby(loudest):
        length = len(list(run))
        name = "" if index < 0 else bands[index].name
        begin, at = at, at + length
        if found and (found[-1].name == name or length * HOP < SHORTEST):
            found[-1] = Spell(found[-1].name, found[-1].begin, _middle(at))
        else:
            found.append(Spell(name, _middle(begin), _middle(at)))
    return found


def level(samples: Samples, band: Band) -> Levels:
    """How loud a band is."""
    return _level(_spectra(samples), band)


def slips(samples: Samples, hertz: float) -> list[float]:
    """Where a steady tone does not go on in phase: there something of it is missing, or too much.

    `hertz`: such that no frame of any codec holds whole waves.
    """
    moments = np.arange(len(samples)) / RATE
    turning = samples * np.exp(-2j * np.pi * hertz * moments)
    weights = np.hanning(round(LOOK * RATE))
    still = _windows(turning, LOOK, round(HOP * RATE)) @ (2 / weights.sum() * weights)
    clear = 10 * np.log10(np.maximum(np.abs(still) ** 2 / 2, 1e-12)) > CLEAR
    side = round(2 * LOOK / HOP)
    if len(still) <= side:
        return []
    turned = np.abs(np.angle(still[side:] * np.conj(still[:-side])))
    heard = np.lib.stride_tricks.sliding_window_view(clear, side + 1).all(axis=1)
    return [_middle(run.start + side // 2) for run in _runs(heard & (turned > SLIP))]


def hear(samples: Samples, sweep: Sweep) -> Passage | None:
    """What is heard of a sweep; None: nothing. It may be heard but once."""
    spectra = _spectra(samples)
    band = sweep.band("")
    audible = [run for run in _runs(_level(spectra, band) > AUDIBLE) if len(run) * HOP > SHORTEST]
    if not audible:
        return None
    begin, end = audible[0].start, audible[-1].stop
    places = (_peaks(spectra[begin:end], band) - sweep.start) / RISE
    delays = _wrapped(places - np.arange(end - begin) * HOP)
    first = float(np.median(delays[:SOME]))
    drift = _wrapped(delays - first)
    return Passage(
        _middle(begin),
        _middle(end - 1),
        first,
        first + float(np.median(drift[-SOME:])) + (end - 1 - begin) * HOP,
        tuple(Jump(_middle(begin) + jump.at, jump.by) for jump in _jumps(drift)),
    )


SOME = 5
"""Looks the median is taken of, where one alone may be off."""


def _wrapped(seconds: NDArray[np.float64]) -> NDArray[np.float64]:
    """As near to 0 as `PERIOD` allows."""
    wrapped: NDArray[np.float64] = (seconds + PERIOD / 2) % PERIOD - PERIOD / 2
    return wrapped


def _jumps(delays: NDArray[np.float64]) -> list[Jump]:
    """Where what should stay the same does not, as far as the ends of it tell."""
    side = round(EARLIER / HOP)
    if len(delays) < 2 * side:
        return []
    medians = np.median(np.lib.stride_tricks.sliding_window_view(delays, side), axis=1)
    change = medians[side:] - medians[:-side]
    return [
        max((Jump((at + side) * HOP, float(change[at])) for at in run), key=lambda it: abs(it.by))
        for run in _runs(np.abs(change) > SLACK)
    ]


def _windows(values: NDArray[np.floating], seconds: float, step: int) -> NDArray[np.floating]:
    length = round(seconds * RATE)
    if len(values) < length:
        return np.zeros((0, length))
    return np.lib.stride_tricks.sliding_window_view(values, length)[::step]


def _spectra(samples: Samples) -> NDArray[np.float64]:
    """The power in each bin of 1 / `LOOK` Hz, every `HOP`; a sine's power is that of its level."""
    weights = np.hanning(round(LOOK * RATE))
    windows = _windows(samples, LOOK, round(HOP * RATE))
    scale = 2 / (weights**2).sum() / len(weights)
    power = [  # a part at a time: half a minute of complex numbers is much
        np.abs(np.fft.rfft(windows[at : at + 1000] * weights)) ** 2 * scale
        for at in range(0, len(windows), 1000)
    ]
    return np.concatenate(power) if power else np.zeros((0, len(weights) // 2 + 1))


def _level(spectra: NDArray[np.float64], band: Band) -> Levels:
    bins = slice(round(band.low * LOOK), round(band.high * LOOK) + 1)
    return _db(spectra[:, bins].sum(axis=1))


def _peaks(spectra: NDArray[np.float64], band: Band) -> NDArray[np.float64]:
    """The frequency of the band's loudest tone: between bins, from how the peak leans."""
    low = round(band.low * LOOK)
    peaks = low + spectra[:, low : round(band.high * LOOK) + 1].argmax(axis=1)
    rows = np.arange(len(spectra))
    before, peak, after = (_db(spectra[rows, peaks + aside]) for aside in (-1, 0, 1))
    bend = np.minimum(before - 2 * peak + after, -1e-9)  # where there is nothing it is flat
    tones: NDArray[np.float64] = peaks + 0.5 * (before - after) / bend
    return tones / LOOK


def _db(power: NDArray[np.floating]) -> Levels:
    levels: Levels = 10 * np.log10(np.maximum(power, 10 ** (FLOOR / 10)))
    return levels


def _middle(look: int) -> float:
    return look * HOP + LOOK / 2


def _runs(true: NDArray[np.bool_]) -> list[range]:
    """Where it is true, in one piece each."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], true, [False]]).astype(np.int8)))
    return [range(begin, end) for begin, end in zip(edges[::2], edges[1::2], strict=True)]
