"""A connection to a server on the web, plain or by TLS."""

from __future__ import annotations

import os
import ssl
from functools import cache

import trio

from radiocast.web_client.address import WebAddress


async def dial(
    address: WebAddress, context: ssl.SSLContext | None = None, *, bind: str = ""
) -> trio.abc.Stream:
    """Connect, from the address `bind` of ours unless it is empty. Raises OSError.

    For HTTPS the certificate is looked at with the first byte that is sent. `context`: whom
    to trust; None: whom the system trusts.
    """
    plain = await trio.open_tcp_stream(address.host, address.port, local_address=bind or None)
    if address.scheme == "http":
        return plain
    context = context or trusted()
    return trio.SSLStream(plain, context, server_hostname=address.host, https_compatible=True)


def reason_of(error: BaseException) -> str:
    """Why there is no connection, or why it broke, in few words."""
    while isinstance(error.__cause__, BaseException):
        error = error.__cause__
    if isinstance(error, BaseExceptionGroup):  # of all addresses that a name has
        error = error.exceptions[0]
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"certificate verify failed: {error.verify_message}"
    if isinstance(error, OSError) and error.errno and error.errno > 0:  # else it is getaddrinfo's
        return os.strerror(error.errno)
    said = error.strerror if isinstance(error, OSError) else ""
    return said or str(error) or "it hung up"


@cache
def trusted() -> ssl.SSLContext:
    """Made once: it reads every certificate that the system has."""
    return ssl.create_default_context()
