"""Chunked source bodies (RFC 9112 section 7.1), as curl, ffmpeg and liquidsoap send them."""

from __future__ import annotations

import re
from enum import Enum, auto

from radiocast.errors import PeerError

_SIZE_LINE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;.*)?", re.DOTALL)


class _State(Enum):
    SIZE = auto()
    DATA = auto()
    AFTER_DATA = auto()
    TRAILERS = auto()
    FINISHED = auto()


class Dechunker:
    """Takes the chunk framing off a body, however it is cut.

    Lenient: bare LFs will do, extensions and trailers are thrown away. What
    comes after the last chunk is thrown away too: a source's connection ends there.
    """

    max_line = 4096
    """Bytes of a size line with its extensions, and of all trailers together."""

    def __init__(self) -> None:
        self._state = _State.SIZE
        self._left = 0
        self._line = bytearray()
        self._trailers = 0

    @property
    def finished(self) -> bool:
        """Whether the last chunk came: the source ended in order."""
        return self._state is _State.FINISHED

    def feed(self, data: bytes) -> bytes:
        """The audio in `data`. Raises PeerError for what is no chunk."""
        audio = []
        position = 0
        while position < len(data) and not self.finished:
            if self._state is _State.DATA:
                piece = data[position : position + self._left]
                audio.append(piece)
                position += len(piece)
                self._left -= len(piece)
                if not self._left:
                    self._state = _State.AFTER_DATA
            else:
                position = self._feed_line(data, position)
        return b"".join(audio)

    def _feed_line(self, data: bytes, position: int) -> int:
        """Go on with the current line; where it, or the data, ends."""
        end = data.find(b"\n", position) + 1 or len(data)
        if len(self._line) + self._trailers + end - position > self.max_line:
            raise PeerError(f"a chunk's frame longer than {self.max_line} bytes")
        self._line += data[position:end]
        if self._line.endswith(b"\n"):
            line = bytes(self._line[:-1]).removesuffix(b"\r")
            self._take_line(line)
            self._line.clear()
        return end

    def _take_line(self, line: bytes) -> None:
        if self._state is _State.SIZE:
            size = _SIZE_LINE.fullmatch(line)
            if not size:
                raise PeerError(f"no chunk size: {line[:20]!r}")
            self._left = int(size[1], 16)
            self._state = _State.DATA if self._left else _State.TRAILERS
        elif self._state is _State.AFTER_DATA:
            if line:
                raise PeerError(f"a chunk longer than it said: {line[:20]!r}")
            self._state = _State.SIZE
        else:
            self._trailers += len(line) + 1
            if not line:
                self._state = _State.FINISHED
