"""Files on their way to peers: read in threads, sent in pieces, so many at a time.

A file that is being sent costs one piece and a descriptor. There are at most `MAX_SENDING`: when
one more is wanted, whoever has taken nothing for longest makes room.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import trio

from radiocast.protocols.selection import Version

PIECE = 128 * 1024
"""Bytes read and sent at a time."""

MAX_SENDING = 256
"""Files that are being sent at one time: with `PIECE`, 32 MiB."""

PATIENCE = 300.0
"""Seconds within which a peer must take a piece: a browser whose listener paused takes none."""

STALLED = 15.0
"""Seconds without taking anything, after which a peer makes room for another."""

THREADS = 8
"""Of those that look files up and read them."""


class Transfers:
    """The files that are being sent."""

    def __init__(self) -> None:
        self.threads = trio.CapacityLimiter(THREADS)
        self._scopes: dict[trio.CancelScope, float] = {}
        """Each with when it last made progress; the longest without any is first."""

    def __len__(self) -> int:
        return len(self._scopes)

    def make_room(self) -> bool:
        """Whether one more file can be sent. Whoever takes nothing may be hung up on for it."""
        if len(self._scopes) < MAX_SENDING:
            return True
        scope, since = next(iter(self._scopes.items()))
        if trio.current_time() - since < STALLED:
            return False
        del self._scopes[scope]
        scope.cancel()
        return True

    async def send(self, body: FileBody, send: Callable[[bytes], Awaitable[None]]) -> None:
        """Give a file's pieces to `send`. Raises trio.BrokenResourceError and trio.TooSlowError."""
        if not self.make_room():  # there was, a moment ago
            raise trio.BrokenResourceError("too many files at one time")
        with trio.CancelScope() as scope:
            self._scopes[scope] = trio.current_time()
            try:
                await self._read_and_send(body, send, scope)
            except OSError as exc:
                raise trio.BrokenResourceError(str(exc)) from exc
            finally:
                self._scopes.pop(scope, None)
        if scope.cancelled_caught:
            raise trio.TooSlowError

    async def _read_and_send(
        self, body: FileBody, send: Callable[[bytes], Awaitable[None]], scope: trio.CancelScope
    ) -> None:
        run = trio.to_thread.run_sync
        descriptor, version = await run(open_file, body.path, limiter=self.threads)
        try:
            position, end = body.first, body.first + body.size
            while version == body.version and position < end:
                size = min(PIECE, end - position)
                piece = await run(os.pread, descriptor, size, position, limiter=self.threads)
                if not piece:
                    break
                with trio.fail_after(PATIENCE):
                    await send(piece)
                position += len(piece)
                if self._scopes.pop(scope, None) is not None:
                    self._scopes[scope] = trio.current_time()
        finally:
            os.close(descriptor)
        if position < end:
            raise trio.BrokenResourceError("the file has changed")


@dataclass(frozen=True, slots=True)
class FileBody:
    """A file, or a part of it, as the body of a response."""

    transfers: Transfers
    path: Path
    version: Version
    """Which the head of the response speaks of; no other is sent."""
    first: int
    size: int

    async def write_to(self, send: Callable[[bytes], Awaitable[None]]) -> None:
        """Read it and give each piece to `send`."""
        await self.transfers.send(self, send)


def open_file(path: Path) -> tuple[int, Version]:
    """A descriptor to read from, and what is there. Raises OSError, for anything but a file too."""
    # Not to follow a link, and not to wait for the other end of a pipe.
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        return descriptor, _version(os.fstat(descriptor))
    except BaseException:
        os.close(descriptor)
        raise


def _version(status: os.stat_result) -> Version:
    if not stat.S_ISREG(status.st_mode):
        raise IsADirectoryError
    etag = f'"{status.st_ino:x}-{status.st_mtime_ns:x}-{status.st_size:x}"'
    return Version(status.st_size, status.st_mtime, etag)
