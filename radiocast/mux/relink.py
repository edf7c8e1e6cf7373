"""An Ogg or FLAC file as one link of an endless stream. RFC 3533, RFC 9639 section 10.1.

The audio packets stay as they are. The pages of an Ogg file get another serial number, for the
same file may come twice in a row and no two links of a chain may have the same; and another
header, with our title and without the cover picture that each new listener would have to wait
for. Frames of native FLAC become packets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from struct import Struct

from radiocast.errors import FormatError
from radiocast.formats import Event, Frame, StreamStart, Title
from radiocast.formats.flac_header import STREAMINFO_LENGTH
from radiocast.formats.ogg.mappings import identify
from radiocast.formats.ogg.page import (
    CAPTURE,
    HEADER_LENGTH,
    Page,
    checksum,
    measure_page,
    parse_page,
)
from radiocast.mux.ogg import LEAD_IN, OggMuxer

_SERIALS = 1 << 32
_NUMBERS = Struct("<II")
_FLAGS, _NUMBERS_AT, _CHECKSUM = 5, 14, slice(22, 26)
_EOS = 4
_GOES_ON = 255
"""A lacing value: the packet goes on."""
_FLAC_IN_OGG = b"\x7fFLAC\x01\x00\x00\x01fLaC"
"""Version 1.0, and one more header packet: the comments."""
_STREAMINFO_AT = 4
_BLOCK_HEADER = 4


class Relinker:
    """Takes the events of an `OggFramer`, gives the events of a link that is ours.

    Whether the last page says that it is the last is left as it was: see `end_link`. Raises
    FormatError for what is not one logical stream of a known codec.
    """

    def __init__(self, serial: int, title: Title | None) -> None:
        """`serial`: of the first link; the next ones count on from it."""
        self._serial, self._title = serial, title
        self._link = serial  # the serial number of the link that goes on
        self._sequence = 0

    def feed(self, events: Sequence[Event]) -> list[Event]:
        """Take the next events."""
        given: list[Event] = []
        for event in events:
            match event:
                case StreamStart():
                    given.append(self._begin(event))
                    self._serial = (self._serial + 1) % _SERIALS
                case Frame():
                    given.append(self._page(event))
                case _:
                    pass
        return given

    def close(self) -> list[Event]:
        """The file, or what is played of it, is over."""
        return []

    def _begin(self, start: StreamStart) -> StreamStart:
        packets = _packets(start.header)
        if start.codec not in LEAD_IN:
            raise FormatError(f"{start.codec or 'something unknown'} in Ogg")
        if start.codec == "vorbis":
            headers = [packets[0], *packets[2:3]]
        elif start.codec == "flac":
            info = packets[0][-STREAMINFO_LENGTH - _BLOCK_HEADER :]
            headers = [_FLAC_IN_OGG + info]
        else:
            headers = packets[:1]
        if identify(headers[0]).codec != start.codec:
            raise FormatError("more than one stream in the Ogg file")
        self._link = self._serial
        [link] = OggMuxer(self._link, start.codec, headers).link(self._title)
        assert isinstance(link, StreamStart)
        self._sequence = len(_pages(link.header))
        return link

    def _page(self, frame: Frame) -> Frame:
        page = bytearray(frame.data)
        _NUMBERS.pack_into(page, _NUMBERS_AT, self._link, self._sequence)
        self._sequence += 1
        return replace(frame, data=_summed(page))


class FlacLinker:
    """Takes the events of a `FlacFramer`, gives the events of a link in Ogg."""

    def __init__(self, serial: int, title: Title | None) -> None:
        self._serial, self._title = serial, title
        self._muxer: OggMuxer | None = None

    def feed(self, events: Sequence[Event]) -> list[Event]:
        """Take the next events."""
        given: list[Event] = []
        for event in events:
            match event:
                case StreamStart():
                    given += self.close()
                    info = event.header[_STREAMINFO_AT:][: _BLOCK_HEADER + STREAMINFO_LENGTH]
                    head = _FLAC_IN_OGG + b"\0" + info[1:]  # it is not the last block any more
                    self._muxer = OggMuxer(self._serial, "flac", [head])
                    given += self._muxer.link(self._title)
                case Frame() if self._muxer is not None:
                    given += self._muxer.add(event.data, event.samples)
                case _:
                    pass
        return given

    def close(self) -> list[Event]:
        """The file, or what is played of it, is over."""
        muxer, self._muxer = self._muxer, None
        self._serial = (self._serial + 1) % _SERIALS
        return muxer.close() if muxer is not None else []


def ends_in_packet(page: bytes) -> bool:
    """Whether the last packet on a page goes on on the next."""
    count = page[HEADER_LENGTH - 1]
    return count > 0 and page[HEADER_LENGTH + count - 1] == _GOES_ON


def end_link(data: bytes) -> bytes:
    """A page as the last one of its link: without the packet that would go on on the next."""
    page = parse_page(data)
    if page is None or page.eos:
        return data
    lacing = page.lacing
    while lacing and lacing[-1] == _GOES_ON:
        lacing = lacing[:-1]
    head = HEADER_LENGTH + len(page.lacing)
    ended = bytearray(data[:HEADER_LENGTH] + lacing + data[head : head + sum(lacing)])
    ended[_FLAGS] |= _EOS
    ended[HEADER_LENGTH - 1] = len(lacing)
    return _summed(ended)


def _summed(page: bytearray) -> bytes:
    page[_CHECKSUM] = checksum(bytes(page))
    return bytes(page)


def _packets(header: bytes) -> list[bytes]:
    """The packets of header pages. Raises FormatError if they are of several streams."""
    pages = _pages(header)
    if len({page.serial for page in pages}) != 1:
        raise FormatError("more than one stream in the Ogg file")
    packets = [b""]
    for page in pages:
        for part, ends in page.packets():
            packets[-1] += part
            if ends:
                packets.append(b"")
    return packets[:-1]


def _pages(header: bytes) -> list[Page]:
    pages, at = [], 0
    while header.startswith(CAPTURE, at):
        length = measure_page(bytearray(header), at) or 0
        page = parse_page(header[at : at + length])
        if page is None:
            break
        pages.append(page)
        at += length
    return pages
