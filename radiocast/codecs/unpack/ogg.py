"""Packets out of Ogg pages. RFC 3533; the mappings as in `radiocast.formats.ogg.mappings`."""

from __future__ import annotations

from collections.abc import Iterator

from radiocast.codecs.unpack._base import laced
from radiocast.formats.flac_header import STREAMINFO_LENGTH
from radiocast.formats.ogg.mappings import UNKNOWN, identify
from radiocast.formats.ogg.page import Page, measure_page, parse_page

MAX_PACKET = 1 << 20
"""Bytes of a packet that goes on from page to page; the longest audio packet has some 50,000."""

_STREAMINFO_AT = 17  # 0x7F "FLAC", version, count of headers, "fLaC", block header


class OggUnpacker:
    """Takes the first audio stream's packets out of the pages of one link."""

    def __init__(self, header: bytes) -> None:
        self._serial: int | None = None  # None: there is no audio
        self._packet: bytearray | None = None  # goes on on the next page; None: its start is lost
        mapping, packets = UNKNOWN, list[bytes]()
        for page in pages(header):
            if page.bos and self._serial is None:
                mapping = identify(next((part for part, _ in page.packets()), b""))
                if mapping.is_audio:
                    self._serial = page.serial
            if page.serial == self._serial:
                packets += self._take(page)
        match mapping.codec:
            case "vorbis":
                self.extradata = laced(packets[:3])
            case "flac":
                start = _STREAMINFO_AT
                self.extradata = packets[0][start : start + STREAMINFO_LENGTH]
            case _:
                self.extradata = packets[0] if packets else b""

    def packets(self, data: bytes) -> tuple[list[bytes], bool]:
        page = next(pages(data), None)
        if page is None or page.serial != self._serial:
            return [], False
        return self._take(page), page.eos

    def _take(self, page: Page) -> list[bytes]:
        """The packets that end on the page."""
        packets: list[bytes] = []
        if not page.continued:
            self._packet = bytearray()
        elif not self._packet:  # nothing had begun, as far as we know
            self._packet = None
        for part, ends in page.packets():
            if self._packet is not None:
                self._packet += part
                if len(self._packet) > MAX_PACKET:
                    self._packet = None
                elif ends:
                    packets.append(bytes(self._packet))
            if ends:
                self._packet = bytearray()
        return packets


def pages(data: bytes) -> Iterator[Page]:
    """The whole pages that `data` is made of, up to what is none."""
    at, buffer = 0, bytearray(data)
    while length := measure_page(buffer, at):
        page = parse_page(data[at : at + length]) if at + length <= len(data) else None
        if page is None:
            return
        yield page
        at += length
