"""A live source: an encoder's bytes, cut into frames and appended to its mount."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import trio

from radiocast.errors import FormatError
from radiocast.formats.detect import Detected, framer_for
from radiocast.mounts.mount import Mount
from radiocast.mounts.source import Source, SourceEnding

logger = logging.getLogger(__name__)

Receive = Callable[[], Awaitable[bytes]]
"""Gives the next bytes of audio, in whatever pieces they come; empty at the end. Raises
trio.BrokenResourceError when the connection breaks, which many encoders call goodbye."""


@dataclass(frozen=True, slots=True)
class LiveTiming:
    """How patient we are with a source, in seconds."""

    source_timeout: Callable[[], float]
    """Without a byte for this long, it is gone."""
    block_interval: Callable[[], float]
    """At least this long between two looks at the socket."""


def block_interval(sources: int, listeners: int) -> float:
    """How long blocks should be, in seconds, on a station with so many of both.

    Encoders write a frame at a time, 40 wake-ups a second; nobody hears the
    difference, but 1,000 sources would fill a core. And a crowd of listeners is
    served in ticks longer than this anyway. Where few listen, 100 ms would halve
    what a source costs, but VLC 3 then finds Ogg and WebM late, and Chromium
    starts FLAC a tenth of a second later.
    """
    return min(0.25, max(0.05, sources * 0.0005, listeners * 0.00005))


async def feed_live(
    mount: Mount, source: Source, content_type: str, receive: Receive, timing: LiveTiming
) -> SourceEnding:
    """Feed the mount from `receive` until the source leaves, stalls or is ended.

    The caller has given the mount to the source and takes it away again.
    Nothing that a source sends raises; what it was is in the answer.
    """

    async def take() -> None:
        await _feed(mount, source, content_type, receive, timing)

    return await take_until_it_ends(mount.path, source, take)


async def take_until_it_ends(
    path: str, source: Source, take: Callable[[], Awaitable[None]]
) -> SourceEnding:
    """Run `take`, which takes what the source sends and sets its scope's deadline; say how it
    ended. Nothing that a source sends raises."""
    with source.scope:
        try:
            await take()
            source.end(SourceEnding.LEFT)
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            source.end(SourceEnding.LEFT)
        except FormatError as exc:
            logger.info("%s: source from %s: %s", path, source.ip, exc)
            source.end(SourceEnding.BROKEN)
    return source.ending or SourceEnding.STALLED  # nobody ended it: its deadline did


async def _feed(
    mount: Mount, source: Source, content_type: str, receive: Receive, timing: LiveTiming
) -> None:
    source.scope.deadline = trio.current_time() + timing.source_timeout()
    detected, data = await recognise(mount.path, content_type, receive)
    mount.announce(detected.content_type, chains=detected.chains)
    framer = detected.make()
    try:
        while data:
            looked = trio.current_time()
            # One scope for all there is to wait for: to enter one for each look costs more.
            source.scope.deadline = looked + timing.source_timeout()
            mount.counts.bytes_read += len(data)
            mount.add(framer.feed(data), now=time.time())
            await trio.sleep_until(looked + timing.block_interval())
            data = await receive()
    finally:
        if mount.source is source:  # or the end of this one would come after its successor's start
            mount.add(framer.close(), now=time.time())


async def recognise(path: str, content_type: str, receive: Receive) -> tuple[Detected, bytes]:
    """Look at the first bytes, which know better than the encoder's settings what they are.

    Gives back what they are, and the bytes. Raises FormatError if it leaves before they tell.
    """
    data = b""
    detected = None
    while detected is None:
        more = await receive()
        if not more:
            raise FormatError(f"left after {len(data)} bytes")
        data += more
        detected = framer_for(content_type, data)
    if detected.content_type != content_type:
        logger.info("%s: source says %s but sends %s", path, content_type, detected.content_type)
    return detected, data
