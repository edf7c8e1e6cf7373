"""Two adjoining ports in front of a station whose ports the system chose.

SHOUTcast sources are told one port and send to the next.
"""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import trio


@asynccontextmanager
async def adjoining(port: int, shoutcast_port: int) -> AsyncIterator[int]:
    """A port that leads to `port`; the one above it leads to `shoutcast_port`."""
    first, second = adjoining_sockets()
    async with trio.open_nursery() as nursery:
        for listening, target in ((first, port), (second, shoutcast_port)):
            listener = trio.SocketListener(trio.socket.from_stdlib_socket(listening))
            nursery.start_soon(
                partial(trio.serve_listeners, partial(_forward, target=target), [listener])
            )
        yield int(first.getsockname()[1])
        nursery.cancel_scope.cancel()


def adjoining_sockets() -> tuple[socket.socket, socket.socket]:
    """Two that listen, the second one port above the first."""
    while True:
        first = socket.create_server(("127.0.0.1", 0))
        try:
            second = socket.create_server(("127.0.0.1", first.getsockname()[1] + 1))
        except (OSError, OverflowError):
            first.close()
        else:
            first.setblocking(False)
            second.setblocking(False)
            return first, second


async def _forward(near: trio.SocketStream, *, target: int) -> None:
    far = await trio.open_tcp_stream("127.0.0.1", target)
    async with near, far, trio.open_nursery() as nursery:
        nursery.start_soon(_copy, near, far)
        nursery.start_soon(_copy, far, near)


async def _copy(source: trio.SocketStream, to: trio.SocketStream) -> None:
    try:
        async for data in source:
            await to.send_all(data)
        await to.send_eof()
    except (trio.BrokenResourceError, trio.ClosedResourceError):
        await source.aclose()
        await to.aclose()
