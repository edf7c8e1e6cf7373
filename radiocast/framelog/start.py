"""Where a reader starts: at the live edge, a burst behind it, a time ago, at a number.

Each answer is a place where a decoder may start, and the bytes it needs first.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from radiocast.formats.join import prelude
from radiocast.formats.mpeg_bridge import BRIDGE_NEEDS
from radiocast.formats.ogg.shorten import whole_packets
from radiocast.framelog.log import Block, FrameLog

ROUNDING = 1e-6
"""Seconds: sums of durations are not exact."""


@dataclass(frozen=True, slots=True)
class Start:
    """A position to read from, and what to send before it."""

    position: int
    prelude: bytes = b""
    """Stream header or MP3 bridge frame; empty when the log itself holds what is needed there."""


def at_live_edge(log: FrameLog) -> Start:
    """The newest place where a decoder may start."""
    return at_burst(log, 0)


def at_burst(log: FrameLog, size: int, seconds: float = 0.0, *, not_before: int = 0) -> Start:
    """The newest start that leaves at least `size` bytes and `seconds` of audio to read at
    once, else the oldest. Seconds count as far as anybody can know them.

    `not_before` is a position the reader must not start before (an older epoch
    that its player could not leave).
    """
    found = None
    for position, media_time in _entries_back(log, not_before):
        found = position
        if log.end - position >= size and log.media_time - media_time >= seconds - ROUNDING:
            break
    if found is None:
        return Start(log.end, _before(log, log.end))
    return Start(found, _before(log, found))


def at_time(log: FrameLog, wall_time: float, *, not_before: int = 0) -> Start:
    """The newest start whose block was appended at `wall_time` (Unix seconds) or before it."""
    found = None
    for block in log.blocks_back_from(log.end):
        starts = [block.start + offset for offset in block.entries]
        starts = [position for position in starts if position >= not_before]
        if starts:
            found = starts[0]
            if block.wall_time <= wall_time:
                break
    if found is None:
        return at_live_edge(log)
    return Start(found, _before(log, found))


def at_position(log: FrameLog, position: int) -> Start:
    """The first start at or after `position`; the oldest one if that is forgotten already."""
    for block in log.blocks_from(max(position, log.oldest)):
        for offset in block.entries:
            if block.start + offset >= position:
                return Start(block.start + offset, _before(log, block.start + offset))
    return at_live_edge(log)


def coming_from(log: FrameLog, position: int, there: FrameLog, begin: Start) -> Start:
    """`begin` in the log `there`, for a reader that stands at `position` in `log`: the header
    that its decoder has already is not sent again."""
    block, first = log.block_at(position), there.block_at(begin.position)
    epoch = block.epoch if block is not None else log.epoch
    known = epoch.stream.header if epoch is not None else b""
    if known and first is not None and first.epoch.stream.header == known:
        return Start(begin.position)
    return begin


def rest_of_frame(log: FrameLog, position: int) -> memoryview:
    """The bytes from `position` to the end of the frame it stands in; none at a border.

    A reader that is moved somewhere else sends them first, so that no player
    sees half a frame.
    """
    block = log.block_at(position)
    if block is None:
        return memoryview(b"")
    border = block.start
    for size in block.sizes:
        if border >= position:
            break
        border += size
    return memoryview(block.data)[position - block.start : border - block.start]


def rest_of_packet(log: FrameLog, position: int) -> bytes | None:
    """What a reader at `position` needs before it may leave the stream for another one: the rest
    of the frame it stands in, and of the packet that goes on behind that on more Ogg pages.
    None: that is not in the log yet.
    """
    rest = b""
    for block in log.blocks_from(max(position - 1, log.oldest)):
        end = block.start
        for size in block.sizes:
            begin, end = end, end + size
            if end < position:
                continue
            frame = block.data[begin - block.start : end - block.start]
            last = whole_packets(frame)
            if begin >= position and last:
                return rest + last
            rest += frame[max(0, position - begin) :]
            if last == frame:
                return rest
    return None if log.end > log.oldest else rest


def _entries_back(log: FrameLog, not_before: int) -> Iterator[tuple[int, float]]:
    """Places where a decoder may start, newest first, each with its time in the log's media."""
    for block in log.blocks_back_from(log.end):
        timed = block.epoch.stream.sample_rate > 0
        for offset in reversed(block.entries):
            if block.start + offset < not_before:
                return
            into = block.duration * offset / len(block.data)
            yield block.start + offset, block.media_time + into if timed else -math.inf


def _before(log: FrameLog, position: int) -> bytes:
    """What a decoder needs that starts at `position`."""
    block = log.block_at(position)
    epoch = block.epoch if block is not None else log.epoch
    if epoch is None or position == epoch.start:
        return b""
    return prelude(epoch.stream, _frames_before(log, position, epoch_start=epoch.start))


def _frames_before(log: FrameLog, position: int, *, epoch_start: int) -> list[bytes]:
    """Up to BRIDGE_NEEDS whole frames of the same epoch, oldest first."""
    frames: list[bytes] = []
    for block in log.blocks_back_from(position):
        if block.start < epoch_start:
            break
        frames[:0] = _frames_of(block, until=position)
        if len(frames) >= BRIDGE_NEEDS:
            break
    return frames[-BRIDGE_NEEDS:]


def _frames_of(block: Block, *, until: int) -> list[bytes]:
    frames = []
    offset = 0
    for size in block.sizes:
        if block.start + offset + size > until:
            break
        frames.append(block.data[offset : offset + size])
        offset += size
    return frames
