"""A file that is read again when it has changed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

T = TypeVar("T")

logger = logging.getLogger(__name__)

Stamp = tuple[int, int, int]


class WatchedFile(Generic[T]):
    """What a text file says. A file that cannot be read leaves what it said before.

    Calls block on the disk: `refresh` belongs into a thread.
    """

    def __init__(self, path: str, parse: Callable[[str], T], empty: T) -> None:
        self.path = Path(path)
        self.value = empty
        self._parse = parse
        self._stamp: Stamp | None = None
        self._problem = ""
        self.refresh()

    def refresh(self) -> None:
        """Read it again if it is another than before. What goes wrong is logged once."""
        try:
            stamp = self._stat()
            if stamp != self._stamp:
                text = self.path.read_text(encoding="utf-8", errors="replace")
                self.value, self._stamp = self._parse(text), stamp
            self._problem = ""
        except OSError as exc:
            problem = exc.strerror or str(exc)
            if problem != self._problem:
                counts = "it counts as empty" if self._stamp is None else "it counts as it was"
                logger.error("%s: %s; %s", self.path, problem, counts)
            self._problem = problem

    def _stat(self) -> Stamp:
        found = self.path.stat()
        return found.st_mtime_ns, found.st_size, found.st_ino
