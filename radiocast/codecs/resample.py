"""Between what codecs speak and the bus: sample rates, channels, sample formats."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np

from radiocast.codecs.audio import RATE, Audio, silence, tame
from radiocast.codecs.errors import CodecError

SLOWEST, FASTEST = 4_000, 768_000
"""Sample rates in Hz that we believe. A damaged header says 1 Hz as easily as 44,100, and one
packet of that would be hours."""


class ToBus:
    """Decoded frames of any kind become sound for the bus.

    The kind may change from frame to frame, as in files that were concatenated or a live
    encoder that was set up anew: the old kind's last samples come out first. The length is
    exact: so many seconds in, so many seconds out, rounded to the nearest sample.
    """

    def __init__(self) -> None:
        self._kind: tuple[str, str, int] | None = None
        self._resampler = _resampler("stereo", RATE)
        self._taken = self._given = 0  # samples of this kind, at their rate and at ours

    def push(self, frame: av.AudioFrame) -> Audio:
        """Take the next frame. Raises CodecError for kinds nobody can hear."""
        if not SLOWEST <= frame.sample_rate <= FASTEST:
            raise CodecError(f"a sample rate of {frame.sample_rate} Hz cannot be played")
        kind = (frame.format.name, frame.layout.name, frame.sample_rate)
        before = silence(0)
        if kind != self._kind:
            before = self.flush()
            # libswresample makes mono 3 dB softer on its way to stereo, so mono stays mono.
            channels = "mono" if frame.layout.nb_channels == 1 else "stereo"
            self._kind, self._resampler = kind, _resampler(channels, RATE)
        try:
            audio = self._run(frame)
        except CodecError:
            self._kind = None  # the next frame gets a new resampler
            self._taken = self._given = 0
            raise
        self._taken += frame.samples
        self._given += len(audio)
        return np.concatenate([before, audio]) if len(before) else audio

    def flush(self) -> Audio:
        """What is still inside. After that a new sound may begin."""
        if self._kind is None:
            return silence(0)
        _, _, rate = self._kind
        self._kind = None
        due = round(self._taken * Fraction(RATE, rate)) - self._given
        self._taken = self._given = 0
        return self._run(None)[: max(0, due)]

    def _run(self, frame: av.AudioFrame | None) -> Audio:
        audio = _run(self._resampler, frame)
        if audio.shape[1] == 1:
            audio = np.repeat(audio, 2, axis=1)
        return tame(audio)


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
        return _run(self._resampler, to_frame(audio, "flt", RATE))

    def flush(self) -> Audio:
        """What is still inside."""
        if self._resampler is None:
            return np.zeros((0, self._channels), np.float32)
        return _run(self._resampler, None)


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


def _resampler(layout: str, rate: int) -> av.AudioResampler:
    return av.AudioResampler(format="flt", layout=layout, rate=rate)


def _run(resampler: av.AudioResampler, frame: av.AudioFrame | None) -> Audio:
    if frame is not None:
        frame.pts = None  # time is what was counted, not what a container claims
    try:
        pieces = [
            piece.to_ndarray().reshape(-1, piece.layout.nb_channels)
            for piece in resampler.resample(frame)
        ]
    except (av.FFmpegError, ValueError) as error:
        raise CodecError(f"cannot be resampled: {error}") from error
    if not pieces:
        return np.zeros((0, 2), np.float32)
    return np.concatenate(pieces)
