"""Who is let in, before anybody knows what they want: addresses, proxies, bans."""

from __future__ import annotations

import socket
from collections.abc import Callable

from radiocast.access.guard import Guard
from radiocast.protocols.http_head import RequestHead
from radiocast.protocols.proxy_protocol import Proxied, ProxyHeaderReader
from radiocast.server.broadcast import Broadcast
from radiocast.server.connection import Connection

Take = Callable[[socket.socket, str], None]


def only_welcome(guard: Guard, take: Take) -> Take:
    """`take`, for connections from addresses that may connect. The others are closed without a
    word, as Icecast does: nothing is cheaper."""

    def take_welcome(sock: socket.socket, peer: str) -> None:
        if guard.welcomes(peer):
            take(sock, peer)
        else:
            sock.close()

    return take_welcome


async def hear_proxy(connection: Connection, broadcast: Broadcast) -> bool:
    """Hear what a trusted proxy says first, if those do that here: the PROXY protocol. Whether
    whom it speaks for may connect.

    Raises PeerError when it does not say it, trio.BrokenResourceError when it is gone.
    """
    guard = broadcast.guard
    if not guard.addresses.speaks_for_others(connection.other_end):
        return True
    reader = ProxyHeaderReader()
    said: Proxied | None = None
    with broadcast.idle(broadcast.config.limits.header_timeout):
        while said is None:
            data = await connection.receive(reader.wants)
            if not data:
                return False
            said = reader.feed(data)
    if said is None:
        return False
    if said.ip is not None:
        connection.other_end = connection.peer = said.ip
    return guard.welcomes(connection.peer)


def identify(connection: Connection, head: RequestHead, broadcast: Broadcast) -> bool:
    """Find out whom a request is from; a proxy passes on those of many. Whether they may ask."""
    guard = broadcast.guard
    connection.peer = guard.addresses.visitor(connection.other_end, head)
    return guard.welcomes(connection.peer)
