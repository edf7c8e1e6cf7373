"""What a studio worker gives its station, beside the events of the mix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from radiocast.formats import Frame, StreamStart, Title
from radiocast.studio.commands import Resume
from radiocast.studio.events import MixEvent


@dataclass(frozen=True, slots=True)
class StreamBegan:
    """The decoder set-up of what follows in this stream, from the media time `at` on."""

    at: int
    stream: str
    codec: str
    sample_rate: int
    channels: int
    title: Title | None
    header: bytes

    @classmethod
    def of(cls, at: int, stream: str, start: StreamStart) -> StreamBegan:
        """From what a framer says."""
        return cls(
            at,
            stream,
            start.codec,
            start.sample_rate,
            start.channels,
            start.title,
            start.header,
        )

    def start(self) -> StreamStart:
        """The same for a mount."""
        return StreamStart(self.codec, self.sample_rate, self.channels, self.header, self.title)


@dataclass(frozen=True, slots=True)
class Packets:
    """Frames (or Ogg pages) of one stream, one after the other."""

    at: int
    """The media time that is heard with the first one."""
    end: int
    """The media time after the last one, where the stream's next message goes on."""
    stream: str
    sizes: tuple[int, ...]
    samples: tuple[int, ...]
    """Each frame's, at the stream's own rate."""
    entries: tuple[bool, ...]
    data: bytes

    @classmethod
    def of(cls, at: int, end: int, stream: str, frames: list[Frame]) -> Packets:
        """Put frames together."""
        return cls(
            at,
            end,
            stream,
            tuple(len(frame.data) for frame in frames),
            tuple(frame.samples for frame in frames),
            tuple(frame.entry for frame in frames),
            b"".join(frame.data for frame in frames),
        )

    @property
    def last(self) -> bytes:
        """The last frame."""
        return self.data[len(self.data) - self.sizes[-1] :] if self.sizes else b""

    def part(self, begin: int, end: int) -> Packets | None:
        """The frames that are heard between these media times; None: there are none."""
        if begin <= self.at and self.end <= end:
            return self
        total, length = sum(self.samples), self.end - self.at
        kept, done, place = list[tuple[int, int, Frame]](), 0, self.at
        for frame in self.frames():
            start, done = place, done + frame.samples
            place = self.at + length * done // max(1, total)
            if begin <= (start + place) // 2 < end:
                kept.append((start, place, frame))
        if not kept:
            return None
        frames = [frame for _, _, frame in kept]
        return Packets.of(kept[0][0], kept[-1][1], self.stream, frames)

    def frames(self) -> list[Frame]:
        """Take them apart."""
        frames, at = [], 0
        for size, samples, entry in zip(self.sizes, self.samples, self.entries, strict=True):
            frames.append(Frame(self.data[at : at + size], samples, entry))
            at += size
        return frames


@dataclass(frozen=True, slots=True)
class Spliced:
    """The studio went back: something is heard sooner. What it reported before this, events from
    `at` on and each stream's packets from its own place in `cuts` on, is void, but for what is
    not about a time (`NeedTrack`, `Problem`, `Heartbeat`). The streams go on at their `cuts`."""

    at: int
    cuts: tuple[Resume, ...]


@dataclass(frozen=True, slots=True)
class Resting:
    """There are no packets that are heard from `at` on, and there will be none until `Wake`."""

    at: int


@dataclass(frozen=True, slots=True)
class LiveMixed:
    """How far a live source is mixed, for the worker that may have to take over."""

    at: int
    """Up to this media time."""
    id: str
    received: int
    """Bytes of it that the worker has got so far."""
    left: int
    """Samples in them that are not mixed yet."""
    on_air: bool


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The worker is alive."""

    at: int
    """Media time up to which it has mixed."""
    ahead: float
    """Seconds until that is due; below 0 it is late."""
    cpu: float
    """Seconds of CPU time it has taken since it began."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something could not be done; the worker goes on."""

    at: int
    text: str


Report = MixEvent | StreamBegan | Packets | Spliced | Resting | LiveMixed | Heartbeat | Problem
REPORTS: tuple[type[Report], ...] = get_args(Report)
