"""Between what codecs speak and the bus: sample rates, channels, sample formats."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import groupby
from typing import NamedTuple, Protocol

import av
import numpy as np

from radiocast.codecs.audio import CHANNELS, RATE, Audio, silence, tame
from radiocast.codecs.errors import CodecError
from radiocast.codecs.frames import total_samples

SLOWEST, FASTEST = 4_000, 768_000
"""Sample rates in Hz that we believe. A damaged header says 1 Hz as easily as 44,100, and one
packet of that would be hours."""


class Kind(NamedTuple):
    """What frames must have in common to be converted alike."""

    sample_format: str
    layout: str
    channels: int
    rate: int


class Sink(Protocol):
    """Where decoded frames go. Gives back what of them goes on to the bus, if anything does."""

    def push(self, frames: Sequence[av.AudioFrame]) -> Audio:
        """Take the next frames. Raises CodecError for kinds nobody can hear."""
        ...

    def flush(self) -> Audio:
        """The sound is over, or another one begins: what is still inside."""
        ...


class ToBus:
    """Decoded frames of any kind become sound for the bus.

    The kind may change from frame to frame, as in files that were concatenated or a live
    encoder that was set up anew: the old kind's last samples come out first. The length is
    exact: so many seconds in, so many seconds out, rounded to the nearest sample.
    """

    def __init__(self) -> None:
        self._kind: Kind | None = None
        self._resampler: av.AudioResampler | None = None  # None: there is nothing to resample
        self._taken = self._given = 0  # samples of this kind, at their rate and at ours

    def push(self, frames: Sequence[av.AudioFrame]) -> Audio:
        """Take the next frames, better many than few: each call costs as much as a frame.

        Raises CodecError for kinds nobody can hear.
        """
        pieces = [silence(0)]
        for kind, run in groupby(frames, key=kind_of):
            if kind != self._kind:
                pieces += [self.flush(), self._begin(kind)]
            pieces.append(self._convert(kind, list(run)))
        return np.concatenate(pieces)

    def flush(self) -> Audio:
        """What is still inside. After that a new sound may begin."""
        kind, self._kind = self._kind, None
        if kind is None or self._resampler is None:
            return silence(0)
        due = round(self._taken * Fraction(RATE, kind.rate)) - self._given
        return _for_bus(_run(self._resampler, [None]))[: max(0, due)]

    def _begin(self, kind: Kind) -> Audio:
        check_rate(kind)
        self._kind, self._resampler = kind, None
        self._taken = self._given = 0
        if kind.rate != RATE or not _is_float(kind):
            # libswresample makes mono 3 dB softer on its way to stereo, so mono stays mono.
            self._resampler = _resampler("mono" if kind.channels == 1 else "stereo", RATE)
        return silence(0)

    def _convert(self, kind: Kind, frames: list[av.AudioFrame]) -> Audio:
        if _is_float(kind):
            audio = _floats(kind, frames)
            if self._resampler is None:
                return _for_bus(audio)
            frames = [to_frame(audio, "flt", kind.rate)]
        assert self._resampler is not None
        try:
            audio = _for_bus(_run(self._resampler, frames))
        except CodecError:
            self._kind = None  # the next frame gets a new resampler
            raise
        self._taken += total_samples(frames)
        self._given += len(audio)
        return audio


class FromBus:
    """Sound of the bus becomes what an encoder was promised: its rate, its channels."""

    def __init__(self, rate: int, channels: int) -> None:
        self._channels = channels
        layout = "mono" if channels == 1 else "stereo"
        self._resampler = _resampler(layout, rate) if rate != RATE else None

    def push(self, block: Audio) -> Audio:
        """Take the next block of the bus."""
        audio: Audio = block.mean(axis=1, keepdims=True) if self._channels == 1 else block
        if self._resampler is None or not len(audio):
            return audio
        return _run(self._resampler, [to_frame(audio, "flt", RATE)])

    def flush(self) -> Audio:
        """What is still inside."""
        if self._resampler is None:
            return np.zeros((0, self._channels), np.float32)
        return _run(self._resampler, [None])


def to_frame(audio: Audio, sample_format: str, rate: int) -> av.AudioFrame:
    """One frame for PyAV, in `flt`, `fltp` or `s16`."""
    layout = "mono" if audio.shape[1] == 1 else "stereo"
    match sample_format:
        case "fltp":
            samples = np.ascontiguousarray(audio.T)
        case "s16":
            whole = np.rint(np.clip(audio, -1.0, 1.0) * 32767.0)
            samples = whole.astype(np.int16).reshape(1, -1)
        case _:
            samples = np.ascontiguousarray(audio).reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(samples, sample_format, layout)
    frame.sample_rate = rate
    return frame


def kind_of(frame: av.AudioFrame) -> Kind:
    """What it must have in common with others."""
    layout = frame.layout
    return Kind(frame.format.name, layout.name, layout.nb_channels, frame.sample_rate)


def check_rate(kind: Kind) -> None:
    """Raises CodecError for a sample rate that we do not believe."""
    if not SLOWEST <= kind.rate <= FASTEST:
        raise CodecError(f"a sample rate of {kind.rate} Hz cannot be played")


def _is_float(kind: Kind) -> bool:
    """Whether the samples are as the bus has them, as from most decoders of lossy formats."""
    return kind.channels <= CHANNELS and kind.sample_format in ("flt", "fltp")


def _floats(kind: Kind, frames: list[av.AudioFrame]) -> Audio:
    values = [frame.to_ndarray() for frame in frames]
    if kind.sample_format == "fltp":
        return np.ascontiguousarray(np.concatenate(values, axis=1).T, np.float32)
    return np.concatenate(values, axis=1).reshape(-1, kind.channels).astype(np.float32, copy=False)


def _for_bus(audio: Audio) -> Audio:
    return tame(np.repeat(audio, 2, axis=1) if audio.shape[1] == 1 else audio)


def _resampler(layout: str, rate: int) -> av.AudioResampler:
    return av.AudioResampler(format="flt", layout=layout, rate=rate)


def _run(resampler: av.AudioResampler, frames: Sequence[av.AudioFrame | None]) -> Audio:
    """What comes out when these go in; None: the end."""
    pieces: list[Audio] = []
    try:
        for frame in frames:
            if frame is not None:
                frame.pts = None  # time is what was counted, not what a container claims
            for piece in resampler.resample(frame):
                values = piece.to_ndarray().reshape(-1, piece.layout.nb_channels)
                pieces.append(values.astype(np.float32, copy=False))
    except (av.FFmpegError, ValueError) as error:
        raise CodecError(f"cannot be resampled: {error}") from error
    return np.concatenate(pieces) if pieces else silence(0)
