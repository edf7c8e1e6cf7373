"""Ogg for a stream that never ends: packets to pages, titles to chained links.

RFC 3533 (pages), RFC 7845 (Opus), Vorbis I specification appendix A, RFC 9639 section 10.1 (FLAC).

Theory of operation: what comes out are the events that `OggFramer` would make of the
bytes, so a log can take them as they are. A *link* is a logical stream from its headers to the page
with the EOS mark; a new title makes a new link while the encoder runs on. A decoder starts a
link from nothing, so the link begins with the last packets of the one before, which it plays to
no one: Opus by its pre-skip, Vorbis because a first packet only primes the decoder. So not a
sample is lost or added, and nothing clicks.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from struct import Struct

from radiocast.formats import Event, Frame, StreamStart, Title
from radiocast.formats.ogg.comments import parse_title
from radiocast.formats.ogg.mappings import identify
from radiocast.formats.ogg.page import CAPTURE, NO_GRANULE, checksum
from radiocast.mux.comments import comment_block

PAGES_PER_SECOND = 10
"""At least. A listener's player waits for whole pages, and what is urgent for the next one; at
128 kbit/s their headers take 2 %."""
MAX_SEGMENTS = 255
"""Lacing values on a page; so 65,025 bytes are the most a page holds."""
LEAD_IN = {"opus": 8, "vorbis": 1, "flac": 0}
"""Packets repeated where a link begins. Opus: RFC 7845 section 4.6 asks for 80 ms at least; with
160 ms a decoder that starts anew errs no more than one that went on (measured)."""

_HEADER = Struct("<4sBBqII4sB")
_CONTINUED, _BOS, _EOS = 1, 2, 4
_PRE_SKIP = slice(10, 12)
_CHECKSUM = slice(22, 26)
_SERIALS = 1 << 32


class OggMuxer:
    """Makes pages of one encoder's packets. Call `link` first.

    `headers`: the codec's header packets without the one that holds the comments.
    """

    def __init__(self, serial: int, codec: str, headers: Sequence[bytes]) -> None:
        self._serial, self._codec, self._headers = serial, codec, tuple(headers)
        mapping = identify(headers[0])
        self._rate, self._channels = mapping.sample_rate, mapping.channels
        self._pre_skip = mapping.start_granule
        self._lead_in: deque[tuple[bytes, int]] = deque(maxlen=LEAD_IN[codec])
        self._packets: list[bytes] = []  # of the page to come: MAX_SEGMENTS of them at most
        self._open = False
        self._sequence = 0
        self._granule = self._paged = 0  # of the last packet, and of the last page's last one

    def link(self, title: Title | None = None, headers: Sequence[bytes] = ()) -> list[Event]:
        """A new link with this title begins here; the one before ends.

        `headers`: of a new encoder, if the old one was flushed.
        """
        events: list[Event] = self.close() if self._open else []
        self._open, self._sequence = True, 0
        if headers:
            self._headers = tuple(headers)
            self._lead_in.clear()
        lead_in = list(self._lead_in)
        if self._codec == "vorbis":
            lead_in = [(data, 0) for data, _ in lead_in]
        self._granule = sum(samples for _, samples in lead_in)
        self._paged = self._granule or self._pre_skip
        comments = comment_block(title)
        first, *others = self._header_packets(comments, self._paged)
        header = self._pages([first], 0, _BOS) + self._pages(others, 0, 0)
        self._packets = [data for data, _ in lead_in]
        return [
            *events,
            StreamStart(
                self._codec, self._rate, self._channels, b"".join(header), parse_title(comments)
            ),
        ]

    def resume(self, last: bytes) -> None:
        """Go on with the link that another muxer left, in the place of `link`.

        `last`: its last page, of which the header is enough.
        """
        _, _, _, granule, self._serial, sequence, _, _ = _HEADER.unpack_from(last)
        self._open, self._sequence = True, sequence + 1
        self._granule = self._paged = granule

    def add(self, packet: bytes, samples: int) -> list[Event]:
        """Take the encoder's next packet; give back the pages that are full.

        A page is closed by the packet that no longer fits, so that at the end of a link there
        is one to bear the EOS mark: decoders cut padding off at that page only.
        """
        assert self._open, "packets belong to a link"
        events: list[Event] = []
        full = self._granule + samples - self._paged > self._rate // PAGES_PER_SECOND
        lacing = sum(len(each) // 255 + 1 for each in (*self._packets, packet))
        if self._packets and (full or lacing > MAX_SEGMENTS):
            events = self._flush(0)
        self._packets.append(packet)
        self._granule += samples
        self._lead_in.append((packet, samples))
        return events

    def close(self) -> list[Event]:
        """The link ends here."""
        self._open = False
        events = self._flush(_EOS)
        self._serial = (self._serial + 1) % _SERIALS
        return events

    def _flush(self, flags: int) -> list[Event]:
        *continued, last = self._pages(self._packets, self._granule, flags)
        samples = max(0, self._granule - self._paged)  # an Opus link without any sound
        self._packets, self._paged = [], self._granule
        data = [*continued, last]
        return [
            Frame(page, samples if page is last else 0, entry=at == 0)
            for at, page in enumerate(data)
        ]

    def _header_packets(self, comments: bytes, pre_skip: int) -> list[bytes]:
        first, *setup = self._headers
        match self._codec:
            case "opus":
                head = bytearray(first)
                head[_PRE_SKIP] = pre_skip.to_bytes(2, "little")
                return [bytes(head), b"OpusTags" + comments]
            case "vorbis":
                return [first, b"\x03vorbis" + comments + b"\x01", *setup]
            case _:  # FLAC: the last metadata block, of type VORBIS_COMMENT
                return [first, b"\x84" + len(comments).to_bytes(3, "big") + comments]

    def _pages(self, packets: list[bytes], granule: int, flags: int) -> list[bytes]:
        """Whole pages with these packets: one, unless they do not fit. None still makes a page."""
        lacing = b"".join(
            b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255]) for packet in packets
        )
        body = b"".join(packets)
        pages: list[bytes] = []
        continued = 0
        for start in range(0, max(1, len(lacing)), MAX_SEGMENTS):
            part = lacing[start : start + MAX_SEGMENTS]
            ends = not part or min(part) < 255
            is_last = start + MAX_SEGMENTS >= len(lacing)
            flag = continued | flags & _BOS | (flags & _EOS if is_last else 0)
            pages.append(self._page(flag, granule if ends else NO_GRANULE, part, body[: sum(part)]))
            body = body[sum(part) :]
            continued = _CONTINUED if part[-1:] == b"\xff" else 0
        return pages

    def _page(self, flags: int, granule: int, lacing: bytes, body: bytes) -> bytes:
        header = _HEADER.pack(
            CAPTURE, 0, flags, granule, self._serial, self._sequence, bytes(4), len(lacing)
        )
        self._sequence += 1
        page = bytearray(header + lacing + body)
        page[_CHECKSUM] = checksum(bytes(page))
        return bytes(page)
