"""TLS on the ports there are: a ClientHello is recognised by its first byte.

A TLS listener cannot be sent the log's bytes as they are; its sink encrypts
them, and is otherwise fed like any other.
"""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from contextlib import suppress

from radiocast.config.model import TlsConfig
from radiocast.errors import ConfigError, Mistake
from radiocast.readers.listener import Buffer

CLIENT_HELLO = b"\x16"
"""RFC 8446 section 5.1: the type of the first record. No password and no request begins so."""

MAX_RECORD = 16 * 1024
"""Bytes in one TLS record (RFC 8446 section 5.1)."""


def make_context(config: TlsConfig) -> ssl.SSLContext | None:
    """What to answer a ClientHello with; None if there is no certificate.

    Raises ConfigError when certificate, key or ciphers cannot be used.
    """
    if not config.certificate:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(config.certificate, config.key or None)
    except (OSError, ssl.SSLError) as exc:
        hint = "PEM files: the certificate with its chain, and the key without a passphrase"
        files = f"{config.certificate} with {config.key}" if config.key else config.certificate
        problem = f"{files} cannot be used: {exc.strerror or exc}"
        raise ConfigError(Mistake("tls.certificate", problem, hint)) from exc
    if config.ciphers:
        try:
            context.set_ciphers(config.ciphers)
        except ssl.SSLError as exc:
            raise ConfigError(Mistake("tls.ciphers", "OpenSSL knows none of them")) from exc
    return context


def say_goodbye(sock: ssl.SSLSocket) -> None:
    """Tell the peer that this end is the end (close_notify), without waiting for its answer."""
    with suppress(OSError, ValueError):  # it is gone already, or its answer is not here yet
        sock.unwrap()


class TlsSink:
    """A listener's end of a TLS connection, as the fan-out wants it.

    OpenSSL takes a record whole or not at all: when the kernel has no room, the
    record is encrypted already and must be offered again as it was. So it counts
    as taken, and waits here, one record at most.
    """

    def __init__(self, sock: ssl.SSLSocket) -> None:
        self._sock = sock
        self._waiting: bytes = b""

    @property
    def holds_back(self) -> bool:
        """Whether a record waits here for the kernel."""
        return bool(self._waiting)

    def send(self, data: Buffer, /) -> int:
        """As socket.send: raises BlockingIOError while nothing more can be taken."""
        return self.sendmsg([data])

    def sendmsg(self, buffers: Sequence[Buffer], /) -> int:
        """As socket.sendmsg. Buffers are gathered into records: each costs a header and a tag."""
        self._flush()
        if not buffers:
            return 0
        data = memoryview(buffers[0] if len(buffers) == 1 else b"".join(buffers))
        taken = 0
        while taken < len(data) and not self._waiting:
            record = data[taken : taken + MAX_RECORD]
            try:
                taken += self._sock.send(record)
            except (ssl.SSLWantWriteError, ssl.SSLWantReadError):
                self._waiting = bytes(record)
                taken += len(record)
        return taken

    def fileno(self) -> int:
        """What to poll."""
        return self._sock.fileno()

    def close(self) -> None:
        """Hang up."""
        say_goodbye(self._sock)
        self._sock.close()

    def _flush(self) -> None:
        while self._waiting:
            try:
                self._waiting = self._waiting[self._sock.send(self._waiting) :]
            except (ssl.SSLWantWriteError, ssl.SSLWantReadError):
                raise BlockingIOError from None
