"""What a reader that starts in the middle of a stream needs before its first frame."""

from __future__ import annotations

from collections.abc import Sequence

from radiocast.formats._base import StreamStart
from radiocast.formats.mpeg_bridge import bridge


def prelude(stream: StreamStart, before: Sequence[bytes]) -> bytes:
    """The stream's header; for bare MP3 a bridge frame made of what is `before` the start.

    Ogg's header pages keep their numbers, although libogg reports the gap behind them as a
    hole: with others VLC plays nothing at all. `before` are whole frames of the same stream,
    oldest first; it may be empty.
    """
    if stream.codec == "mp3" and not stream.header:  # MP3 in Matroska has one, and blocks
        return bridge(before)
    return stream.header
