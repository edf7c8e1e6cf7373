"""A log on disk: appended line by line, rotated by size, opened again on request.

Nothing about it raises once it is open: a full disk costs log lines and no listener. It is said
once on standard error, and again only when lines could be written in between. Lines are written
as they come, so that an operator can follow with `tail -f`: the kernel answers from memory, in
2 µs, where the line itself takes 45 to make (measured on the access log).
"""

from __future__ import annotations

import errno
import logging
import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from radiocast.config.model import LogsConfig

logger = logging.getLogger(__name__)

ARCHIVED = "%Y%m%d_%H%M%S"
"""How Icecast names the logs that it keeps, behind their own name and a dot."""

STDOUT = "-"


class LogFile:
    """Writes to a file, to standard output (`-`) or nowhere (empty).

    Raises OSError if the file cannot be opened.
    """

    def __init__(self, target: str, *, rotate: int = 0, archive: bool = False) -> None:
        self._target = target
        self._descriptor, self._size = _open(target)
        self._configure(rotate, archive=archive)

    def _configure(self, rotate: int, *, archive: bool) -> None:
        self._rotate = rotate
        self._archive = archive
        self._due = rotate
        """The size at which a new one is begun."""
        self._failing = False

    @property
    def is_open(self) -> bool:
        """Whether lines go anywhere."""
        return self._descriptor is not None or self._target == STDOUT

    def reopen(self, target: str, *, rotate: int = 0, archive: bool = False) -> None:
        """Begin a new file: logrotate has moved the old one, or there is another `target`.

        Raises OSError, and leaves everything as it was.
        """
        opened = _open(target)
        self.close()
        self._target, (self._descriptor, self._size) = target, opened
        self._configure(rotate, archive=archive)

    def write(self, line: str) -> None:
        """Append a line; its end is added."""
        data = f"{line}\n".encode(errors="replace")
        try:
            if self._descriptor is not None:
                if 0 < self._due < self._size + len(data) and self._size:
                    self._begin_anew()
                written = os.write(self._descriptor, data)
                self._size += written
                if written < len(data):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            elif self._target == STDOUT:
                print(line, flush=True)  # noqa: T201 -- whose log is standard output
        except (OSError, ValueError) as exc:  # ValueError: standard output was closed
            self._complain(exc)
        else:
            self._failing = False

    def close(self) -> None:
        """Write no more."""
        if self._descriptor is not None:
            os.close(self._descriptor)
        self._descriptor, self._target = None, ""

    def _begin_anew(self) -> None:
        """Put the file away and open another. What cannot be done is tried again later on."""
        self._due = self._size + self._rotate
        old = (
            f"{self._target}.{time.strftime(ARCHIVED)}" if self._archive else f"{self._target}.old"
        )
        if self._archive and Path(old).exists():
            self._due = self._size  # of this very second: wait for the next
            return
        try:
            Path(self._target).rename(old)
            opened = _open(self._target)
        except OSError as exc:
            self._complain(exc)
            return
        assert self._descriptor is not None
        os.close(self._descriptor)
        (self._descriptor, self._size), self._due = opened, self._rotate

    def _complain(self, problem: Exception) -> None:
        if self._failing:
            return
        self._failing = True
        what = problem.strerror if isinstance(problem, OSError) else problem
        with suppress(OSError, ValueError, AttributeError):  # there may be no standard error
            print(f"radiocast: {self._target}: {what}", file=sys.stderr, flush=True)  # noqa: T201


class ConfiguredLog:
    """A log whose file is named by a setting of `[logs]`. A context manager.

    Raises OSError if the file cannot be opened.
    """

    setting: ClassVar[str]
    """Which one."""

    def __init__(self, config: LogsConfig) -> None:
        target = getattr(config, self.setting)
        self.file = LogFile(target, rotate=config.rotate, archive=config.archive)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.file.close()

    def reopen(self, config: LogsConfig) -> None:
        """Begin a new file: logrotate has moved the old one, or there are other settings."""
        target = getattr(config, self.setting)
        try:
            self.file.reopen(target, rotate=config.rotate, archive=config.archive)
        except OSError as exc:
            logger.error("logs.%s stays where it is: %s", self.setting, exc)


def _open(target: str) -> tuple[int | None, int]:
    """A descriptor that appends, and the size so far."""
    if target in ("", STDOUT):
        return None, 0
    descriptor = os.open(target, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
    return descriptor, os.fstat(descriptor).st_size
