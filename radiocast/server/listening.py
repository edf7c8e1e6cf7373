"""From a listener's request to a place in its mount's fan-out."""

from __future__ import annotations

import time
from http import HTTPStatus

import trio

from radiocast.mounts.mount import Mount
from radiocast.protocols.http_head import RequestHead
from radiocast.protocols.listen_request import ListenRequest
from radiocast.protocols.listener_head import listener_head
from radiocast.protocols.replies import Refusal
from radiocast.server.access_log import Visit
from radiocast.server.broadcast import Broadcast
from radiocast.server.connection import Connection
from radiocast.server.relaying import via_headers

RECOGNITION_PATIENCE = 5.0
"""Seconds a listener waits for a source that is connected but has not sent audio yet."""


def find_mount(request: ListenRequest, path: str, broadcast: Broadcast) -> Mount | None:
    """The mount a request means, if it means one: by its whole path before anything else."""
    registry = broadcast.registry
    mount = registry.get(path)
    if mount is not None or request.playlist is not None:
        return mount
    mount = registry.get(request.mount)
    if mount is None and request.shoutcast_default:
        mount = registry.numbered(request.sid)
    return mount


async def serve_listener(
    connection: Connection,
    head: RequestHead,
    request: ListenRequest,
    mount: Mount,
    broadcast: Broadcast,
) -> None:
    """Answer a listener and hand its connection to the fan-out."""
    broadcast.registry.traffic.requests += 1
    visit = Visit.of(connection.peer, head)
    if not mount.content_type:
        with trio.move_on_after(RECOGNITION_PATIENCE):
            await mount.wait_playable()
    refusal = None
    if not mount.content_type or broadcast.registry.get(mount.path) is not mount:
        refusal = Refusal.NOT_FOUND
    elif broadcast.is_full(mount) and not request.head_only:
        refusal = Refusal.TOO_MANY_LISTENERS
    if refusal is not None:
        await broadcast.refuse(connection, refusal, visit)
        return
    metaint = mount.config.metaint if request.icy and not mount.has_own_titles else 0
    reply = listener_head(
        mount=mount.path,
        content_type=mount.content_type,
        info=mount.info,
        metaint=metaint,
        dialect=broadcast.dialect,
        now=time.time(),
        others=via_headers(head, mount, broadcast),
    )
    if request.head_only:
        await connection.send_all(reply)
        broadcast.access_log.write(visit, HTTPStatus.OK, len(reply))
        return
    sink = connection.hand_over(send_buffer=broadcast.config.listeners.send_buffer)
    broadcast.join(mount, sink, reply, metaint=metaint, visit=visit)
