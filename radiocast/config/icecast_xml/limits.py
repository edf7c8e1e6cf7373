"""`<limits>`: how much anyone can have. Pure."""

from __future__ import annotations

from radiocast.config.icecast_xml.draft import Draft
from radiocast.config.icecast_xml.tree import Element
from radiocast.config.icecast_xml.values import (
    Reader,
    Section,
    meaningless,
    number,
    seconds,
    size,
    truth,
    unsupported,
    whole,
    within,
)
from radiocast.config.keys import Path
from radiocast.config.model import LimitsConfig
from radiocast.config.mount import MountConfig
from radiocast.units import GIB, KIB, MIB, format_size, parse_size

MAX_CLIENTS = 900_000
"""Of the million connections we can have, the rest is for sources and pages."""

ROOM = 2000
"""Connections for those who are neither sources nor listeners."""

FULL_BURST = 64_000
"""Bytes: who asks for less wants little delay, and gets no more than that."""

_DEFAULTS = MountConfig()


def clients(draft: Draft, base: Path, element: Element) -> None:
    """Icecast counts whoever is connected; for us sources and pages come on top."""
    value = number(draft, element)
    if value is not None:
        value = within(draft, element, value, 0, MAX_CLIENTS)
        draft.put(("limits", "listeners"), value, element)


def burst_on_connect(draft: Draft, base: Path, element: Element) -> None:
    """The burst's size, as it was said before sizes could be."""
    if truth(draft, element) is False:
        put_burst(draft, base, element, 0)


def burst_size(draft: Draft, base: Path, element: Element) -> None:
    """The bytes a listener gets at once."""
    value = number(draft, element)
    if value is not None:
        value = within(draft, element, value, 0, 64 * MIB, format_size)
        put_burst(draft, base, element, value)


def put_burst(draft: Draft, base: Path, element: Element, value: int) -> None:
    """A burst of ours is a second at least, unless it is meant to be short."""
    draft.put((*base, "burst"), format_size(value), element)
    draft.put((*base, "burst_time"), "0s" if value < FULL_BURST else "1s", element)


def settle_queues(draft: Draft, base: Path, root: Element) -> None:
    """A burst must fit into its queue: in Icecast, listeners are dropped where it does not."""
    common = _settle(draft, ("mount",), _DEFAULTS.queue, _DEFAULTS.burst)
    for name in draft.get(("mounts",), {}):
        _settle(draft, ("mounts", name), *common)


def settle_connections(draft: Draft, base: Path, root: Element) -> None:
    """More listeners than are usual need more connections than are usual."""
    there = LimitsConfig()
    clients = draft.get(("limits", "listeners"), there.listeners)
    needed = clients + draft.get(("limits", "sources"), there.sources) + ROOM
    if needed > there.connections + ROOM:
        draft.put(("limits", "connections"), needed, draft.origin(("limits",)))


def _settle(draft: Draft, table: Path, queue: int, burst: int) -> tuple[int, int]:
    """The effective queue and burst of a table that inherits those."""
    settings = draft.get(table, {})
    queue = parse_size(settings.get("queue", format_size(queue)))
    burst = parse_size(settings.get("burst", format_size(burst)))
    if burst > queue:
        key = "burst" if "burst" in settings else "queue"
        element = draft.origin((*table, key))
        size = format_size(burst)
        draft.warn(element, f"the burst does not fit into the queue, which is {size} therefore")
        draft.put((*table, "queue"), size, element)
        queue = burst
    return queue, burst


def of_all_mounts(reader: Reader) -> Reader:
    """Read what is said of all mounts as a mount's is read."""

    def read(draft: Draft, base: Path, element: Element) -> None:
        reader(draft, ("mount",), element)

    return read


LIMITS = Section(
    {
        "clients": clients,
        "max-listeners": clients,  # KH
        "sources": whole("limits", "sources", least=0, most=10_000),
        "queue-size": size("mount", "queue", least=16 * KIB, most=GIB),
        "burst-on-connect": of_all_mounts(burst_on_connect),
        "burst-size": of_all_mounts(burst_size),
        "header-timeout": seconds("limits", "header_timeout", least=1, most=600),
        "source-timeout": seconds("limits", "source_timeout", least=1, most=3600),
        "client-timeout": meaningless("Icecast does not use it either"),
        "threadpool": meaningless("there are no threads to be counted"),
        # 2.5
        "bodysize": size("limits", "body", least=KIB, most=16 * MIB),
        "body-timeout": meaningless("a body has to come within header-timeout"),
        "server-idle-timeout": meaningless("nothing is put to sleep"),
        # KH
        "min-queue-size": meaningless("the queue is as large as the burst and the slowest need"),
        "workers": meaningless("there are no threads to be counted"),
        "inactivity-timeout": meaningless("nothing is put to sleep"),
        "max-bandwidth": unsupported("bandwidth is not limited"),
    }
)
