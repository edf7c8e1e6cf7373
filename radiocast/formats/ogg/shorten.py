"""A page as the last one of a stream that somebody leaves."""

from __future__ import annotations

from radiocast.formats.ogg.page import CAPTURE, HEADER_LENGTH, checksum

_COUNT = HEADER_LENGTH - 1
_CHECKSUM = slice(22, 26)


def whole_packets(page: bytes) -> bytes:
    """The page without the packet that goes on on the next one (RFC 3533 section 6): half of it
    is an error to a decoder. Empty if no packet ends on it; unchanged if all do, or if it is no
    page. Its granule position is that of the last packet that ends, and stays.
    """
    if not page.startswith(CAPTURE) or len(page) < HEADER_LENGTH:
        return page
    count = page[_COUNT]
    lacing = page[HEADER_LENGTH : HEADER_LENGTH + count]
    kept = lacing.rstrip(b"\xff")
    if kept == lacing:
        return page
    if not kept:
        return b""
    at = HEADER_LENGTH + count
    shorter = bytearray(page[:_COUNT])
    shorter += bytes([len(kept)]) + kept + page[at : at + sum(kept)]
    shorter[_CHECKSUM] = checksum(bytes(shorter))
    return bytes(shorter)
