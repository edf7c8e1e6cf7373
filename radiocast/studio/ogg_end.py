"""The end of a link that nobody ended: its worker was lost, or it was spliced."""

from __future__ import annotations

from radiocast.formats.ogg.page import CAPTURE, HEADER_LENGTH, checksum

_FLAGS, _SEQUENCE, _CHECKSUM, _SEGMENTS = 5, slice(18, 22), slice(22, 26), 26
_EOS = 4


def end_page(last: bytes) -> bytes:
    """An empty page with the EOS mark, to follow the page `last` of which the header is enough.

    RFC 3533 section 4 wants each link of a chain to end with that mark, and section 6 allows a
    page without packets for it. Empty if `last` has the mark already, or is no page.
    """
    if not last.startswith(CAPTURE) or len(last) < HEADER_LENGTH or last[_FLAGS] & _EOS:
        return b""
    page = bytearray(last[:HEADER_LENGTH])
    page[_FLAGS] = _EOS
    number = int.from_bytes(page[_SEQUENCE], "little") + 1
    page[_SEQUENCE] = (number % (1 << 32)).to_bytes(4, "little")
    page[_SEGMENTS] = 0
    page[_CHECKSUM] = checksum(bytes(page))
    return bytes(page)
