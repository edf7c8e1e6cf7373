"""One connection from its first byte to its last: who is this, and what do they want?

The main port and the SHOUTcast source port are served alike: VLC tries a
password on either, and SHOUTcast's encoders ask the source port for pages.
"""

from __future__ import annotations

import logging
import time
from http import HTTPStatus

import trio

from radiocast.config.sockets import Tls
from radiocast.errors import PeerError
from radiocast.protocols.http_head import HeadReader, NotHttp, RequestHead
from radiocast.protocols.listen_request import ListenRequest
from radiocast.protocols.listener_head import answer_options
from radiocast.protocols.replies import Refusal, error_page
from radiocast.server.access_log import Visit
from radiocast.server.broadcast import Broadcast
from radiocast.server.connection import Connection
from radiocast.server.doors import meant
from radiocast.server.entrance import hear_proxy, identify
from radiocast.server.events import serve_events
from radiocast.server.feeds import is_for_feed, serve_feed
from radiocast.server.finite import converse
from radiocast.server.listening import find_mount, serve_first_listener, serve_listener
from radiocast.server.pages import answer, is_for_events, is_source
from radiocast.server.relaying import is_circle, sleeping_relay
from radiocast.server.sending import serve_http_source, serve_shoutcast_source

logger = logging.getLogger(__name__)

LINGER = 2.0
"""Seconds a peer gets to take our last answer before the connection is closed."""


async def hold_session(connection: Connection, broadcast: Broadcast) -> None:
    """Talk with a peer until one of us has nothing more to say, then close the connection.

    A listener's connection is handed to its fan-out instead. Nothing that a
    peer does raises.
    """
    try:
        await _talk(connection, broadcast)
    except PeerError as exc:
        logger.info("%s: %s", connection.peer, exc)
        await _complain(connection, exc, broadcast)
    except (trio.BrokenResourceError, trio.TooSlowError):
        pass  # it left, or never said what it wanted
    except Exception:
        logger.exception("%s: this is a bug in radiocast", connection.peer)
    finally:
        await connection.close(LINGER)


async def _complain(connection: Connection, error: PeerError, broadcast: Broadcast) -> None:
    """Tell a peer what was wrong with what it said, if it still listens."""
    reply = error_page(error.status, HTTPStatus(error.status).phrase, "unreadable request")
    try:
        with trio.move_on_after(LINGER):
            await connection.send_all(broadcast.dialect.refusal(reply, now=time.time())[1])
    except trio.BrokenResourceError:
        pass


async def turn_away(connection: Connection, broadcast: Broadcast) -> None:
    """Tell a peer that there are too many already."""
    refusal = Refusal.TOO_MANY_CONNECTIONS.value
    _, reply = broadcast.dialect.refusal(refusal, now=time.time())
    try:
        with broadcast.idle(LINGER):
            await connection.send_all(reply)
    except trio.BrokenResourceError:
        pass
    finally:
        await connection.close(LINGER)


async def _talk(connection: Connection, broadcast: Broadcast) -> None:
    limits = broadcast.config.limits
    if not await hear_proxy(connection, broadcast):
        return
    if broadcast.tls is not None and connection.door.tls is not Tls.OFF:
        with broadcast.idle(limits.header_timeout) as greeting:
            await connection.greet(broadcast.tls)
        if greeting.cancelled_caught:
            return
    rest: bytes | None = b""
    while rest is not None:
        head: RequestHead | NotHttp | None = None
        with broadcast.idle(limits.header_timeout):
            head, rest = await _read_head(connection, rest, limits.head)
        if head is None:
            return
        if isinstance(head, NotHttp):
            if not head.tls:
                await serve_shoutcast_source(connection, head.received, broadcast)
            return
        head = meant(head, connection.door, broadcast.config, lambda: connection.local_address)
        rest = await _answer(connection, head, rest, broadcast)


async def _read_head(
    connection: Connection, received: bytes, max_head: int
) -> tuple[RequestHead | NotHttp | None, bytes]:
    """The next head and what followed it; None if the peer left without another word."""
    reader = HeadReader(max_head)
    head = reader.feed(received) if received else None
    while head is None:
        data = await connection.receive()
        if not data:
            return None, b""
        head = reader.feed(data)
    return head, b"" if isinstance(head, NotHttp) else reader.rest


async def _answer(
    connection: Connection, head: RequestHead, rest: bytes, broadcast: Broadcast
) -> bytes | None:
    """Do what a request asks. Gives back what follows it; None: the connection is over."""
    if not identify(connection, head, broadcast):
        await broadcast.refuse(connection, Refusal.KEPT_OUT, Visit.of(connection.peer, head))
        return None
    if is_source(head):
        await serve_http_source(connection, head, rest, broadcast)
        return None
    if head.method in ("GET", "HEAD"):
        request = ListenRequest.from_head(head)
        if is_circle(head, request, broadcast):
            await broadcast.refuse(connection, Refusal.CIRCLE, Visit.of(connection.peer, head))
            return None
        asleep = sleeping_relay(head, request, broadcast)
        if asleep is not None:
            await serve_first_listener(connection, head, request, asleep, broadcast)
            return None
        found = await find_mount(request, head.path, broadcast)
        if found is not None:
            await serve_listener(connection, head, request, *found, broadcast)
            return None
    if is_for_events(head, broadcast):
        await serve_events(connection, head, broadcast)
        return None
    if is_for_feed(head, broadcast):
        await serve_feed(connection, head, broadcast)
        return None
    visit = Visit.of(connection.peer, head)
    if head.method == "OPTIONS":
        on_air = broadcast.registry.get(head.path) is not None
        status, reply = answer_options(head, broadcast.dialect, now=time.time(), on_air=on_air)
        broadcast.access_log.write(visit, status, len(reply))
        await connection.send_all(reply)
        return None
    exchange = await converse(
        connection,
        head,
        rest,
        max_body=broadcast.config.limits.body,
        patience=broadcast.config.limits.header_timeout,
        server=broadcast.dialect.server,
        respond=lambda head, body: answer(
            head, body, broadcast, peer=connection.peer, secure=connection.secure
        ),
    )
    broadcast.access_log.write(visit, exchange.status, exchange.bytes_sent)
    return exchange.rest
