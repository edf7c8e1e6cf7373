"""What the sources of a mount send, written to files: `record`.

A recorder is a reader of the mount's log: a cursor, and a thread that writes while nobody waits
for it. A disk that is slower than the stream loses what the log forgets meanwhile, and one that
is full ends the file; the stream never notices.
"""

from __future__ import annotations

import logging
import time
from io import FileIO
from pathlib import Path

import trio

from radiocast.framelog.start import at_position
from radiocast.mounts.mount import Mount

logger = logging.getLogger(__name__)

BATCH = 0.5
"""Seconds between two writes at least."""
PIECE = 1024 * 1024
"""Bytes written at a time."""
LAST_WORDS = 1.0
"""Seconds the disk has for the end of a file when the station stops."""

_taken: set[Path] = set()
"""Files that are being written: no two mounts may write one."""


async def record(mount: Mount) -> None:
    """Write what each source of the mount sends to a file of its own, for ever. What is set for
    the mount when a source comes is what counts. Nothing that is wrong with the disk raises."""
    while True:
        changed, source, name = mount.source_changed, mount.source, mount.config.record
        if source is not None and not source.stands_in and name is not None:
            path = Path(time.strftime(name))
            with trio.CancelScope() as mount.recording:
                try:
                    await _Recording(mount, path).write_until(changed)
                except (OSError, ValueError) as exc:
                    logger.error("%s: not recorded to %s: %s", mount.path, path, exc)
            mount.recording = None
        await changed.wait()


class _Recording:
    def __init__(self, mount: Mount, path: Path) -> None:
        self._mount, self._path = mount, path
        self._position = mount.source_start

    async def write_until(self, changed: trio.Event) -> None:
        """Write until there is another source, or none. Raises OSError."""
        if self._path in _taken:
            raise OSError("another mount is recorded to this file")
        _taken.add(self._path)
        try:
            file = await trio.to_thread.run_sync(_open, self._path)
            logger.info("%s: recorded to %s", self._mount.path, self._path)
            try:
                await self._copy(file, changed)
            finally:
                file.close()
        finally:
            _taken.discard(self._path)

    async def _copy(self, file: FileIO, changed: trio.Event) -> None:
        try:
            while not changed.is_set():
                await self._write(file, self._mount.log.end)
                with trio.move_on_after(BATCH):
                    await changed.wait()
        finally:
            # Without a source the log's end is the source's, else the next one began there.
            ended = self._mount.source is None or not changed.is_set()
            end = self._mount.log.end if ended else self._mount.source_start
            with trio.move_on_after(LAST_WORDS, shield=True):
                await self._write(file, end)

    async def _write(self, file: FileIO, end: int) -> None:
        log = self._mount.log
        if self._position < log.oldest:
            start = at_position(log, log.oldest).position
            lost, self._position = start - self._position, start
            logger.warning("%s: the disk is too slow for %d bytes", self._path, lost)
        while self._position < end:
            data = b"".join(log.read(self._position, min(PIECE, end - self._position)))
            if not data:
                return
            self._position += len(data)
            await trio.to_thread.run_sync(_put, file, data, abandon_on_cancel=True)


def _open(path: Path) -> FileIO:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("ab", buffering=0)


def _put(file: FileIO, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]
