"""Ogg pages that break packets anywhere, as no file in tests/media does."""

from __future__ import annotations

from collections.abc import Sequence

from radiocast.formats.ogg.page import checksum

CONTINUED = 1


def pages_of(packets: Sequence[bytes], segments: int) -> list[bytes]:
    """The packets on pages of so many segments each; the last page may have fewer."""
    pieces = [(piece, ends) for packet in packets for piece, ends in _segments(packet)]
    pages = []
    goes_on = False
    for number in range(0, len(pieces), segments):
        some = pieces[number : number + segments]
        head = b"OggS\0" + bytes([CONTINUED if goes_on else 0]) + bytes(12)
        head += (number // segments).to_bytes(4, "little") + bytes(4) + bytes([len(some)])
        page = head + bytes(len(piece) for piece, _ in some) + b"".join(p for p, _ in some)
        pages.append(page[:22] + checksum(page) + page[26:])
        goes_on = not some[-1][1]
    return pages


def _segments(packet: bytes) -> list[tuple[bytes, bool]]:
    cut = [packet[at : at + 255] for at in range(0, len(packet) + 1, 255)]
    return [(piece, piece is cut[-1]) for piece in cut]
