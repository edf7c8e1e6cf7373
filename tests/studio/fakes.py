"""Decoders that are small real things: tones of any length, from no file."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeVar

import numpy as np

from radiocast.codecs.audio import RATE, Audio, silence
from radiocast.codecs.errors import CodecError
from radiocast.studio.cues import MixSettings, Transition
from radiocast.studio.events import MixEvent
from radiocast.studio.mixer import Mixer

E = TypeVar("E")

PLAIN = MixSettings(transition=Transition.OFF, tone=False)


def sine(start: int, length: int, hertz: float = 440.0, amplitude: float = 0.5) -> Audio:
    phase = np.arange(start, start + length, dtype=np.float64) * (2 * np.pi * hertz / RATE)
    wave = (amplitude * np.sin(phase)).astype(np.float32)
    return np.stack([wave, wave], axis=1)


def noise(seed: int, length: int, amplitude: float = 0.3) -> Audio:
    """Unlike tones, two of them do not beat when they are mixed."""
    wave = np.random.default_rng(seed).uniform(-amplitude, amplitude, length).astype(np.float32)
    return np.stack([wave, wave], axis=1)


def constant(length: int, value: float) -> Audio:
    return np.full((length, 2), value, np.float32)


class Tape:
    """Sound from memory, with a decoder's manners and faults."""

    def __init__(
        self, audio: Audio, *, knows_duration: bool = True, breaks_at: int | None = None
    ) -> None:
        self.duration = len(audio) / RATE if knows_duration else None
        self.closed = False
        self.ready = True
        self._audio = audio
        self._at = 0
        self._breaks_at = breaks_at

    def check(self) -> bool:
        if self._breaks_at == 0:
            raise CodecError("no such file")
        return self.ready

    def read(self, samples: int) -> Audio:
        assert not self.closed
        if self._breaks_at is not None and self._at + samples > self._breaks_at:
            raise CodecError("the disk is gone" if self._at else "no such file")
        self._at += samples
        return self._audio[self._at - samples : self._at]

    def close(self) -> None:
        self.closed = True

    def seek(self, start: float) -> Tape:
        self._at = round(start * RATE)
        return self


class Shelf:
    """Where tapes are opened by name. What is not there fails like a file that is gone."""

    def __init__(self, **tapes: Callable[[], Tape]) -> None:
        self.tapes = dict(tapes)
        self.opened: list[Tape] = []

    def put(self, name: str, audio: Audio) -> None:
        self.tapes[name] = lambda: Tape(audio)

    def open(self, path: str, start: float) -> Tape:
        make = self.tapes.get(path, lambda: Tape(silence(0), breaks_at=0))
        tape = make().seek(start)
        self.opened.append(tape)
        return tape


class Heard(NamedTuple):
    audio: Audio
    events: list[MixEvent]

    def of(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]


def hear(mixer: Mixer, samples: int, *, grain: int = 960) -> Heard:
    """Render so much, piece by piece."""
    pieces, events = [], list[MixEvent]()
    while samples:
        mixer.tick(min(grain, samples))
        audio, happened = mixer.render(min(grain, samples))
        pieces.append(audio)
        events += happened
        samples -= len(audio)
    return Heard(np.concatenate(pieces), events)


def largest_step(audio: Audio) -> float:
    """The greatest change of level from one 5 ms to the next, in dB."""
    window = RATE // 200
    whole = audio[: len(audio) // window * window, 0].astype(np.float64)
    levels = 10 * np.log10(np.mean(whole.reshape(-1, window) ** 2, axis=1) + 1e-10)
    return float(np.abs(np.diff(levels)).max())


def longest_quiet(audio: Audio, below: float = -50.0) -> int:
    """The longest run of samples below so many dBFS."""
    quiet = np.abs(audio).max(axis=1) < 10 ** (below / 20)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], quiet, [False]]).astype(np.int8)))
    runs = edges[1::2] - edges[::2]
    return int(runs.max()) if len(runs) else 0
