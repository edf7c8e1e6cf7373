"""From a listener's request to a place in its mount's fan-out."""

from __future__ import annotations

import time
from http import HTTPStatus

import trio

from radiocast.access.asking import Admitted, Denied
from radiocast.mounts.mount import Mount
from radiocast.protocols.http_head import RequestHead
from radiocast.protocols.listen_request import ListenRequest
from radiocast.protocols.listener_head import listener_head
from radiocast.protocols.replies import Refusal
from radiocast.server.access_log import Visit
from radiocast.server.admission import admit, refusal_of
from radiocast.server.broadcast import Broadcast
from radiocast.server.connection import Connection
from radiocast.server.relaying import via_headers, wake_relay

RECOGNITION_PATIENCE = 5.0
"""Seconds a listener waits for a source that is connected but has not sent audio yet."""


async def find_mount(
    request: ListenRequest, path: str, broadcast: Broadcast
) -> tuple[str, Mount] | None:
    """The mount a request means, if it means one: by its whole path before anything else. With
    it the path it was asked for by, for it may be heard instead of another."""
    names = [path]
    if request.playlist is None:
        names.append(request.mount)
        if request.shoutcast_default:
            names.append(broadcast.registry.sids.meant(request.sid))
    for name in names:
        mount = await broadcast.stand_ins.heard_at(name)
        if mount is not None:
            return name, mount
    return None


async def serve_listener(
    connection: Connection,
    head: RequestHead,
    request: ListenRequest,
    asked: str,
    mount: Mount,
    broadcast: Broadcast,
    admitted: Admitted | None = None,
) -> None:
    """Answer a listener who asked for the path `asked` and hand its connection to the fan-out of
    the mount that is heard there. `admitted`: what was said of it, if it was asked already."""
    broadcast.registry.traffic.requests += 1
    visit = Visit.of(connection.peer, head)
    if not mount.content_type:
        with trio.move_on_after(RECOGNITION_PATIENCE):
            await mount.wait_playable()
    if not request.head_only:
        mount = await broadcast.stand_ins.with_room(mount, broadcast.audience.is_full)
    refusal = _refusal(asked, mount, request, broadcast)
    if refusal is None and admitted is None:
        admitted = await _let_in(connection, head, request, asked, broadcast)
        if admitted is None:
            return
        refusal = _refusal(asked, mount, request, broadcast)  # it may have taken a while
    if refusal is not None:
        if admitted is not None:
            admitted.left(0.0)
        await broadcast.refuse(connection, refusal, visit)
        return
    assert admitted is not None
    metaint = mount.config.metaint if request.icy and not mount.has_own_titles else 0
    reply = listener_head(
        mount=asked,
        content_type=mount.content_type,
        info=mount.told,
        metaint=metaint,
        dialect=broadcast.dialect,
        now=time.time(),
        more=mount.config.headers,
        others=via_headers(head, mount, broadcast),
    )
    if request.head_only:
        admitted.left(0.0)
        await connection.send_all(reply)
        broadcast.access_log.write(visit, HTTPStatus.OK, len(reply))
        return
    sink = connection.hand_over(send_buffer=broadcast.config.listeners.send_buffer)
    broadcast.audience.join(mount, sink, reply, metaint=metaint, visit=visit, admitted=admitted)


async def serve_first_listener(
    connection: Connection,
    head: RequestHead,
    request: ListenRequest,
    asked: str,
    broadcast: Broadcast,
) -> None:
    """Have the relay at `asked` on air for who may listen to it, and serve it. Nobody else is to
    make us fetch anything."""
    visit = Visit.of(connection.peer, head)
    if not broadcast.config.mount(asked).direct:
        await broadcast.refuse(connection, Refusal.MOUNT_UNAVAILABLE, visit)
        return
    admitted = await _let_in(connection, head, request, asked, broadcast)
    if admitted is None:
        return
    await wake_relay(asked, broadcast)
    found = await find_mount(request, head.path, broadcast)
    if found is None:
        admitted.left(0.0)
        await broadcast.refuse(connection, Refusal.NOT_FOUND, visit)
        return
    await serve_listener(connection, head, request, *found, broadcast, admitted)


async def _let_in(
    connection: Connection,
    head: RequestHead,
    request: ListenRequest,
    asked: str,
    broadcast: Broadcast,
) -> Admitted | None:
    """Ask whether a listener may hear `asked`; None: no, and that is answered."""
    answer = await admit(asked, head, request, connection.peer, broadcast)
    if isinstance(answer, Denied):
        visit = Visit.of(connection.peer, head)
        await broadcast.refuse(connection, refusal_of(answer), visit, words=answer.message)
        return None
    return answer


def _refusal(
    asked: str, mount: Mount, request: ListenRequest, broadcast: Broadcast
) -> Refusal | None:
    """Why nobody can listen now; None: nothing is in the way."""
    if not broadcast.config.mount(asked).direct:
        return Refusal.MOUNT_UNAVAILABLE
    if not mount.content_type or broadcast.registry.get(mount.path) is not mount:
        return Refusal.NOT_FOUND
    if broadcast.audience.is_full(mount) and not request.head_only:
        return Refusal.TOO_MANY_LISTENERS
    return None
