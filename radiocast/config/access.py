"""Who may connect at all, and whose word for an address we take: `[access]`. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from radiocast.config.fields import (
    Network,
    Table,
    duration,
    flag,
    network,
    setting,
    several,
    text,
    whole,
)

_NETWORKS = several(network, '["192.0.2.7", "10.0.0.0/8"]')


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessConfig(Table):
    """Addresses that are let in or kept out."""

    allow: tuple[Network, ...] = setting((), _NETWORKS)
    """Who may connect; empty: everybody who is not denied."""

    deny: tuple[Network, ...] = setting((), _NETWORKS)
    """Who may not. Allowed addresses are looked at first."""

    allow_file: str = setting("", text)
    """A file of more of them, one a line; empty: none. It is read again when it changes."""

    deny_file: str = setting("", text)
    """The same for who may not."""

    trusted_proxies: tuple[Network, ...] = setting((), _NETWORKS)
    """Proxies whose X-Forwarded-For and Forwarded headers say who a request is from."""

    proxy_protocol: bool = setting(False, flag)
    """Whether those proxies begin each connection with the PROXY protocol (version 1 or 2)."""

    ban_after: int = setting(20, whole(0, 1_000_000))
    """Wrong passwords from one address within `ban_time` until it is kept out; 0: never."""

    ban_time: float = setting(600.0, duration(1, 31 * 86400))
    """Seconds it is kept out for."""
