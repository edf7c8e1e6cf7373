"""What the ways to take packets out of frames have in common.

A frame is what listeners can be sent: a page, a cluster, a block. A decoder wants the packets
inside, and what it needs before them.
"""

from __future__ import annotations

from typing import Protocol


class Unpacker(Protocol):
    """Takes the packets out of the frames of one stream. Pure; no input raises anything."""

    extradata: bytes
    """What the decoder needs before the first packet, as FFmpeg's decoders want it."""

    def packets(self, data: bytes) -> tuple[list[bytes], bool]:
        """The packets that end in this frame, and whether the stream ends with it."""
        ...


class Bare:
    """MPEG audio, ADTS, native FLAC: a frame is a packet."""

    def __init__(self, extradata: bytes = b"") -> None:
        self.extradata = extradata

    def packets(self, data: bytes) -> tuple[list[bytes], bool]:
        return [data], False


def laced(packets: list[bytes]) -> bytes:
    """Vorbis' three header packets in one, with their lengths first: how Matroska keeps them
    (RFC 9559 section 10.3.1, "Xiph lacing") and how FFmpeg's decoder takes them."""
    lengths = b"".join(b"\xff" * (len(p) // 255) + bytes([len(p) % 255]) for p in packets[:-1])
    return bytes([len(packets) - 1]) + lengths + b"".join(packets)
