"""Who may connect at all, and whose word for an address counts: `[access]`."""

from __future__ import annotations

from radiocast.access.networks import Networks, parse_networks
from radiocast.access.watched_file import WatchedFile
from radiocast.config.access import AccessConfig, ProxyHeader
from radiocast.protocols.forwarded import (
    parse_address,
    visitor_of_forwarded,
    visitor_of_x_forwarded_for,
)
from radiocast.protocols.http_head import RequestHead

NONE = Networks()


class Addresses:
    """The lists of `[access]`, and what trusted proxies say."""

    def __init__(self, config: AccessConfig) -> None:
        self.config = config
        self._allow, self._deny = Networks(config.allow), Networks(config.deny)
        self._trusted = Networks(config.trusted_proxies)
        self._files = {
            path: WatchedFile(path, parse_networks, NONE)
            for path in (config.allow_file, config.deny_file)
            if path
        }

    def refresh(self) -> None:
        """Look whether the files have changed. Blocks on the disk."""
        for file in self._files.values():
            file.refresh()

    def are_open_to(self, ip: str) -> bool:
        """Whether this address may connect. As in Icecast, who is denied may not even if
        allowed, and where anybody is allowed, nobody else is."""
        address = parse_address(ip)
        if address in self._deny or address in self._listed(self.config.deny_file):
            return False
        if not (self.config.allow or self.config.allow_file):
            return True
        return address in self._allow or address in self._listed(self.config.allow_file)

    def is_trusted(self, ip: str) -> bool:
        """Whether this is a proxy whose word counts."""
        return parse_address(ip) in self._trusted

    def speaks_for_others(self, ip: str) -> bool:
        """Whether this one begins with the PROXY protocol."""
        return self.config.proxy_protocol and self.is_trusted(ip)

    def visitor(self, peer: str, head: RequestHead) -> str:
        """Whom a request from `peer` is from: `peer` itself, unless it is a trusted proxy."""
        if not self.is_trusted(peer):
            return peer
        name = self.config.proxy_header.value
        said = ", ".join(value for known, value in head.headers if known == name)
        if not said:
            return peer
        read = (
            visitor_of_forwarded
            if self.config.proxy_header is ProxyHeader.FORWARDED
            else visitor_of_x_forwarded_for
        )
        return read(said, peer, self._trusted)

    def _listed(self, path: str) -> Networks:
        return self._files[path].value if path else NONE
