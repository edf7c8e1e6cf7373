"""Directories that are watched: a file that comes or goes is noticed at once.

This is inotify. It sees nothing of what other machines do on a disk from the network, and
there is none on other systems than Linux: whoever relies on it looks for himself, now and then.
"""

from __future__ import annotations

import errno
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

import trio

from radiocast.autodj.listing import AUDIO_SUFFIXES
from radiocast.autodj.playlists import SUFFIXES, suffix_of

try:
    from inotify_simple import INotify, flags  # type: ignore[import-untyped]
except ImportError:
    INotify = None
else:
    # Not what is written, only that it is: a copy that takes an hour makes two events.
    _CHANGES = flags.CREATE | flags.CLOSE_WRITE | flags.MOVED_FROM | flags.MOVED_TO | flags.DELETE
    _CHANGES |= flags.ONLYDIR

logger = logging.getLogger(__name__)

MAX_WATCHES = 20_000
"""Directories. The kernel needs about a kilobyte for each."""


class Watch:
    """Watches directories: made by `open_watch`."""

    def __init__(self, inotify: INotify | None) -> None:
        """None: there is nothing to watch with, and nothing is ever noticed."""
        self._inotify = inotify
        self._watches: set[int] = set()
        self._is_full = False

    @property
    def count(self) -> int:
        """Directories that are watched."""
        return len(self._watches)

    def follow(self, folders: Iterable[str]) -> bool:
        """Watch these directories from now on, and no others. Blocks: for a thread.

        True: there are new ones among them, in which something may have happened before.
        """
        if self._inotify is None:
            return False
        # All of them each time: a directory may have been replaced by one of the same name.
        # One that is watched already keeps its number.
        watches: set[int] = set()
        is_full = False
        for folder in folders:
            if len(watches) == MAX_WATCHES:
                is_full = True
                break
            try:
                watches.add(self._inotify.add_watch(folder, _CHANGES))
            except OSError as exc:
                if exc.errno == errno.ENOSPC:
                    is_full = True
                    break
        for watch in self._watches - watches:
            with suppress(OSError):  # it went with its directory
                self._inotify.rm_watch(watch)
        new = watches - self._watches
        self._watches = watches
        if is_full and not self._is_full:
            logger.warning(
                "only %d directories are watched for new files: see fs.inotify.max_user_watches",
                len(watches),
            )
        self._is_full = is_full
        return bool(new)

    async def wait(self) -> None:
        """Wait until something happens in one of them that may concern a playlist."""
        if self._inotify is None:
            await trio.sleep_forever()
        while True:
            await trio.lowlevel.wait_readable(self._inotify.fd)
            if any(_concerns(event.mask, event.name) for event in self._inotify.read(timeout=0)):
                return


@contextmanager
def open_watch() -> Iterator[Watch]:
    """A watch, of nothing yet. Where there is no inotify it never tells anything."""
    try:
        inotify = INotify(nonblocking=True) if INotify else None
    except OSError as exc:
        logger.warning("directories are not watched for new files: %s", exc)
        inotify = None
    try:
        yield Watch(inotify)
    finally:
        if inotify:
            inotify.close()


def _concerns(mask: int, name: str) -> bool:
    if mask & flags.IGNORED:
        return False  # we asked for it
    is_folder_or_overflow = mask & (flags.ISDIR | flags.Q_OVERFLOW)
    return bool(is_folder_or_overflow) or suffix_of(name) in AUDIO_SUFFIXES | SUFFIXES
