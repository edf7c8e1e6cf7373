"""A file that is played over and over on a mount of its own, at its own speed, while somebody
listens: what a fallback that is a file is made of. Its position is the mount's, so all hear the
same; nothing is decoded, and a joint is where one frame ends and the next begins.
"""

from __future__ import annotations

import logging
import time
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import trio

from radiocast.errors import FormatError
from radiocast.formats import Frame, StreamStart
from radiocast.mounts.mount import Mount
from radiocast.mounts.source import Source, SourceEnding
from radiocast.sources.file_frames import FileFrames

logger = logging.getLogger(__name__)

BLOCK = 0.2
"""Seconds that are appended at a time: each wakes the listeners."""
LATE = 2.0
"""Seconds that are made good if the disk was slow; after a longer pause the clock starts afresh."""
PATIENCE = 5.0
"""Seconds it goes on without a listener."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A file, and what it begins with."""

    file: FileFrames
    events: list[StreamStart | Frame]


async def open_file(path: Path) -> Opening:
    """Open a file that shall be played. Raises OSError and FormatError."""
    opened: list[FileFrames] = []
    waiting = True

    def read() -> Opening:
        with ExitStack() as stack:
            file = stack.enter_context(FileFrames(path, None))
            opened.append(file)
            events = file.read()
            if waiting:
                stack.pop_all()
            return Opening(file, events)

    try:
        return await trio.to_thread.run_sync(read, abandon_on_cancel=True)
    except trio.Cancelled:  # whichever of us two comes last closes it
        waiting = False
        for file in opened:
            file.close()
        raise


class Looped:
    """Plays a file on a mount that was given to `source`."""

    def __init__(
        self, mount: Mount, source: Source, path: Path, first: Opening, *, with_burst: bool = True
    ) -> None:
        """Listeners may come at once. `with_burst`: the first burst is made at once; false: who
        comes has one already. Raises FormatError."""
        self._mount, self._source, self._path = mount, source, path
        self._first = first
        self._stream: StreamStart | None = None
        self._played = 0.0  # seconds of the file that were appended
        self._began = 0.0  # when that was 0, by Trio's clock
        self._heard = 0.0  # when somebody last listened
        self._in_burst = with_burst
        for event in first.events[:1]:
            self._begin(event, first.file.content_type)

    async def run(self) -> None:
        """Play until nobody listens any more or the source is ended; then leave the mount.

        Nothing that is wrong with the file raises.
        """
        mount, source = self._mount, self._source
        logger.info("%s: %s is played for want of a source", mount.path, self._path)
        self._began = self._heard = trio.current_time()
        try:
            with source.scope:
                await self._play(replace(self._first, events=self._first.events[1:]))
                while self._is_wanted:
                    before = self._played
                    await self._play(await open_file(self._path))
                    if self._played == before:
                        raise FormatError("it has no length")
        except (OSError, FormatError) as exc:
            source.end(SourceEnding.BROKEN)
            logger.warning("%s: %s is not played: %s", mount.path, self._path, exc)
        finally:
            source.end(SourceEnding.LEFT)
            mount.leave(source)

    @property
    def _is_wanted(self) -> bool:
        now = trio.current_time()
        if self._mount.counts.listeners:
            self._heard = now
        return now - self._heard < PATIENCE

    async def _play(self, opening: Opening) -> None:
        run: list[Frame] = []
        seconds = 0.0
        events = opening.events
        with opening.file as file:
            while events:
                for event in events:
                    if isinstance(event, StreamStart):
                        self._append(run, seconds)
                        run, seconds = [], 0.0
                        self._begin(event, file.content_type)
                        continue
                    assert self._stream is not None, "frames before the stream they belong to"
                    run.append(event)
                    seconds += event.samples / self._stream.sample_rate
                    if seconds >= BLOCK:
                        self._append(run, seconds)
                        run, seconds = [], 0.0
                        await self._wait_for_its_time()
                        if not self._is_wanted:
                            return
                events = await trio.to_thread.run_sync(file.read, abandon_on_cancel=True)
        self._append(run, seconds)
        await self._wait_for_its_time()

    def _begin(self, event: StreamStart | Frame, content_type: str) -> None:
        if not isinstance(event, StreamStart) or not event.sample_rate:
            raise FormatError("nobody can know how long its frames are")
        self._stream = event
        self._mount.announce(content_type, chains=True)
        self._mount.add([event], now=time.time())

    def _append(self, run: list[Frame], seconds: float) -> None:
        self._mount.counts.bytes_read += sum(len(frame.data) for frame in run)
        self._mount.add(run, now=time.time())
        self._played += seconds

    async def _wait_for_its_time(self) -> None:
        now, config = trio.current_time(), self._mount.config
        if self._in_burst:
            self._in_burst = self._mount.log.end < config.burst or self._played < config.burst_time
            self._began = now - self._played
        elif now - self._began - self._played > LATE:
            self._began = now - self._played
        await trio.sleep_until(self._began + self._played)
