"""Ogg, whatever is in it: a Frame is a page. RFC 3533.

Theory of operation: an Ogg stream is a chain of *links*. A link begins with the
BOS pages of its logical streams, then come the rest of their header packets, then
data. All header pages of a link go into one StreamStart; every page after them is
a Frame. A BOS page after that (with or without EOS pages before it) begins the
next link. Pages of no link (a source joined in the middle) are skipped.
"""

from __future__ import annotations

from radiocast.errors import FormatError
from radiocast.formats._base import Event, Skipped
from radiocast.formats.ogg.link import Link
from radiocast.formats.ogg.page import (
    CAPTURE,
    HEADER_LENGTH,
    MAX_PAGE,
    Page,
    measure_page,
    parse_page,
)

MAX_HEADER = 1 << 21
"""Bytes of header pages per link. Each listener gets them all first. Comments may hold a cover
picture; a megabyte of JPEG is 1.4 MB there. More cannot be skipped, because without its headers
the whole link is mute; so it is an error, and the operator reads why."""


class OggFramer:
    """A Framer for Ogg."""

    max_buffered = MAX_HEADER + MAX_PAGE

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._link: Link | None = None
        self._lost_page = False  # the last thing that looked like a page had a wrong checksum

    def feed(self, data: bytes) -> list[Event]:
        self._buffer += data
        return self._drain()

    def close(self) -> list[Event]:
        # Every whole page has been taken; what is left cannot become one, but what
        # looked like the start of a long page may hide short ones.
        events: list[Event] = []
        while self._buffer:
            events += self._drain()
            if self._buffer:
                following = self._buffer.find(CAPTURE, 1)
                length = len(self._buffer) if following < 0 else following
                self._skip(length, events)
                del self._buffer[:length]
        if self._link and not self._link.announced:
            events.append(Skipped(self._link.header_length))
            self._link = None
        return events

    def _drain(self) -> list[Event]:
        events: list[Event] = []
        buffer, position = self._buffer, 0
        while True:
            at = buffer.find(CAPTURE, position)
            if at < 0:
                at = max(position, len(buffer) - len(CAPTURE) + 1)
            self._skip(at - position, events)
            position = at
            length = measure_page(buffer, at)
            if length is None or len(buffer) - at < length:
                break
            page = parse_page(bytes(buffer[at : at + length])) if length else None
            if page:
                self._take(page, events)
                position += length
                self._lost_page = False
            else:
                position += self._skip_false_page(at, length, events)
        del buffer[:position]
        return events

    def _skip_false_page(self, at: int, length: int, events: list[Event]) -> int:
        """Skip the capture pattern of what is no page; give back how many bytes that is.

        The true page may begin anywhere behind it, so only the pattern goes. But
        where one false page follows another somebody makes them, and to sum up
        64 KiB for every 27 bytes fed would stop the station: then the page's
        header goes too.
        """
        skipped = len(CAPTURE)
        if length:
            if self._lost_page:
                skipped = HEADER_LENGTH + self._buffer[at + HEADER_LENGTH - 1]
            self._lost_page = True
        self._skip(skipped, events)
        return skipped

    def _skip(self, length: int, events: list[Event]) -> None:
        if not length:
            return
        if self._link and not self._link.announced:
            # Bytes come out in order, so a hole in a header gives up the header. Over
            # TCP that is an encoder's bug, and no decoder would have forgiven it.
            events.append(Skipped(self._link.header_length))
            self._link = None
        events.append(Skipped(length))

    def _take(self, page: Page, events: list[Event]) -> None:
        link = self._link
        if page.bos and (link is None or not link.takes_bos(page)):
            if link and not link.announced:
                events.append(Skipped(link.header_length))
            link = self._link = Link()
        if link is None or not (page.bos or link.knows(page)):
            self._skip(len(page.data), events)
            return
        if not link.announced and (page.bos or not link.is_data(page)):
            if link.header_length + len(page.data) > MAX_HEADER:
                raise FormatError(f"Ogg headers of more than {MAX_HEADER} bytes", status=415)
            if link.add_header(page):
                events.append(link.announce())
            return
        if not link.announced:
            events.append(link.announce())
        events.append(link.frame(page))
