"""Which logical streams are in the pages of a header (RFC 3533 section 6)."""

from __future__ import annotations

from radiocast.formats.ogg.page import CAPTURE, measure_page

_SERIAL = slice(14, 18)


def serials(header: bytes) -> frozenset[int]:
    """Their serial numbers; none for what is no Ogg."""
    buffer, found, at = bytearray(header), set(), 0
    while header[at : at + 4] == CAPTURE and (length := measure_page(buffer, at)):
        found.add(int.from_bytes(header[at:][_SERIAL], "little"))
        at += length
    return frozenset(found)
