"""Instruments, and a piece of music that their notes are put into.

Notes are sums of partials that die away, as on a string, a bell or a drum; a room of decaying
noise goes over everything. Nothing here comes from a recording.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

RATE = 48_000

Audio = NDArray[np.float64]
Voice = Callable[[float, float], Audio]
"""A note: frequency in Hz and length in seconds to samples."""


def hertz(note: float) -> float:
    """The frequency of a MIDI note."""
    return float(440.0 * 2 ** ((note - 69) / 12))


def partials(frequency: float, length: float, weights: Sequence[float], decay: float) -> Audio:
    """Overtones that die away, the higher the sooner."""
    t = np.arange(int(length * RATE)) / RATE
    sound = np.zeros_like(t)
    for n, weight in enumerate(weights, start=1):
        if frequency * n < 14_000:
            sound += weight * np.sin(2 * np.pi * frequency * n * t) * np.exp(-t * decay * n**0.7)
    return sound


def shaped(sound: Audio, attack: float, release: float) -> Audio:
    """`sound` that begins and ends softly; both in seconds."""
    rise, fall = int(attack * RATE), min(int(release * RATE), len(sound))
    sound[:rise] *= np.sin(np.linspace(0, np.pi / 2, rise)) ** 2
    sound[len(sound) - fall :] *= np.cos(np.linspace(0, np.pi / 2, fall)) ** 2
    return sound


def harp(frequency: float, length: float) -> Audio:
    """A soft harp or guitar."""
    weights = (1, 0.5, 0.3, 0.2, 0.15, 0.12, 0.09, 0.07, 0.05, 0.04, 0.03, 0.02)
    sound = partials(frequency, length + 1.2, weights, 2.6)
    return shaped(sound, 0.004, 0.3)


def bell(frequency: float, length: float) -> Audio:
    """A music box: its partials are not whole multiples."""
    t = np.arange(int((length + 1.8) * RATE)) / RATE
    sound = np.sin(2 * np.pi * frequency * t) * np.exp(-2.2 * t)
    sound += 0.35 * np.sin(2 * np.pi * frequency * 2.756 * t) * np.exp(-5 * t)
    sound += 0.12 * np.sin(2 * np.pi * frequency * 5.404 * t) * np.exp(-9 * t)
    return shaped(sound, 0.003, 0.3)


def strings(frequency: float, length: float) -> Audio:
    """Slow strings: three players who are a little out of tune with each other."""
    players = (
        partials(frequency * f, length + 0.9, (1, 0.45, 0.3, 0.16, 0.1, 0.06), 0.12)
        for f in (0.9965, 1.0, 1.0035)
    )
    return shaped(np.sum(list(players), axis=0) / 3, 0.5, 0.9)


def bass(frequency: float, length: float) -> Audio:
    """Round and low."""
    return shaped(partials(frequency, length + 0.05, (1, 0.35, 0.12), 1.1), 0.008, 0.08)


def piano(frequency: float, length: float) -> Audio:
    """An electric piano: a tone, and a bright touch that is gone at once."""
    sound = partials(frequency, length + 0.8, (1, 0.3, 0.08), 1.5)
    sound += 0.15 * partials(frequency * 7, length + 0.8, (1, 0.5, 0.3), 14)
    return shaped(sound, 0.004, 0.5)


def flute(frequency: float, length: float) -> Audio:
    """A wooden flute whose tone begins to tremble when it is held."""
    t = np.arange(int((length + 0.15) * RATE)) / RATE
    tremble = 0.004 * np.minimum(t / 0.6, 1) * np.sin(2 * np.pi * 5.1 * t)
    phase = 2 * np.pi * frequency * np.cumsum(1 + tremble) / RATE
    breath = np.diff(np.random.default_rng(13).standard_normal(len(t)), prepend=0)
    sound = np.sin(phase) + 0.22 * np.sin(2 * phase) + 0.08 * np.sin(3 * phase) + 0.012 * breath
    return shaped(sound, 0.06, 0.15)


def synthesizer(frequency: float, length: float) -> Audio:
    """A sawtooth whose filter closes fast."""
    sound = partials(frequency, length + 0.25, [1 / n for n in range(1, 24)], 3.2)
    return shaped(sound, 0.003, 0.15)


def kick(_: float, __: float) -> Audio:
    """A bass drum: a tone that falls."""
    t = np.arange(int(0.3 * RATE)) / RATE
    falling = 2 * np.pi * (48 * t + 4.5 * (1 - np.exp(-30 * t)))
    return shaped(np.sin(falling) * np.exp(-11 * t), 0.002, 0.05)


def brush(_: float, length: float) -> Audio:
    """A brush on a cymbal: high noise."""
    t = np.arange(int(max(length, 0.06) * RATE)) / RATE
    noise = np.random.default_rng(5).standard_normal(len(t))
    return shaped(np.diff(noise, 2, prepend=0, append=0)[: len(t)] * np.exp(-38 * t), 0.002, 0.02)


def clap(_: float, __: float) -> Audio:
    """Hands: three bursts of noise, all but at once."""
    t = np.arange(int(0.25 * RATE)) / RATE
    noise = np.diff(np.random.default_rng(7).standard_normal(len(t)), prepend=0)
    bursts = sum(np.exp(-90 * np.abs(t - at)) * (t >= at) for at in (0.0, 0.011, 0.022))
    return shaped(noise * (bursts + 0.35 * np.exp(-20 * t)), 0.001, 0.05)


@dataclass
class Piece:
    """A stereo piece of music that notes are put into."""

    title: str
    beat: float
    """Seconds."""
    beats: float
    room: float
    """How loud the room is beside the music."""
    loose: float = 0.007
    """Seconds by which players are early or late."""
    sound: Audio = field(init=False)

    def __post_init__(self) -> None:
        self.sound = np.zeros((int((self.beats * self.beat + 4) * RATE), 2))
        self._hand = np.random.default_rng(3)

    def play(
        self, voice: Voice, note: float, at: float, beats: float, level: float, pan: float = 0.0
    ) -> None:
        """Put a note in; `at` in beats, `pan` from -1 (left) to 1."""
        late, touch = self._hand.normal(0, (self.loose, 0.07))
        samples = level * (1 + touch) * voice(hertz(note), beats * self.beat)
        start = max(0, int((at * self.beat + late) * RATE))
        stop = min(start + len(samples), len(self.sound))
        angle = (pan + 1) * np.pi / 4
        self.sound[start:stop, 0] += samples[: stop - start] * np.cos(angle)
        self.sound[start:stop, 1] += samples[: stop - start] * np.sin(angle)

    def strum(
        self,
        voice: Voice,
        notes: Sequence[float],
        at: float,
        beats: float,
        level: float,
        gap: float,
    ) -> None:
        """Put a chord in, one note `gap` beats after the other, from left to right."""
        middle = (len(notes) - 1) / 2
        for n, note in enumerate(notes):
            pan = (n - middle) / (len(notes) + 1)
            self.play(voice, note, at + n * gap, beats, level, pan)

    def finish(self) -> Audio:
        """The piece in its room, at a common loudness, without a click at either end."""
        t = np.arange(int(1.6 * RATE)) / RATE
        noise = np.random.default_rng(11).standard_normal((len(t), 2))
        # A room swallows high tones first: a running mean makes its noise dull.
        dull = np.cumsum(noise, axis=0)
        noise[12:] = (dull[12:] - dull[:-12]) / 12
        echo = noise * np.exp(-4.2 * t)[:, None]
        size = 1 << (len(self.sound) + len(echo) - 1).bit_length()
        wet = np.fft.irfft(
            np.fft.rfft(self.sound, size, axis=0) * np.fft.rfft(echo, size, axis=0), size, axis=0
        )[: len(self.sound)]
        mixed = self.sound + self.room * wet / np.abs(wet).max() * np.abs(self.sound).max()
        mixed *= 0.12 / np.sqrt(np.mean(mixed**2))
        mixed = np.tanh(mixed * 1.2) / 1.2
        # What can no longer be heard is cut off: on the radio it would be dead air.
        mixed = mixed[: np.flatnonzero(np.abs(mixed).max(axis=1) > 0.012)[-1]]
        fade = RATE // 4
        mixed[-fade:] *= np.cos(np.linspace(0, np.pi / 2, fade))[:, None] ** 2
        return np.asarray(mixed)
