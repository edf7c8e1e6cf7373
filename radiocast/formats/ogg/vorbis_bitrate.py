"""The bitrate that a Vorbis encoder aims at (Vorbis I specification, section 4.2.2)."""

from __future__ import annotations

from struct import Struct

_IDENTIFICATION = Struct("<7sIBIiii")
_MARK = b"\x01vorbis"


def nominal_bitrate(header: bytes) -> int:
    """Bits per second, from a stream's header pages; 0: it is not said."""
    at = header.find(_MARK)
    if at < 0 or len(header) - at < _IDENTIFICATION.size:
        return 0
    *_, nominal, _ = _IDENTIFICATION.unpack_from(header, at)
    return max(0, int(nominal))
