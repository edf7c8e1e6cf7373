"""Who may connect at all, and whose word for an address we take: `[access]`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from radiocast.config.fields import (
    Conflict,
    Network,
    Table,
    choice,
    duration,
    flag,
    network,
    setting,
    several,
    text,
    whole,
)

_NETWORKS = several(network, '["192.0.2.7", "10.0.0.0/8"]')


class ProxyHeader(StrEnum):
    """Where a proxy says whom a request is from."""

    X_FORWARDED_FOR = "x-forwarded-for"
    FORWARDED = "forwarded"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessConfig(Table):
    """Addresses that are let in or kept out."""

    allow: tuple[Network, ...] = setting((), _NETWORKS)
    """Who may connect; empty: everybody who is not denied."""

    deny: tuple[Network, ...] = setting((), _NETWORKS)
    """Who may not, even if allowed."""

    allow_file: str = setting("", text)
    """A file of more of them, one a line; empty: none. It is read again when it changes."""

    deny_file: str = setting("", text)
    """The same for who may not."""

    trusted_proxies: tuple[Network, ...] = setting((), _NETWORKS)
    """Proxies whose word for whom a request is from counts."""

    proxy_header: ProxyHeader = setting(ProxyHeader.X_FORWARDED_FOR, choice(ProxyHeader))
    """The header they say it in. One: they pass on what they do not write themselves, and a
    client could lie in the other."""

    proxy_protocol: bool = setting(False, flag)
    """Whether those proxies begin each connection with the PROXY protocol (version 1 or 2)."""

    ban_after: int = setting(20, whole(0, 1_000_000))
    """Wrong passwords from one address within `ban_time` until it is kept out; 0: never."""

    ban_time: float = setting(600.0, duration(1, 31 * 86400))
    """Seconds it is kept out for."""

    def conflicts(self) -> list[Conflict]:
        if self.proxy_protocol and not self.trusted_proxies:
            problem = "nobody is trusted to speak the PROXY protocol"
            return [Conflict(("proxy_protocol",), problem, 'trusted_proxies = ["10.0.0.1"]')]
        return []
