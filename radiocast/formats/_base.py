"""What every framer has in common: three events and one small interface.

A framer is pure: bytes in, events out. Theory of operation: a *stream* is a
run of frames that one decoder set-up can play. Whenever the set-up changes
(the first frame, a chained Ogg stream, another sample rate) the framer says
`StreamStart`, with the bytes a decoder needs before its first frame. Whatever
belongs to no frame (tags, line noise, half a frame after a reconnect) is
counted in `Skipped`. So the bytes that went in are exactly the bytes that come
out, in order: headers, frames and skipped lengths add up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Title:
    """What is playing, as text. `text` is what ICY carries in StreamTitle."""

    text: str
    artist: str = ""
    title: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class StreamStart:
    """The decoder set-up changed: a new stream begins with `header` and the next frame."""

    codec: str
    """`mp1` `mp2` `mp3` `aac` `vorbis` `opus` `flac` `speex` …; empty where nobody can know."""
    sample_rate: int
    """In Hz; the unit of `Frame.samples`. 0 where nobody can know."""
    channels: int
    header: bytes = b""
    """Bytes of the input that a decoder needs first (Ogg header pages, `fLaC` and STREAMINFO,
    the EBML head up to the first cluster). They were taken from the input: they count as output."""
    title: Title | None = None
    """What the stream's own comments say is playing; None: they say nothing."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The least a player can take: an MPEG or ADTS frame, an Ogg page, a WebM cluster."""

    data: bytes
    samples: int
    """Duration in samples per channel at the last StreamStart's rate."""
    entry: bool = True
    """Whether a decoder that got the header may start here (an Ogg page that begins
    inside a packet is no entry)."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """Bytes that belong to no frame."""

    length: int
    """In bytes."""


Event = StreamStart | Frame | Skipped


class Framer(Protocol):
    """Cuts a byte stream into frames. Pure: no I/O, no clock, no logging.

    The contract, checked for each format by `tests/formats/conformance.py`:

    * the same bytes give the same frames, headers and (added up) skipped
      lengths, however they were cut;
    * every byte fed comes out again exactly once and in order: in a Frame, in a
      StreamStart's header, or counted in a Skipped;
    * a StreamStart comes before the first Frame;
    * no input raises anything but FormatError (and that only for what can never
      be played, such as free-format MP3), or makes us hold more than
      `max_buffered` bytes between two calls.
    """

    max_buffered: int

    def feed(self, data: bytes) -> list[Event]:
        """Take the next bytes; give back whatever became certain."""
        ...

    def close(self) -> list[Event]:
        """The stream is over: give back what is left. Call once."""
        ...
