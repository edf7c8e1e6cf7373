"""Finding frames whose headers say how long they are: what MPEG audio and ADTS share.

Theory of operation. A header's few fixed bits happen by chance every few kilobytes of
noise, so out of sync, and wherever the stream seems to change, a header only counts when a
second one of the same stream follows exactly where its frame ends. In sync, a frame is given
out as soon as it is whole, without waiting for the next. Tags between frames are skipped by
the length they tell, never held; a tag does not cost the sync.

To find the next candidate in noise is the work of one regular expression, which passes each
byte once: no input makes us look at the same bytes again and again.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import Generic, Protocol, TypeVar

from radiocast.formats._base import Event, Frame, Skipped, StreamStart
from radiocast.formats.tags import TAG_HEAD_LENGTH, TAG_MAGICS, tag_length


class Header(Protocol):
    """What every frame header tells."""

    @property
    def length(self) -> int:
        """Of the whole frame, in bytes; never 0."""
        ...

    @property
    def samples(self) -> int:
        """Per channel."""
        ...

    @property
    def stream(self) -> int:
        """Equal for all frames that one decoder set-up can play."""
        ...


HeaderT = TypeVar("HeaderT", bound=Header)


def candidates(*classes: bytes) -> re.Pattern[bytes]:
    """A pattern for whatever may be a header (a regex class per byte) or a tag.

    The last bytes of the input match as well if more bytes could make them one.
    """
    magics = [[re.escape(bytes([byte])) for byte in magic] for magic in TAG_MAGICS]
    return re.compile(b"|".join(_begins([*magic]) for magic in [list(classes), *magics]), re.DOTALL)


def _begins(classes: list[bytes]) -> bytes:
    first, *rest = classes
    return first + (rb"(?:" + _begins(rest) + rb"|\Z)" if rest else b"")


class SyncFramer(ABC, Generic[HeaderT]):
    """The part of a Framer that MPEG audio and ADTS have in common."""

    max_buffered: int
    header_length: int
    """How many bytes `parse` needs, at most `TAG_HEAD_LENGTH`."""
    candidates: re.Pattern[bytes]

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._to_skip = 0  # bytes of a tag still to come
        self._stream = -1  # what the frames are that we are in sync with; -1: out of sync
        self._announced = -1  # what the last StreamStart was about
        self._events: list[Event] = []
        self._junk = 0  # bytes skipped since the last event

    @abstractmethod
    def parse(self, data: bytes, at: int) -> HeaderT | None:
        """The header at `at`, if there is one."""

    @abstractmethod
    def start(self, header: HeaderT, frame: bytes) -> StreamStart:
        """What to announce when this frame is the first of its stream."""

    def is_audio(self, header: HeaderT, frame: bytes) -> bool:
        """Whether this frame is for the decoder, and no description of a file."""
        return True

    def is_entry(self, header: HeaderT, frame: bytes) -> bool:
        """Whether a decoder may start with this frame. Called for each frame in turn."""
        return True

    def passed(self, junk: bytes) -> None:
        """These bytes, no tag, were skipped (for formats that want to know what they were)."""

    def feed(self, data: bytes) -> list[Event]:
        return self._take(data, at_end=False)

    def close(self) -> list[Event]:
        return self._take(b"", at_end=True)

    def _take(self, new: bytes, *, at_end: bool) -> list[Event]:
        data = b"".join((self._buffer, new))
        position = self._cut(data, at_end)
        self._buffer[:] = data[position:]
        self._flush_junk()
        events, self._events = self._events, []
        return events

    def _cut(self, data: bytes, at_end: bool) -> int:
        """Take whatever is certain; give back how far that is."""
        at, size = self._skip_tag(0, len(data)), len(data)
        while at < size:
            header = self.parse(data, at)
            if header is None:
                if size - at < self._needed(data[at]) and not at_end:
                    break
                at = self._leave_sync_or_skip_tag(data, at)
                continue
            end = at + header.length
            if header.stream == self._stream:
                whole, certain = end <= size, True
            else:
                whole, certain = (
                    end + self.header_length <= size,
                    self._confirmed(data, header, end),
                )
            if not whole and not at_end:
                break
            if whole and certain:
                self._give(header, data[at:end])
                at = end
            else:
                at = self._skip_junk(data, at)
        return at

    def _needed(self, first: int) -> int:
        """How many bytes make certain what begins with this one."""
        if first == 0xFF:
            return self.header_length
        return TAG_HEAD_LENGTH if first in b"ITA" else 0

    def _confirmed(self, data: bytes, header: HeaderT, end: int) -> bool:
        if not data.startswith(b"\xff", end):  # saves hostile input's many false headers the rest
            return False
        following = self.parse(data, end)
        return following is not None and following.stream == header.stream

    def _give(self, header: HeaderT, frame: bytes) -> None:
        self._stream = header.stream
        if not self.is_audio(header, frame):
            self._junk += len(frame)
            return
        self._flush_junk()
        if header.stream != self._announced:
            self._announced = header.stream
            self._events.append(self.start(header, frame))
        self._events.append(Frame(frame, header.samples, self.is_entry(header, frame)))

    def _leave_sync_or_skip_tag(self, data: bytes, at: int) -> int:
        self._to_skip = tag_length(data, at)
        return self._skip_tag(at, len(data)) if self._to_skip else self._skip_junk(data, at)

    def _skip_tag(self, at: int, size: int) -> int:
        here = min(self._to_skip, size - at)
        self._to_skip -= here
        self._junk += here
        return at + here

    def _skip_junk(self, data: bytes, at: int) -> int:
        """No frame begins here: give back where the next one may."""
        self._stream = -1
        found = self.candidates.search(data, at + 1)
        end = found.start() if found else len(data)
        self.passed(data[at:end])
        self._junk += end - at
        return end

    def _flush_junk(self) -> None:
        if self._junk:
            self._events.append(Skipped(self._junk))
            self._junk = 0
