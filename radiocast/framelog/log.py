"""The frame log: what a mount has sent, oldest first, numbered for ever.

Theory of operation. A *position* is the number of bytes appended before it
since the log began; it never means anything else, however much the log forgets.
A *cursor* is therefore an int, costs nothing, and survives everything. A source
appends *blocks*: a few whole frames as one `bytes`. An *epoch* is a run of
blocks that one decoder set-up plays; its header, where the format has one, is
its first block, so a reader that walks across the border sends it without
noticing, and a reader that starts further on is given it beforehand (`start.py`).

The log waits for nobody and nobody holds it: a reader whose position is older
than `oldest` has lost what lies between.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from trio.lowlevel import ParkingLot, checkpoint

from radiocast.formats import Frame, StreamStart, Title
from radiocast.framelog.retention import Retention
from radiocast.framelog.titles import Titles


@dataclass(frozen=True, slots=True)
class Epoch:
    """A run of frames that share a decoder set-up."""

    start: int
    """Position of its first byte: its header's, where it has one."""
    stream: StreamStart


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive whole frames (or one epoch's header) as they were appended."""

    start: int
    data: bytes
    sizes: tuple[int, ...]
    """Bytes of each frame in turn; they add up to `len(data)`."""
    entries: tuple[int, ...]
    """Offsets in `data` where a decoder may start."""
    media_time: float
    """Seconds of audio in the log before this block, across all epochs."""
    duration: float
    """Seconds of audio in this block."""
    wall_time: float
    """Unix seconds at which it was appended."""
    epoch: Epoch

    @property
    def end(self) -> int:
        return self.start + len(self.data)


@dataclass(frozen=True, slots=True)
class LogStatistics:
    """What the log holds."""

    oldest: int
    end: int
    blocks: int
    media_time: float
    """Seconds of audio ever appended."""


class FrameLog:
    """An append-only log of frames. One writer at a time, any number of readers."""

    def __init__(self, retention: Retention) -> None:
        self.retention = retention
        self.titles = Titles()
        self.end = 0
        """Position of the next byte: the live edge."""
        self.epoch: Epoch | None = None
        """The epoch at the live edge."""
        self._blocks: list[Block] = []
        self._starts: list[int] = []  # of the blocks: what bisect looks at
        self.media_time = 0.0
        """Seconds of audio ever appended."""
        self._readers = ParkingLot()

    @property
    def oldest(self) -> int:
        """Position of the first byte still held."""
        return self._starts[0] if self._starts else self.end

    def begin(self, stream: StreamStart, *, now: float) -> Epoch:
        """A new decoder set-up: what is appended from here on belongs to it."""
        self.epoch = Epoch(self.end, stream)
        if stream.header:
            size = len(stream.header)
            self._add(stream.header, (size,), (0,), duration=0.0, now=now)
        return self.epoch

    def append(self, frames: Sequence[Frame], *, now: float) -> None:
        """Add frames as one block. `begin` must have been called; empty frames are nothing."""
        assert self.epoch is not None, "frames before the stream they belong to"
        sizes = tuple([len(frame.data) for frame in frames])
        entries = []
        offset = samples = 0
        for frame, size in zip(frames, sizes, strict=True):
            if frame.entry:
                entries.append(offset)
            offset += size
            samples += frame.samples
        rate = self.epoch.stream.sample_rate
        duration = samples / rate if rate else 0.0
        data = frames[0].data if len(frames) == 1 else b"".join([frame.data for frame in frames])
        self._add(data, sizes, tuple(entries), duration=duration, now=now)

    def set_title(self, title: Title | None) -> bool:
        """Let `title` hold from the live edge on. Gives back whether it is a new one."""
        return self.titles.set(self.end, title)

    def block_at(self, position: int) -> Block | None:
        """The block that holds the byte at `position`; None if forgotten or not yet there."""
        index = self._index(position)
        return self._blocks[index] if index is not None else None

    def blocks_from(self, position: int) -> Sequence[Block]:
        """The held blocks from the one with the byte at `position` on; none at the live edge."""
        index = self._index(position)
        return self._blocks[index:] if index is not None else ()

    def blocks_back_from(self, position: int) -> Iterator[Block]:
        """The held blocks that start before `position`, newest first."""
        for index in range(bisect_right(self._starts, position - 1) - 1, -1, -1):
            yield self._blocks[index]

    def read(self, position: int, max_bytes: int) -> list[memoryview]:
        """What follows `position`: shared views, one per block, at most about `max_bytes`.

        Empty at the live edge. The bytes before `oldest` are gone: callers look first.
        """
        views = []
        wanted = max_bytes
        for block in self.blocks_from(position):
            view = memoryview(block.data)[max(0, position - block.start) :]
            views.append(view[:wanted] if len(view) > wanted else view)
            wanted -= len(view)
            if wanted <= 0:
                break
        return views

    async def wait_past(self, position: int) -> None:
        """Wait until there is a byte at `position`. Always a checkpoint."""
        if position < self.end:
            await checkpoint()
        while position >= self.end:
            await self._readers.park()

    def statistics(self) -> LogStatistics:
        """What the log holds right now."""
        return LogStatistics(self.oldest, self.end, len(self._blocks), self.media_time)

    def trim(self, *, now: float) -> None:
        """Forget what the retention no longer covers."""
        bounds = self.retention
        drop = 0
        for block in self._blocks[:-1]:
            too_many = self.end - block.end >= bounds.max_bytes
            too_old = 0 < bounds.max_seconds < now - block.wall_time
            if not (too_many or too_old):
                break
            drop += 1
        if drop:
            del self._blocks[:drop], self._starts[:drop]
            self.titles.forget_before(self.oldest)

    def _add(
        self,
        data: bytes,
        sizes: tuple[int, ...],
        entries: tuple[int, ...],
        *,
        duration: float,
        now: float,
    ) -> None:
        assert self.epoch is not None
        if not data:
            return
        self._blocks.append(
            Block(self.end, data, sizes, entries, self.media_time, duration, now, self.epoch)
        )
        self._starts.append(self.end)
        self.end += len(data)
        self.media_time += duration
        self.trim(now=now)
        self._readers.unpark_all()

    def _index(self, position: int) -> int | None:
        if not self.oldest <= position < self.end:
            return None
        return bisect_right(self._starts, position) - 1
