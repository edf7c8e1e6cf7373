"""The client's half of TLS, and as little of it as a load generator can do with.

Once a listener has heard its first byte nobody looks at what it hears, so its ciphertext need not
be opened: the connection is taken out of OpenSSL's hands, and the kernel throws away what comes.
"""

from __future__ import annotations

import select
import socket
import ssl


def trusting_context() -> ssl.SSLContext:
    """A client that believes any certificate: what is measured is the server."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def shake_hands(sock: ssl.SSLSocket) -> int:
    """Do what can be done of a handshake now. The epoll event it waits for; 0 when it is done.

    Raises OSError where the peer breaks off or speaks no TLS.
    """
    try:
        sock.do_handshake()
    except ssl.SSLWantReadError:
        return select.EPOLLIN
    except ssl.SSLWantWriteError:
        return select.EPOLLOUT
    return 0


def unwrapped(sock: ssl.SSLSocket) -> socket.socket:
    """The connection below, with the same descriptor. What OpenSSL knew of it is forgotten."""
    below = socket.socket(sock.family, sock.type, sock.proto, sock.detach())
    below.setblocking(False)
    return below
