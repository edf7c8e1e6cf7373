"""One encoder, and the media time of what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from radiocast.codecs.audio import Audio, silence
from radiocast.codecs.packet import Encoder, Packet
from radiocast.codecs.spec import OutputSpec
from radiocast.formats.ogg.mappings import identify
from radiocast.studio.mediatime import PREROLL, RATE

OGG = ("opus", "vorbis", "flac")
RUN_UP = {"mp3": PREROLL, "aac": PREROLL, "opus": PREROLL, "vorbis": 0, "flac": 0}
"""Samples, at the output's rate, that an encoder is fed with before its packets are of use: whole
frames of MP3 (1152), AAC (1024) and Opus (960). Vorbis has no grid of packets to keep to, and
starts well from nothing; FLAC's frames need nothing of each other."""


@dataclass(frozen=True, slots=True)
class Stamped:
    """A packet and the media time that is heard with it."""

    at: int
    end: int
    packet: Packet


class Encoding:
    """An encoder that goes on, or begins so that a packet begins at a given media time.

    The latter is for where other packets end (`resume`): the encoder gets a run-up of sound
    that was heard already, so that it is in full swing there, and on the same grid of frames.
    """

    def __init__(
        self, spec: OutputSpec, encoder: Encoder, at: int, resume: int | None = None
    ) -> None:
        """`at`: the media time of the first sample that it will be given."""
        self.spec = spec
        self.encoder = encoder
        self.skipped = 0
        """Samples, at the output's rate, that decoders cut off where a stream begins: Opus."""
        if not encoder.delay and encoder.headers:
            self.skipped = identify(encoder.headers[0]).start_granule
        self._delay = (encoder.delay or self.skipped) * RATE // spec.sample_rate
        self._taken = at
        if resume is None:
            self._begin, self._origin, self._given = at, at - self._delay, 0
        else:
            run_up = RUN_UP[spec.codec]
            late = self._delay if run_up else 0
            self._begin = resume + late - run_up * RATE // spec.sample_rate
            self._origin, self._given = resume + late - self._delay, -run_up
        self._missing = max(0, at - self._begin)
        self._waiting = silence(0)

    def prepare(self, audio: Audio) -> None:
        """What comes before what `encode` is given, to be encoded along with it."""
        self._waiting = audio

    def encode(self, audio: Audio) -> list[Stamped]:
        """Take the next of the bus; give back the packets that are complete."""
        if len(self._waiting):
            audio, self._waiting = np.concatenate([self._waiting, audio]), silence(0)
        too_early = min(len(audio), max(0, self._begin - self._taken))
        self._taken += len(audio)
        packets: list[Packet] = []
        if self._missing:  # the bus began after the run-up should have
            packets += self.encoder.encode(silence(self._missing))
            self._missing = 0
        if too_early < len(audio):
            packets += self.encoder.encode(audio[too_early:])
        return [self._stamp(packet) for packet in packets]

    def _stamp(self, packet: Packet) -> Stamped:
        begin, self._given = self._given, self._given + packet.samples
        rate = self.spec.sample_rate
        return Stamped(
            self._origin + begin * RATE // rate, self._origin + self._given * RATE // rate, packet
        )
