"""What every encoder has in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from radiocast.codecs.audio import Audio


@dataclass(frozen=True, slots=True)
class Packet:
    """What an encoder gives out: an MP3 or ADTS frame, or a packet for Ogg."""

    data: bytes
    samples: int
    """How much longer the stream becomes by it, per channel at the output's sample rate. For Opus
    the pre-skip counts (as in Ogg's granule positions), the padding of the last packet does not."""


class Encoder(Protocol):
    """Sound of the bus in, packets of one `OutputSpec` out. Never restarted between tracks."""

    headers: tuple[bytes, ...]
    """The codec's header packets for Ogg, without the one that holds the comments; empty for MP3
    and AAC, which need none."""
    delay: int
    """How much later sound comes out of a decoder than it went in, in samples at the output's
    rate: 1105 for MP3 (LAME's 576 and a decoder's 529), 1024 for AAC. None for the others: Opus
    says its own (312) in its header, where decoders cut it off, Vorbis and FLAC have none."""

    def encode(self, block: Audio) -> list[Packet]:
        """Take the next block, of any length; give back the packets that are complete."""
        ...

    def flush(self) -> list[Packet]:
        """The stream is over: what is left. Call once."""
        ...
