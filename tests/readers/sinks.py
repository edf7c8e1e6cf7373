"""Sinks for tests: sockets without a network, that take as much as they are told."""

from __future__ import annotations

from collections.abc import Sequence


class FakeSink:
    """Takes at most `room` bytes; like a non-blocking socket, refuses when there is none."""

    def __init__(self, room: int = 1 << 30) -> None:
        self.room = room
        self.received = bytearray()
        self.gone = False
        self.closed = False
        self.holds_back = False

    def send(self, data: bytes | memoryview, /) -> int:
        return self.sendmsg([data])

    def sendmsg(self, buffers: Sequence[bytes | memoryview], /) -> int:
        if self.gone:
            raise BrokenPipeError
        data = b"".join(buffers)[: self.room]
        if not data:
            raise BlockingIOError
        self.room -= len(data)
        self.received += data
        return len(data)

    def fileno(self) -> int:
        return -1

    def close(self) -> None:
        self.closed = True
