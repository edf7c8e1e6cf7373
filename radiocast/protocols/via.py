"""How relays that go in a circle are noticed: `Via` (RFC 9110 section 7.6.3).

A server that asks another one for a stream names itself. Asked so, we name in our answer all by
whom it comes, and ourselves; so we do where we send a stream. A server that finds its own name
is relaying itself, and one that asks for what comes from it is turned away.

    Via: 1.1 radiocast-5f0c1d2e, 1.1 radiocast-77ab0c11
"""

from __future__ import annotations

import re
from collections.abc import Iterable

MAX_SERVERS = 16
"""Servers in a row. More is a circle whose names nobody knows, or as good as one."""

_OURS = re.compile(r"\S+ radiocast-([0-9a-f]{4,32})(?: .*)?")


def via(servers: Iterable[str]) -> tuple[str, str]:
    """The header that names them, the last one being who speaks."""
    return ("Via", ", ".join(f"1.1 radiocast-{server}" for server in servers))


def servers_in(words: Iterable[str]) -> tuple[str, ...]:
    """The names in the comma-separated words of a Via; proxies of other makes are left out.

    >>> servers_in(["1.0 squid (squid/5.7)", "1.1 radiocast-5f0c1d2e"])
    ('5f0c1d2e',)
    """
    found = (_OURS.fullmatch(word.strip()) for word in words)
    return tuple(match[1] for match in found if match)
