"""The access log: one line for each visit, when it is over."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Self

from radiocast.protocols.access_log import access_line
from radiocast.protocols.http_head import RequestHead
from radiocast.server.log_file import ConfiguredLog


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


class AccessLog(ConfiguredLog):
    """Where visits are written down."""

    setting = "access"

    def write(self, visit: Visit, status: int, sent: int) -> None:
        """Note that a visit is over: the status it got, and how many bytes."""
        if not self.file.is_open:
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
        self.file.write(line)
