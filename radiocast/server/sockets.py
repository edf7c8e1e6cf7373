"""Listening sockets, and accepting from them."""

from __future__ import annotations

import errno
import logging
import socket
from collections.abc import Callable

import trio

logger = logging.getLogger(__name__)

BACKLOG = 4096
"""Connections that may wait for us (the kernel's somaxconn bounds it): a station's listeners
all reconnect at once."""

ACCEPTS_AT_ONCE = 64
"""Connections taken per wake-up before other tasks get a turn."""

OUT_OF_RESOURCES = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. An empty host is every address, IPv4 and IPv6.

    Raises OSError when the address is taken, unknown or not ours.
    """
    if not host:
        if socket.has_dualstack_ipv6():
            try:
                return _bind(socket.AF_INET6, ("::", port))
            except OSError as exc:
                if exc.errno not in (errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL):
                    raise
        return _bind(socket.AF_INET, ("0.0.0.0", port))
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, _, _, _, address = found[0]
    return _bind(family, (str(address[0]), port))


def _bind(family: int, address: tuple[str, int]) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(address[0] != "::"))
        sock.bind(address)
        sock.listen(BACKLOG)
        sock.setblocking(False)
    except BaseException:
        sock.close()
        raise
    return sock


async def accept_for_ever(
    listener: socket.socket, take: Callable[[socket.socket, str], None]
) -> None:
    """Hand every connection to `take` (non-blocking socket, peer's address), until cancelled."""
    while True:
        await trio.lowlevel.wait_readable(listener)
        for _ in range(ACCEPTS_AT_ONCE):
            try:
                sock, address = listener.accept()
            except BlockingIOError:
                break
            except OSError as exc:
                if exc.errno in OUT_OF_RESOURCES:
                    logger.warning("cannot accept connections for a moment: %s", exc.strerror)
                    await trio.sleep(0.1)
                # Anything else was that one connection's fault, and it is gone.
                continue
            sock.setblocking(False)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            take(sock, str(address[0]).removeprefix("::ffff:"))
