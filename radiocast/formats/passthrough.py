"""Bytes as they are, for content types nobody here knows: as Icecast does."""

from __future__ import annotations

from radiocast.formats._base import Event, Frame, StreamStart


class PassthroughFramer:
    """A Framer that makes one frame of whatever it is fed.

    The one format for which it matters how the bytes were cut. Listeners start
    where a piece began, so what needs a header or a boundary may not play.
    """

    max_buffered = 0

    def __init__(self) -> None:
        self._started = False

    def feed(self, data: bytes) -> list[Event]:
        if not data:
            return []
        frame = Frame(bytes(data), samples=0)
        if self._started:
            return [frame]
        self._started = True
        return [StreamStart("", 0, 0), frame]

    def close(self) -> list[Event]:
        return []
