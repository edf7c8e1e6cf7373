"""One link of a chained Ogg stream: logical streams that begin together. RFC 3533 section 4."""

from __future__ import annotations

from radiocast.errors import FormatError
from radiocast.formats._base import Frame, StreamStart, Title
from radiocast.formats.ogg.comments import parse_title
from radiocast.formats.ogg.mappings import PACKET_START, UNKNOWN, Mapping, identify
from radiocast.formats.ogg.page import NO_GRANULE, Page

MAX_STREAMS = 32
"""Logical streams per link. A film with subtitles in many languages may have a dozen."""


class LogicalStream:
    """The pages that share a serial number: first its header packets, then its data."""

    def __init__(self) -> None:
        self.mapping = UNKNOWN
        self.title: Title | None = None
        self.header_done = False
        self._headers_seen = 0
        self._packet = bytearray()  # a header packet that goes on on the next page
        self._granule: int | None = None  # of the last page; None: no data page yet
        self._open_samples = 0  # of the packet that goes on on the next page

    def take_header_page(self, page: Page) -> None:
        """Read a page of the header. The link bounds how many there are."""
        for part, ends in page.packets():
            self._packet += part
            if ends and not self.header_done:
                self._take_header_packet(bytes(self._packet))
                self._packet.clear()
        self.header_done |= page.eos

    def _take_header_packet(self, packet: bytes) -> None:
        self._headers_seen += 1
        if self._headers_seen == 1:
            self.mapping = identify(packet)
        comments = self.mapping.comments(packet, self._headers_seen)
        if comments is not None:
            self.title = parse_title(comments)
        self.header_done = self.mapping.ends_header(packet, self._headers_seen)

    def page_samples(self, page: Page) -> int:
        """How long a data page sounds, in samples.

        The granule positions say it, if their difference is one the packets that end
        on the page can have. It is not on the first page of a live stream (some
        encoders count from when they were started) or after lost pages; then
        what the packets hold counts, which for Vorbis is the most they may.
        A packet belongs to the page it ends on.
        """
        held = self._packets_hold(page)
        first, before = self._granule is None, self._granule or 0
        if self._granule is None:
            before = self.mapping.start_granule
        if page.granule == NO_GRANULE:
            self._granule = None if first and not held else before + held
            return held
        self._granule = page.granule
        gone = page.granule - before
        # Only a first page may hold a packet and yet no sound: the first Vorbis packet just
        # primes the decoder.
        shortest = 0 if first else 1
        return gone if shortest <= gone <= held else held

    def _packets_hold(self, page: Page) -> int:
        samples, first = 0, page.continued
        for part, ends in page.packets():
            held = self._open_samples if first else self.mapping.packet_samples(part[:PACKET_START])
            first = False
            if ends:
                samples += held
            else:
                self._open_samples = held
        return samples


class Link:
    """Gathers the header pages of a link, then says what its data pages are."""

    def __init__(self) -> None:
        self.header_length = 0
        self.announced = False
        self._header: list[bytes] = []
        self._streams: dict[int, LogicalStream] = {}
        self._clock: LogicalStream | None = None  # the audio stream that time is counted by
        self._has_video = False
        self._all_begun = False

    def takes_bos(self, page: Page) -> bool:
        """Whether a BOS page belongs to this link: they all come before any other page."""
        return not self._all_begun and page.serial not in self._streams

    def knows(self, page: Page) -> bool:
        """Whether the page's logical stream began in this link."""
        return page.serial in self._streams

    def is_data(self, page: Page) -> bool:
        """Whether the header ends before this page, though some of it may be missing."""
        stream = self._streams[page.serial]
        return stream.header_done and stream.mapping is not UNKNOWN

    def add_header(self, page: Page) -> bool:
        """Take a header page; give back whether the header is complete with it.

        Raises FormatError for more logical streams than anyone multiplexes.
        """
        if page.bos:
            if len(self._streams) == MAX_STREAMS:
                raise FormatError(f"more than {MAX_STREAMS} logical streams in Ogg", status=415)
            self._streams[page.serial] = LogicalStream()
        else:
            self._all_begun = True
        self._streams[page.serial].take_header_page(page)
        self._header.append(page.data)
        self.header_length += len(page.data)
        return self._all_begun and all(s.header_done for s in self._streams.values())

    def announce(self) -> StreamStart:
        """What the header says, by the first audio stream in it."""
        self.announced = self._all_begun = True
        streams = self._streams.values()
        self._has_video = any(stream.mapping.is_video for stream in streams)
        self._clock = next((stream for stream in streams if stream.mapping.is_audio), None)
        title = self._clock.title if self._clock else None
        mapping = self._clock.mapping if self._clock else self._any_mapping()
        header = b"".join(self._header)
        self._header.clear()
        return StreamStart(mapping.codec, mapping.sample_rate, mapping.channels, header, title)

    def frame(self, page: Page) -> Frame:
        """A data page as a Frame."""
        stream = self._streams[page.serial]
        samples = stream.page_samples(page) if stream is self._clock else 0
        entry = not page.continued
        if entry and self._has_video:
            entry = stream.mapping.is_video and _starts_at_key_frame(page)
        return Frame(page.data, samples, entry)

    def _any_mapping(self) -> Mapping:
        known = (stream.mapping for stream in self._streams.values() if stream.mapping.codec)
        return next(known, UNKNOWN)


def _starts_at_key_frame(page: Page) -> bool:
    """Whether the first packet of a Theora page is one (Theora specification, section 7.1)."""
    packet, _ = next(page.packets(), (b"", False))
    return bool(packet) and packet[0] & 0xC0 == 0
