"""Statistics as they change, for who stays: the STATS method, and `/admin/eventfeed` of 2.5.

Each who watches has a task, a look at the statistics once a second, and what it was told last: no
queue. Who does not take what is sent is hung up on.
"""

from __future__ import annotations

import math
import time
from http import HTTPStatus

import trio

from radiocast.admin.icecast.feeds import Snapshot, event_lines, events, snapshot, sse
from radiocast.mounts.statistics import MountStatistics
from radiocast.protocols.basic_auth import parse_basic
from radiocast.protocols.http_head import RequestHead
from radiocast.protocols.replies import NEVER_CACHED, Refusal
from radiocast.protocols.response import ANY_ORIGIN
from radiocast.protocols.source_request import ACCEPTED
from radiocast.server.access_log import Visit
from radiocast.server.broadcast import Broadcast
from radiocast.server.connection import Connection
from radiocast.server.events import Sending
from radiocast.server.passwords import may_administrate

EVENT_FEED = "/admin/eventfeed"
INTERVAL = 1.0
"""Seconds between two looks."""


def is_for_feed(head: RequestHead, broadcast: Broadcast) -> bool:
    """Whether somebody wants to watch the statistics."""
    is_event_feed = head.method == "GET" and head.path == EVENT_FEED
    return head.method == "STATS" or (is_event_feed and broadcast.dialect.modern)


async def serve_feed(connection: Connection, head: RequestHead, broadcast: Broadcast) -> None:
    """Tell an administrator everything and then what changes, until it leaves, takes nothing
    any more, or the station stops."""
    visit = Visit.of(connection.peer, head)
    if not may_administrate(broadcast.config, parse_basic(head.header("authorization"))):
        await broadcast.refuse(connection, Refusal.WRONG_PASSWORD, visit)
        return
    sending = Sending(connection, broadcast.config.limits.header_timeout)
    feed = _Lines(broadcast) if head.method == "STATS" else _Events(head, broadcast)
    try:
        with broadcast.idle(math.inf) as watching:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(_wait_gone, connection, watching)
                try:
                    await sending.send(feed.beginning())
                    while True:
                        await trio.sleep(INTERVAL)
                        if news := feed.news():
                            await sending.send(news)
                except (trio.BrokenResourceError, trio.TooSlowError):
                    watching.cancel()
    finally:
        broadcast.access_log.write(visit, HTTPStatus.OK, sending.sent)


async def _wait_gone(connection: Connection, watching: trio.CancelScope) -> None:
    """Nothing more is expected of the peer; when it leaves, nobody watches."""
    try:
        while await connection.receive():
            pass
    except trio.BrokenResourceError:
        pass
    watching.cancel()


class _Lines:
    """All statistics, as Icecast's lines."""

    def __init__(self, broadcast: Broadcast) -> None:
        self._broadcast = broadcast
        self._known: Snapshot = {}

    def beginning(self) -> bytes:
        return ACCEPTED + self.news()

    def news(self) -> bytes:
        before, self._known = self._known, snapshot(self._broadcast.statistics())
        return event_lines(before, self._known)


class _Events:
    """What happens on the mounts, or on the one that was asked for."""

    def __init__(self, head: RequestHead, broadcast: Broadcast) -> None:
        self._head = head
        self._broadcast = broadcast
        self._known = self._look()

    def beginning(self) -> bytes:
        headers = (("Content-Type", "text/event-stream"), *NEVER_CACHED, ANY_ORIGIN)
        dialect = self._broadcast.dialect
        return dialect.head(HTTPStatus.OK, "OK", headers, now=time.time(), asked=self._head)

    def news(self) -> bytes:
        before, self._known = self._known, self._look()
        return b"".join(map(sse, events(before, self._known)))

    def _look(self) -> dict[str, MountStatistics]:
        only = self._head.query.get("mount")
        mounts = self._broadcast.statistics().mounts
        return {each.path: each for each in mounts if only in (None, each.path)}
