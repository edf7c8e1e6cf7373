"""Native FLAC: `fLaC`, metadata blocks, frames. RFC 9639.

A frame says where it starts but not how long it is. So it ends where the next one
begins that could follow it, and counts when its CRC-16 agrees: each frame
waits for the header of the next one.
"""

from __future__ import annotations

import re
from enum import Enum, auto

from radiocast.errors import FormatError
from radiocast.formats._base import Event, Frame, Skipped, StreamStart, Title
from radiocast.formats.crc16 import remainder
from radiocast.formats.flac_header import (
    MAX_FRAME_HEADER,
    SECOND_CODES,
    THIRD_CODES,
    FrameHeader,
    StreamInfo,
    parse_frame_header,
    parse_streaminfo,
)
from radiocast.formats.ogg.comments import parse_title

MAX_HEADER = 1 << 21
"""Bytes of metadata blocks. Each listener gets them all first; a cover picture fits."""
MAX_FALSE_ENDS = 8
"""How often a frame may seem to end with a wrong CRC-16 before it is given up. One header by
chance inside a frame takes four days of CD audio; more are made on purpose."""

_START = re.compile(rb"fLaC[\x00\x80]\x00\x00\x22")  # the first block is always a STREAMINFO
_START_LENGTH = 8
_SYNC = re.compile(
    b"\xff[\xf8\xf9][%s][%s]" % (re.escape(bytes(SECOND_CODES)), re.escape(bytes(THIRD_CODES)))
)
_LONGEST_FRAME = StreamInfo(max_block=65535, sample_rate=0, channels=8, bits=32).max_frame
_SYNC_LENGTH = 4
_WINDOW = 4096
_STREAMINFO_AT = 8
_BLOCK_HEADER = 4
_COMMENTS = 4  # the block type VORBIS_COMMENT


class Verdict(Enum):
    """What the bytes at one position turned out to be."""

    FRAME = auto()
    JUNK = auto()
    UNDECIDED = auto()


class FlacFramer:
    """A Framer for native FLAC."""

    max_buffered = max(MAX_HEADER, _LONGEST_FRAME) + MAX_FRAME_HEADER

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._info: StreamInfo | None = None  # None: no stream has begun
        self._header_read = 0  # bytes of the stream header at the start of the buffer; 0: none
        self._title: Title | None = None
        self._searched = 0  # bytes from the start of the frame that hold no end of it
        self._false_ends = 0

    def feed(self, data: bytes) -> list[Event]:
        self._buffer += data
        return self._drain(at_end=False)

    def close(self) -> list[Event]:
        events = self._drain(at_end=True)
        if self._buffer:
            events.append(Skipped(len(self._buffer)))
            self._buffer.clear()
        return events

    def _drain(self, *, at_end: bool) -> list[Event]:
        events: list[Event] = []
        position = 0
        while True:
            if self._header_read or _START.match(self._buffer, position):
                taken = self._take_header(position, events)
            elif self._info is None:
                taken = self._skip_to(_START.search(self._buffer, position + 1), position, events)
            else:
                taken = self._take_frame(position, self._info, events, at_end)
            if not taken:
                break
            position += taken
        del self._buffer[:position]
        return events

    def _take_header(self, start: int, events: list[Event]) -> int:
        """Read metadata blocks; give back their length once all are there, else 0."""
        buffer = self._buffer
        if not self._header_read:
            self._header_read, self._title = _STREAMINFO_AT - _BLOCK_HEADER, None
        while True:
            at = start + self._header_read
            if len(buffer) < at + _BLOCK_HEADER:
                return 0
            length = int.from_bytes(buffer[at + 1 : at + _BLOCK_HEADER], "big")
            end = at + _BLOCK_HEADER + length
            if end - start > MAX_HEADER:
                raise FormatError(f"FLAC metadata of more than {MAX_HEADER} bytes", status=415)
            if len(buffer) < end:
                return 0
            if buffer[at] & 0x7F == _COMMENTS:
                self._title = parse_title(bytes(buffer[at + _BLOCK_HEADER : end]))
            self._header_read = end - start
            if buffer[at] & 0x80:
                break
        self._header_read = 0
        header = bytes(buffer[start:end])
        info = parse_streaminfo(header[_STREAMINFO_AT:])
        events.append(StreamStart("flac", info.sample_rate, info.channels, header, self._title))
        self._info = info
        return end - start

    def _take_frame(self, start: int, info: StreamInfo, events: list[Event], at_end: bool) -> int:
        """Take the frame at `start`, or skip what is none; give back the length, or 0 for now."""
        if len(self._buffer) - start < MAX_FRAME_HEADER and not at_end:
            return 0
        header = self._header_at(start)
        if header is None or not header.fits(info):
            return self._skip_to(self._search_boundary(start + 1), start, events)
        verdict, end = self._find_end(start, header, info, at_end)
        match verdict:
            case Verdict.UNDECIDED:
                return 0
            case Verdict.FRAME:
                events.append(Frame(bytes(self._buffer[start:end]), header.samples))
            case Verdict.JUNK:
                events.append(Skipped(end - start))
        self._searched = self._false_ends = 0
        return end - start

    def _find_end(
        self, start: int, header: FrameHeader, info: StreamInfo, at_end: bool
    ) -> tuple[Verdict, int]:
        """Whether a frame with this header is whole and sound, and where it ends."""
        at = start + max(self._searched, 2)
        while found := self._search_boundary(at):
            end = found.start()
            if end - start > info.max_frame:
                return Verdict.JUNK, end
            restarts = found.re is _START
            if not restarts and not at_end and len(self._buffer) - end < MAX_FRAME_HEADER:
                self._searched = end - start
                return Verdict.UNDECIDED, end
            following = None if restarts else self._header_at(end)
            if restarts or (following and following.fits(info)):
                if remainder(bytes(self._buffer[start:end])) == 0:
                    return Verdict.FRAME, end
                self._false_ends += 1
                certain = restarts or (following and following.follows(header))
                if certain or self._false_ends == MAX_FALSE_ENDS:
                    return Verdict.JUNK, end
            at = end + 1
        end = len(self._buffer)
        self._searched = max(at - start, end - start - _START_LENGTH + 1)
        if at_end:
            whole = remainder(bytes(self._buffer[start:])) == 0
            return (Verdict.FRAME if whole else Verdict.JUNK), end
        if self._searched > info.max_frame:
            return Verdict.JUNK, start + self._searched
        return Verdict.UNDECIDED, end

    def _skip_to(self, found: re.Match[bytes] | None, start: int, events: list[Event]) -> int:
        """Skip from `start` to what was found; give back how many bytes that is."""
        # Where nothing was, the last bytes may yet become something.
        end = found.start() if found else len(self._buffer) - _START_LENGTH + 1
        if end <= start:
            return 0
        events.append(Skipped(end - start))
        return end - start

    def _search_boundary(self, at: int) -> re.Match[bytes] | None:
        """The next place where a stream or perhaps a frame starts.

        Two searches, because each pattern alone is found by its first bytes, ten
        times as fast as both together; in windows, so that where one pattern is
        everywhere the other is not looked for to the end of the buffer each time.
        """
        while at < len(self._buffer):
            limit = at + _WINDOW
            sync = _SYNC.search(self._buffer, at, limit + _SYNC_LENGTH - 1)
            if sync:
                limit = sync.start()
            found = _START.search(self._buffer, at, limit + _START_LENGTH - 1) or sync
            if found:
                return found
            at = limit
        return None

    def _header_at(self, position: int) -> FrameHeader | None:
        return parse_frame_header(bytes(self._buffer[position : position + MAX_FRAME_HEADER]))
