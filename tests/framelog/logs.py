"""Small logs for tests: frames whose bytes say where they stand."""

from __future__ import annotations

from radiocast.formats import Frame, StreamStart
from radiocast.framelog.log import FrameLog
from radiocast.framelog.retention import Retention

STREAM = StreamStart("aac", 1000, 2)  # 1000 samples are a second: durations are easy to read


def frame(number: int, size: int = 10, *, entry: bool = True) -> Frame:
    """A frame of `size` bytes, all of them its number."""
    return Frame(bytes([number % 256]) * size, samples=100, entry=entry)


def log_of(*blocks: list[Frame], stream: StreamStart = STREAM, keep: int = 1 << 20) -> FrameLog:
    """A log with one block per list, appended at wall times 1, 2, 3 …"""
    log = FrameLog(Retention(keep))
    log.begin(stream, now=0.0)
    for now, block in enumerate(blocks, start=1):
        log.append(block, now=float(now))
    return log
