"""What an output sounds like on the wire."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Codec = Literal["mp3", "aac", "opus", "vorbis", "flac"]
CODECS: tuple[Codec, ...] = get_args(Codec)


@dataclass(frozen=True, slots=True)
class OutputSpec:
    """A distinct output format: equal specs share one encoder."""

    codec: Codec
    bitrate: int
    """In bit/s; what a variable bitrate is about. 0 for FLAC, which takes what it needs."""
    sample_rate: int = 48_000
    """In Hz."""
    channels: int = 2
    """1 or 2."""
