"""A live source whose format is known: what its first frames say decides what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass

from radiocast.errors import FormatError
from radiocast.formats import Event, Framer, StreamStart
from radiocast.formats.detect import Detected
from radiocast.sources.live import Receive, recognise

MAX_LOOK = 1 << 21
"""Bytes in which a source has to begin a stream: as much as the longest Ogg header."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The beginning of what a live source sends."""

    detected: Detected
    start: StreamStart
    """The first stream in it."""
    framer: Framer
    """Has been fed with `data`."""
    events: list[Event]
    """What the framer gave for it."""
    data: bytes
    """All that was received."""


async def open_live(path: str, content_type: str, receive: Receive) -> Opened:
    """Look at the first bytes until a stream begins.

    Raises FormatError if it leaves before, or if none does within MAX_LOOK bytes.
    """
    detected, data = await recognise(path, content_type, receive)
    framer = detected.make()
    events = framer.feed(data)
    received = bytearray(data)
    while True:
        for event in events:
            if isinstance(event, StreamStart):
                return Opened(detected, event, framer, events, bytes(received))
        more = await receive()
        if not more or len(received) > MAX_LOOK:
            raise FormatError(f"no frame in {len(received)} bytes")
        received += more
        events += framer.feed(more)
