"""A file that is opened in a thread nobody waits for any more."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import trio

from radiocast.errors import FormatError
from radiocast.sources.file_frames import FileFrames
from radiocast.sources.looped import open_file
from radiocast.sources.opening import open_in_thread

MEDIA = Path(__file__).parents[1] / "media"


class Watched(FileFrames):
    """Says when it was closed."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, None)
        self.was_closed = threading.Event()

    def close(self) -> None:
        super().close()
        self.was_closed.set()


async def test_a_file_that_is_open_too_late_is_closed() -> None:
    disk, came, began, files = threading.Event(), threading.Event(), trio.Event(), list[Watched]()
    token = trio.lowlevel.current_trio_token()

    def hang() -> FileFrames:
        token.run_sync_soon(began.set)
        assert disk.wait(10)
        files.append(Watched(MEDIA / "lc.aac"))
        came.set()
        return files[0]

    with trio.fail_after(10):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(open_in_thread, hang)
            await began.wait()
            nursery.cancel_scope.cancel()
        disk.set()
        assert await trio.to_thread.run_sync(came.wait, 5)
        assert await trio.to_thread.run_sync(files[0].was_closed.wait, 5)


async def test_what_cannot_be_timed_is_refused_before_it_has_a_mount(tmp_path: Path) -> None:
    flac = bytearray((MEDIA / "fixed.flac").read_bytes())
    # STREAMINFO is the first block; its rate, 20 bits, comes after 10 bytes (RFC 9639, 8.2).
    flac[18:20], flac[20] = b"\0\0", flac[20] & 0x0F
    (tmp_path / "x.flac").write_bytes(flac)
    with trio.fail_after(10), pytest.raises(FormatError):
        await open_file(tmp_path / "x.flac")
