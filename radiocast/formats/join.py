"""What a reader that starts in the middle of a stream needs before its first frame."""

from __future__ import annotations

from collections.abc import Sequence

from radiocast.formats._base import StreamStart
from radiocast.formats.mpeg_bridge import bridge
from radiocast.formats.ogg.serials import serials


def prelude(stream: StreamStart, before: Sequence[bytes]) -> bytes:
    """The stream's header; for bare MP3 a bridge frame made of what is `before` the start.

    Ogg's header pages keep their numbers, although libogg reports the gap behind them as a
    hole: with others VLC plays nothing at all. `before` are whole frames of the same stream,
    oldest first; it may be empty.
    """
    if stream.codec == "mp3" and not stream.header:  # MP3 in Matroska has one, and blocks
        return bridge(before)
    return stream.header


def goes_on(stream: StreamStart, other: StreamStart) -> bool:
    """Whether a player of `stream` can go on with `other`, if its kind of stream can chain.

    Two links of an Ogg stream may not have the same serial number (RFC 3533 section 4): ffmpeg
    takes the second one's headers for audio. The very same headers need not be sent again.
    """
    if stream.header and stream.header == other.header:
        return True
    theirs = (other.codec, other.sample_rate, other.channels)
    same = (stream.codec, stream.sample_rate, stream.channels) == theirs
    return same and serials(stream.header).isdisjoint(serials(other.header))
