"""Ports beside the one of `[listen]`: `[sockets.NAME]` for each. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from radiocast.config.fields import (
    Conflict,
    Table,
    choice,
    flag,
    optional,
    path_of_mount,
    setting,
    text,
    whole,
)


class Tls(StrEnum):
    """Whether a port is encrypted."""

    AUTO = "auto"
    ONLY = "only"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketConfig(Table):
    """One more port. Changes need a restart."""

    host: str = setting("", text)
    """The address to listen on; empty: every address, IPv4 and IPv6."""

    port: int = setting(0, whole(0, 65535))
    """The TCP port; 0: any free one."""

    tls: Tls = setting(Tls.AUTO, choice(Tls))
    """Auto: for those who begin with it, if there is a certificate. Only: who does not is hung
    up on. Off: never."""

    shoutcast_mount: str | None = setting(None, optional(path_of_mount))
    """The mount that SHOUTcast v1 sources feed here, and on the port after it, which is opened
    for them; None: no port is opened."""

    shoutcast_only: bool = setting(False, flag)
    """Whether the port itself is the one for SHOUTcast v1 sources, and no other is opened."""

    send_buffer: int = setting(0, whole(0, 64 * 1024 * 1024))
    """Bytes the kernel may hold for each listener (SO_SNDBUF); 0: `listeners.send_buffer`."""

    def conflicts(self) -> list[Conflict]:
        keys = ("shoutcast_mount", "port")
        if self.port == 65535 and self.shoutcast_mount is not None and not self.shoutcast_only:
            hint = "shoutcast_only = true: the port itself"
            return [Conflict(keys, "there is no port 65536 for SHOUTcast", hint)]
        return []
