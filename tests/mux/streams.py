"""What comes out of a muxer, as a listener gets it."""

from __future__ import annotations

from collections.abc import Iterable

from radiocast.formats import Event, Frame, StreamStart
from radiocast.formats.ogg.page import Page, measure_page, parse_page


def as_bytes(events: Iterable[Event]) -> bytes:
    """All bytes of these events."""
    data = b""
    for event in events:
        match event:
            case StreamStart():
                data += event.header
            case Frame():
                data += event.data
            case _:
                raise AssertionError("a muxer skips nothing")
    return data


def pages(data: bytes) -> list[Page]:
    """The Ogg pages that the bytes are, each with a right checksum."""
    found: list[Page] = []
    at = 0
    while at < len(data):
        length = measure_page(bytearray(data), at)
        assert length
        page = parse_page(data[at : at + length])
        assert page is not None
        found.append(page)
        at += length
    return found
