"""Whom a request is from when it came by proxies: X-Forwarded-For, Forwarded (RFC 7239).

Everything in these headers but what a trusted proxy wrote may be a lie of the client. So they
are read from the right: each proxy adds at the end whom it was asked by, and the last one that
is no trusted proxy is the visitor. What stands before it does not count, and what cannot be
read ends the search with whoever said it.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address

Address = IPv4Address | IPv6Address

MAX_HOPS = 20
"""Proxies one behind the other; who is further away is not looked for."""

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_PAIR = rf"{_TOKEN}=(?:{_TOKEN}|{_QUOTED})"
_LAST_ELEMENT = re.compile(rf"(?:\A|,)[ \t]*({_PAIR}(?:[ \t]*;[ \t]*{_PAIR})*)?[ \t]*\Z")
_PAIRS = re.compile(rf"({_TOKEN})=({_TOKEN}|{_QUOTED})")
_ESCAPED = re.compile(r"\\(.)")
_IPV4_WITH_PORT = re.compile(r"([0-9.]+)(?::[0-9_.A-Za-z-]+)?")
_IPV6_WITH_PORT = re.compile(r"\[([0-9A-Fa-f:.]+)\](?::[0-9_.A-Za-z-]+)?")


def parse_address(text: str) -> Address | None:
    """An IP address; of an IPv4 address in IPv6's clothes (`::ffff:192.0.2.1`), that. None: none.

    A zone (`fe80::1%eth0`) is left out: it means something on that machine alone.
    """
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def visitor_of_x_forwarded_for(value: str, peer: str, trusted: Container[Address]) -> str:
    """The address that a request is from. `value`: X-Forwarded-For, several of them with commas
    between; `peer`: the address of the trusted proxy that it came from."""
    return _visitor((_node(hop.strip()) for hop in reversed(value.split(","))), peer, trusted)


def visitor_of_forwarded(value: str, peer: str, trusted: Container[Address]) -> str:
    """The same, from Forwarded (RFC 7239)."""
    return _visitor(_nodes_from_the_right(value), peer, trusted)


def _visitor(hops: Iterator[Address | None], peer: str, trusted: Container[Address]) -> str:
    """The last hop that is no trusted proxy."""
    visitor = peer
    for address in hops:
        if address is None:
            break
        visitor = str(address)
        if address not in trusted:
            break
    return visitor


def _nodes_from_the_right(value: str) -> Iterator[Address | None]:
    """What each proxy said, the last one first.

    Elements are taken from the end, because a client may have sent a quote that it never
    closed: read from the beginning, that would swallow what the proxies added.
    """
    rest = value.rstrip(", \t")  # RFC 9110 section 5.6.1: a list may have empty elements
    for _ in range(MAX_HOPS):
        found = _LAST_ELEMENT.search(rest)
        if found is None:
            yield None
            return
        if found[1]:
            said = {name.lower(): value for name, value in _PAIRS.findall(found[1])}
            yield _node(_unquoted(said.get("for", "unknown")))
        rest = rest[: found.start()].rstrip(", \t")


def _unquoted(value: str) -> str:
    return _ESCAPED.sub(r"\1", value[1:-1]) if value.startswith('"') else value


def _node(text: str) -> Address | None:
    """An address, with or without a port (RFC 7239 section 6); None: `unknown` or `_hidden`."""
    found = _IPV6_WITH_PORT.fullmatch(text) or _IPV4_WITH_PORT.fullmatch(text)
    return parse_address(found[1] if found else text)
