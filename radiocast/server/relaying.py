"""What listening has to do with relays: waking those on demand, and not going in a circle."""

from __future__ import annotations

from radiocast.mounts.mount import Mount
from radiocast.protocols.http_head import RequestHead
from radiocast.protocols.listen_request import ListenRequest
from radiocast.protocols.via import servers_in, via
from radiocast.server.broadcast import Broadcast

PATIENCE = 10.0
"""Seconds a listener waits for a relay that was not on air. Players give up after 15 or 20."""


def is_circle(head: RequestHead, request: ListenRequest, broadcast: Broadcast) -> bool:
    """Whether another server asks for what comes from it."""
    servers = servers_in(head.header_words("via"))
    return bool(servers) and broadcast.relays.is_circle(_path(head, request, broadcast), servers)


def sleeping_relay(head: RequestHead, request: ListenRequest, broadcast: Broadcast) -> str | None:
    """The path of the relay on demand that is asked for and not on air; None: there is none."""
    path = _path(head, request, broadcast)
    mount = broadcast.registry.get(path)
    is_on_air = mount is not None and mount.is_on_air
    asleep = not is_on_air and broadcast.relays.on_demand(path) is not None
    return path if asleep and not request.playlist else None


async def wake_relay(path: str, broadcast: Broadcast) -> None:
    """Have a relay on demand on air. If it does not come, there is no such mount."""
    relay = broadcast.relays.on_demand(path)
    if relay is not None:
        with broadcast.idle(PATIENCE):
            await relay.wake()


def via_headers(head: RequestHead, mount: Mount, broadcast: Broadcast) -> list[tuple[str, str]]:
    """What a server that relays us is told besides; everybody else gets what Icecast says."""
    is_relay = bool(servers_in(head.header_words("via")))
    return [via(broadcast.relays.via(mount.path))] if is_relay else []


def _path(head: RequestHead, request: ListenRequest, broadcast: Broadcast) -> str:
    """The mount that is meant, as `find_mount` would find it if it were on air."""
    relays, registry = broadcast.relays, broadcast.registry
    for path in (head.path, request.mount):
        if relays.on(path) is not None or registry.get(path) is not None:
            return path
    return registry.sids.meant(request.sid) if request.shoutcast_default else request.mount
