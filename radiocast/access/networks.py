"""Sets of addresses and networks, and the files that Icecast keeps them in."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable

from radiocast.config.fields import Network, network
from radiocast.protocols.forwarded import Address, parse_address

logger = logging.getLogger(__name__)

MAX_LINES = 100_000
"""Lines of a file that count: more would be a mistake, and cost memory."""


class Networks:
    """Addresses and networks. A look costs the same for ten as for ten thousand of one size."""

    def __init__(self, networks: Iterable[Network] = ()) -> None:
        self._by_size: dict[tuple[int, int], set[int]] = defaultdict(set)
        for each in networks:
            shift = each.max_prefixlen - each.prefixlen
            self._by_size[each.version, shift].add(int(each.network_address) >> shift)

    def __bool__(self) -> bool:
        return bool(self._by_size)

    def __contains__(self, address: object) -> bool:
        if not isinstance(address, Address):
            return False
        number = int(address)
        return any(
            address.version == version and number >> shift in found
            for (version, shift), found in self._by_size.items()
        )


def parse_networks(text: str) -> Networks:
    """A file with one address or network a line; `#` begins a comment. A line that cannot be
    read is logged and left out."""
    found = []
    for number, line in enumerate(text.splitlines()[:MAX_LINES], start=1):
        written = line.partition("#")[0].strip()
        if not written:
            continue
        try:
            found.append(network(written))
        except ValueError:
            logger.warning("line %d: %.60r is no address and no network", number, written)
    return Networks(found)


def is_in(address: str, networks: Networks) -> bool:
    """The same for an address as it is written."""
    return parse_address(address) in networks
