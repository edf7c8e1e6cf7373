"""The port for programs that steer an MPD: one task for each, and few of them."""

from __future__ import annotations

import logging
import math
import socket
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from ipaddress import ip_address

import trio

from radiocast.admin.mpd.conversation import Conversation
from radiocast.admin.mpd.desk import Desk
from radiocast.config.sockets import Tls
from radiocast.errors import PeerError
from radiocast.protocols.mpd.answers import GREETING
from radiocast.protocols.mpd.errors import NotMpdError
from radiocast.protocols.mpd.requests import Request, RequestReader
from radiocast.server.broadcast import Broadcast
from radiocast.server.connection import Connection
from radiocast.server.doors import Door
from radiocast.server.entrance import only_welcome
from radiocast.server.sockets import accept_for_ever

logger = logging.getLogger(__name__)

MAX_CLIENTS = 50
"""Programs at a time: each may hold a command list and an answer, megabytes both."""

TIMEOUT = 60.0
"""Seconds a client may say nothing, unless it waits for news: MPD's own."""

SEND_TIMEOUT = 30.0
"""Seconds a client has to take an answer."""

LINGER = 1.0
"""Seconds a client gets to take our last answer before the connection is closed."""

KEEPALIVE = 60
"""Seconds until it is asked whether a client that waits for news is still there: phones
leave without a word."""

Idle = Callable[[float], AbstractContextManager[trio.CancelScope]]
"""A scope for waiting on a peer so many seconds; it ends when the station stops."""


async def serve_mpd(listener: socket.socket, broadcast: Broadcast, sessions: trio.Nursery) -> None:
    """Take clients that steer the auto-DJ, which there must be, until cancelled; their sessions
    go on."""
    assert broadcast.autodj is not None, "it is made where there are outputs"
    announce(listener, broadcast.config.control.mpd_password)
    desk = Desk(broadcast.autodj, lambda: broadcast.config, started=broadcast.started)
    port = MpdPort(desk, broadcast.idle, sessions)
    await accept_for_ever(listener, only_welcome(broadcast.guard, port.take))


def announce(listener: socket.socket, password: str | None) -> None:
    """Log where clients are expected, and warn if whoever comes may do anything."""
    host, port, *_ = listener.getsockname()
    logger.info("listening on port %d for MPD clients", port)
    if password is None and not ip_address(host).is_loopback:
        logger.warning(
            "whoever reaches port %d may steer the auto-DJ: set control.mpd_password", port
        )


DOOR = Door("control.mpd_port", "", 0, Tls.OFF)
"""Where they come in."""


class MpdPort:
    """The clients of one port."""

    def __init__(self, desk: Desk, idle: Idle, sessions: trio.Nursery) -> None:
        self._desk = desk
        self._idle = idle
        self._sessions = sessions
        self._clients = 0

    def take(self, sock: socket.socket, peer: str) -> None:
        """Talk with a client in a task of its own, or turn it away."""
        if self._clients >= MAX_CLIENTS:
            logger.warning("%s: turned away: there are %d MPD clients", peer, MAX_CLIENTS)
            sock.close()
            return
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        if hasattr(socket, "TCP_KEEPIDLE"):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, KEEPALIVE)
        self._clients += 1
        self._sessions.start_soon(self._talk, Connection(sock, peer, DOOR), name=f"mpd {peer}")

    async def _talk(self, connection: Connection) -> None:
        try:
            await hold_mpd_session(connection, self._desk, self._idle)
        finally:
            self._clients -= 1


async def hold_mpd_session(connection: Connection, desk: Desk, idle: Idle) -> None:
    """Talk with a client until one of us has nothing more to say, then close the connection.

    Nothing that a client does raises.
    """
    try:
        await _MpdSession(connection, Conversation(desk), idle).run()
    except PeerError as exc:
        logger.info("%s: not an MPD client: %s", connection.peer, exc)
    except trio.TooSlowError:
        logger.info("%s: MPD client does not take its answers", connection.peer)
    except trio.BrokenResourceError:
        pass
    except Exception:
        logger.exception("%s: this is a bug in radiocast", connection.peer)
    finally:
        await connection.close(LINGER)


class _MpdSession:
    """One client on one connection."""

    def __init__(self, connection: Connection, conversation: Conversation, idle: Idle) -> None:
        self._connection = connection
        self._conversation = conversation
        self._idle = idle
        self._reader = RequestReader()
        self._waiting: deque[Request] = deque()

    async def run(self) -> None:
        await self._send(GREETING)
        while (request := await self._next(TIMEOUT)) is not None:
            reply = await self._conversation.answer(request)
            await self._send(reply.data)
            if reply.is_over or (reply.idle and not await self._tell_news(reply.idle)):
                return

    async def _next(self, seconds: float) -> Request | None:
        """What the client says next; None: it is gone, says nothing, or the station stops."""
        with self._idle(seconds):
            while not self._waiting:
                data = await self._connection.receive()
                if not data:
                    return None
                self._waiting += self._reader.feed(data)
            return self._waiting.popleft()
        return None

    async def _tell_news(self, wanted: frozenset[str]) -> bool:
        """Wait for news until there is some or the client has waited enough. Whether the
        conversation goes on."""
        request: Request | None = None
        has_news = False
        async with trio.open_nursery() as nursery:

            async def watch() -> None:
                nonlocal has_news
                await self._conversation.wait_news(wanted)
                has_news = True
                nursery.cancel_scope.cancel()

            nursery.start_soon(watch)
            request = await self._next(math.inf)
            nursery.cancel_scope.cancel()
        if request is None and not has_news:
            return False
        if request is not None and [line.strip() for line in request.lines] != [b"noidle"]:
            raise NotMpdError("something else than noidle while it waits")
        await self._send(self._conversation.take_news(wanted))
        return True

    async def _send(self, data: bytes) -> None:
        with trio.fail_after(SEND_TIMEOUT):
            await self._connection.send_all(data)
