"""The lines at the beginning of a connection, before whatever follows them."""

from __future__ import annotations

import re

from radiocast.errors import PeerError

_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class HeadLines:
    """Cuts received bytes into lines, which end with CRLF or LF as they like.

    At most `max_head` bytes may make up lines; more may be fed, since audio
    often comes right behind. The first line that is not empty has to be text:
    darkice sends audio without a login and SHOUTcast 2 its binary frames, and
    neither may ever send a line end.
    """

    def __init__(self, max_head: int) -> None:
        self.max_head = max_head
        self._buffer = bytearray()
        self._line_start = 0
        self._searched = 0
        self._at_first = True

    @property
    def first_byte(self) -> bytes:
        """The very first byte fed; empty if there was none yet."""
        return bytes(self._buffer[:1])

    @property
    def received(self) -> bytes:
        """Everything fed so far."""
        return bytes(self._buffer)

    @property
    def rest(self) -> bytes:
        """What follows the lines that `next_line` gave."""
        return bytes(self._buffer[self._line_start :])

    def feed(self, data: bytes) -> None:
        """Take received bytes; then ask `next_line` until it says None."""
        self._buffer += data

    def next_line(self) -> bytes | None:
        """The next line without its end; None: it has not ended yet.

        Raises PeerError, with 414 where the first line and with 431 where a later
        one goes beyond `max_head`.
        """
        start = self._searched
        end = self._buffer.find(b"\n", start, self.max_head)
        self._searched = min(len(self._buffer), self.max_head) if end < 0 else end + 1
        if self._at_first and _CONTROL.search(self._buffer, start, self._searched):
            raise PeerError("the first line is not text")
        if end >= 0:
            line = bytes(self._buffer[self._line_start : end]).removesuffix(b"\r")
            self._line_start = end + 1
            self._at_first = self._at_first and not line
            return line
        if len(self._buffer) > self.max_head:
            what, status = ("first line", 414) if self._at_first else ("head", 431)
            raise PeerError(f"{what} longer than {self.max_head} bytes", status=status)
        return None
