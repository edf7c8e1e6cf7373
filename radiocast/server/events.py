"""Titles as they change, for web pages: an answer that has no end."""

from __future__ import annotations

import math
import time
from http import HTTPStatus

import trio

from radiocast.admin.control.events import BEAT, CONTENT_TYPE, HEARTBEAT, RETRY, event
from radiocast.protocols.http_head import RequestHead
from radiocast.protocols.replies import NEVER_CACHED
from radiocast.protocols.response import ANY_ORIGIN
from radiocast.server.access_log import Visit
from radiocast.server.broadcast import Broadcast
from radiocast.server.connection import Connection
from radiocast.server.pages import site

SETTLED = 0.05
"""Seconds until a change is told: a track and its title come one after the other."""

UNBUFFERED = ("X-Accel-Buffering", "no")  # or nginx waits for more


async def serve_events(connection: Connection, head: RequestHead, broadcast: Broadcast) -> None:
    """Tell what is heard now, and every change, until the peer leaves or the station stops.

    Raises trio.BrokenResourceError when the peer has left, trio.TooSlowError when it takes
    nothing any more.
    """
    sending = Sending(connection, broadcast.config.limits.header_timeout)
    visit = Visit.of(connection.peer, head)
    try:
        with broadcast.idle(math.inf):
            await sending.send(_head(broadcast) + RETRY)
            await _tell(sending, broadcast, site(head, broadcast, secure=connection.secure))
    finally:
        broadcast.access_log.write(visit, HTTPStatus.OK, sending.sent)


class Sending:
    """A connection that must take what it is sent in time, and how much that was."""

    def __init__(self, connection: Connection, patience: float) -> None:
        self._connection = connection
        self._patience = patience
        self.sent = 0

    async def send(self, data: bytes) -> None:
        """Send all of it. Raises trio.TooSlowError, and trio.BrokenResourceError."""
        with trio.fail_after(self._patience):
            await self._connection.send_all(data)
        self.sent += len(data)


async def _tell(sending: Sending, broadcast: Broadcast, where: str) -> None:
    watching = broadcast.api.watching
    assert watching is not None
    known = watching.changes.counts
    told = watching.now()
    once = {"clock": round(time.time(), 3), "streams": watching.streams(where)}
    await sending.send(event("now", told["number"], {**told, **once}))
    while True:
        news = None
        with trio.move_on_after(HEARTBEAT):
            news = await watching.changes.wait(known)
        if news is None:
            await sending.send(BEAT)
            continue
        await trio.sleep(SETTLED)
        known = watching.changes.counts
        now = watching.now()
        if now != told:
            told = now
            clock = {"clock": round(time.time(), 3)}
            await sending.send(event("now", now["number"], {**now, **clock}))


def _head(broadcast: Broadcast) -> bytes:
    headers = (("Content-Type", CONTENT_TYPE), *NEVER_CACHED, ANY_ORIGIN, UNBUFFERED)
    return broadcast.dialect.head(HTTPStatus.OK, "OK", headers, now=time.time())
