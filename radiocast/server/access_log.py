"""The access log: one line for each visit, when it is over."""

from __future__ import annotations

import logging
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from radiocast.protocols.access_log import access_line
from radiocast.protocols.http_head import RequestHead

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody came and asked for something."""

    ip: str
    head: RequestHead
    user: str | None
    started: float
    """Monotonic seconds."""

    @classmethod
    def of(cls, ip: str, head: RequestHead, user: str | None = None) -> Self:
        """A visit that begins now."""
        return cls(ip, head, user, time.monotonic())


class AccessLog:
    """Writes to a file, to standard output (`-`) or nowhere (empty). A context manager.

    Lines are written as they come and flushed by line: a station's listeners
    come and go by the thousand at most, and an operator follows with `tail -f`.
    Raises OSError if the file cannot be opened.
    """

    def __init__(self, target: str) -> None:
        self._target = target
        self._file = _open(target)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()

    def reopen(self, target: str) -> None:
        """Begin a new file: logrotate has moved the old one, or there is another `target`."""
        try:
            file = _open(target)
        except OSError as exc:
            logger.error("the access log stays where it is: %s", exc)
        else:
            self._close()
            self._target, self._file = target, file

    def write(self, visit: Visit, status: int, sent: int) -> None:
        """Note that a visit is over: the status it got, and how many bytes."""
        if self._file is None:
            return
        line = access_line(
            visit.head,
            ip=visit.ip,
            user=visit.user,
            status=status,
            sent=sent,
            duration=time.monotonic() - visit.started,
            now=time.time(),
            utc_offset=time.localtime().tm_gmtoff,
        )
        try:
            print(line, file=self._file, flush=self._target == "-")
        except OSError as exc:  # a full disk must not cost a listener
            logger.error("cannot write the access log: %s", exc)

    def _close(self) -> None:
        if self._file is not None and self._file is not sys.stdout:
            self._file.close()


def _open(target: str) -> TextIO | None:
    if target == "-":
        return sys.stdout
    return Path(target).open("a", buffering=1, encoding="utf-8") if target else None
