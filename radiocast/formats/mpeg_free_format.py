"""Telling MPEG audio of free format from noise, so that it can be refused and not just ignored.

In free format (ISO/IEC 11172-3 section 2.4.2.3, bitrate index 0) no header says how long its
frame is, only that all are alike. Hardly any player takes it. Four headers of one kind, each
as far from the last as the first two were, at the very start of a stream: that is no chance.
"""

from __future__ import annotations

import re

from radiocast.errors import FormatError

_HEADER_LENGTH = 4
_ENOUGH = 4  # headers in a row
_SHORTEST = 32  # bytes
_LONGEST = 5760  # bytes: 640 kbit/s at 8 kHz, the most lame makes
_LOOK_AT = _ENOUGH * (_LONGEST + 4)

_FREE_FORMAT = re.compile(rb"\xff[\xe2-\xe7\xf2-\xf7\xfa-\xff][\x00-\x0b].", re.DOTALL)
_PADDING_AND_PRIVATE = 0x03


class FreeFormatWatch:
    """Looks at the first bytes of a stream that are neither tags nor frames."""

    def __init__(self) -> None:
        self._over = False
        self._tail = b""  # the last bytes seen, in case a header was cut
        self._tail_at = 0
        self._like_first: re.Pattern[bytes] | None = None
        self._first_padding = 0
        self._slot = 1  # bytes: what padding adds
        self._expected: dict[int, tuple[int, int]] = {}
        """Where headers should be: the frames' length without padding, and how many fitted."""

    def feed(self, junk: bytes) -> None:
        """Raises FormatError once the stream is certainly of free format."""
        if self._over:
            return
        data, at = self._tail + junk, self._tail_at
        if self._like_first is None and len(data) >= _HEADER_LENGTH:
            self._look_at_first(data)
        if self._like_first is not None:
            for found in self._like_first.finditer(data):
                self._fit(at + found.start(), self._padding(found.group()))
        keep = min(len(data), _HEADER_LENGTH - 1)
        self._tail, self._tail_at = data[len(data) - keep :], at + len(data) - keep
        self._over = self._over or self._tail_at > _LOOK_AT

    def _look_at_first(self, data: bytes) -> None:
        if not _FREE_FORMAT.match(data):
            self._over = True
            return
        layer_1 = data[1] & 0x06 == 0x06
        self._slot = 4 if layer_1 else 1
        self._first_padding = self._padding(data)
        kind = data[2] & ~_PADDING_AND_PRIVATE
        alike = b"".join(re.escape(bytes([kind | low])) for low in range(4))
        self._like_first = re.compile(re.escape(data[:2]) + b"[" + alike + b"].", re.DOTALL)

    def _padding(self, header: bytes) -> int:
        return self._slot if header[2] & 0x02 else 0

    def _fit(self, at: int, padding: int) -> None:
        length, fitted = self._expected.pop(at, (0, 0))
        if fitted + 1 == _ENOUGH:
            raise FormatError("MPEG audio of free format (bitrate index 0) cannot be streamed")
        if fitted:
            self._expected[at + length + padding] = (length, fitted + 1)
        length = at - self._first_padding
        if _SHORTEST <= length <= _LONGEST:
            self._expected.setdefault(at + length + padding, (length, 2))
