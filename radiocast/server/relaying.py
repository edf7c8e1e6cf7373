"""What listening has to do with relays: waking those on demand, and not going in a circle."""

from __future__ import annotations

from radiocast.mounts.mount import Mount
from radiocast.protocols.http_head import RequestHead
from radiocast.protocols.listen_request import ListenRequest
from radiocast.protocols.replies import Refusal
from radiocast.protocols.via import servers_in, via
from radiocast.server.broadcast import Broadcast

PATIENCE = 10.0
"""Seconds a listener waits for a relay that was not on air. Players give up after 15 or 20."""


async def wake_relay(
    head: RequestHead, request: ListenRequest, broadcast: Broadcast
) -> Refusal | None:
    """Have a relay on demand that is asked for on air before its mount is looked for. If it
    does not come, there is no such mount. The refusal is for another server that asks for what
    comes from it.
    """
    path = _path(head, request, broadcast)
    servers = servers_in(head.header_words("via"))
    if servers and broadcast.relays.is_circle(path, servers):
        return Refusal.CIRCLE
    relay = broadcast.relays.on_demand(path)
    if relay is not None and not request.playlist:
        with broadcast.idle(PATIENCE):
            await relay.wake()
    return None


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
