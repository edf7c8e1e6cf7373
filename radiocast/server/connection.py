"""One TCP connection: a non-blocking socket that Trio waits for.

Not trio.SocketStream, because a listener's socket outlives its task: the
fan-out goes on calling `send` on it when the conversation here is over.
"""

from __future__ import annotations

import socket
import ssl
from typing import ClassVar

import trio

from radiocast.config.sockets import Tls
from radiocast.readers.listener import Sink
from radiocast.server.doors import Door
from radiocast.server.tls import CLIENT_HELLO, TlsSink, say_goodbye

MAX_RECEIVE = 64 * 1024
"""Bytes taken from the kernel at a time."""


class PlainSink(socket.socket):
    """A listener's end of a plain connection: the socket itself."""

    __slots__ = ()

    holds_back: ClassVar[bool] = False


class Connection:
    """A connected peer. Every method that may wait is a checkpoint."""

    def __init__(self, sock: socket.socket, peer: str, door: Door) -> None:
        self.other_end = peer
        """The address it came from, without its port: perhaps a proxy's."""
        self.peer = peer
        """Whom we speak with: the same, unless a proxy that we trust says otherwise."""
        self.door = door
        """Where it came in."""
        self._sock = sock
        self._handed_over = False

    @property
    def secure(self) -> bool:
        """Whether it is encrypted."""
        return isinstance(self._sock, ssl.SSLSocket)

    @property
    def local_address(self) -> str:
        """Our own address at this end, without the port."""
        return str(self._sock.getsockname()[0]).removeprefix("::ffff:")

    async def greet(self, context: ssl.SSLContext) -> None:
        """Speak TLS if the peer begins with it; where nothing else is spoken, it has to.

        Raises trio.BrokenResourceError when the peer breaks off, its TLS makes no sense, or
        there is none where it must be.
        """
        await trio.lowlevel.wait_readable(self._sock)
        try:
            if self._sock.recv(1, socket.MSG_PEEK) == CLIENT_HELLO:
                self._sock = sock = context.wrap_socket(
                    self._sock, server_side=True, do_handshake_on_connect=False
                )
                await _shake_hands(sock)
            elif self.door.tls is Tls.ONLY:
                raise trio.BrokenResourceError("no TLS on a port for nothing else")
        except OSError as exc:
            raise trio.BrokenResourceError(str(exc)) from exc

    async def receive(self, most: int = MAX_RECEIVE) -> bytes:
        """The next bytes, not many more than `most` and over a plain connection no more than
        that; empty when the peer has nothing more to say.

        Raises trio.BrokenResourceError when the connection broke.
        """
        await trio.lowlevel.checkpoint_if_cancelled()
        waited = False
        while True:
            try:
                data = self._take(most)
                break
            except (BlockingIOError, ssl.SSLWantReadError):
                await trio.lowlevel.wait_readable(self._sock)
            except ssl.SSLWantWriteError:
                await trio.lowlevel.wait_writable(self._sock)
            except OSError as exc:
                raise trio.BrokenResourceError(str(exc)) from exc
            waited = True
        if not waited:
            await trio.lowlevel.cancel_shielded_checkpoint()
        return data

    def _take(self, most: int) -> bytes:
        """What is there. TLS gives one record at a time, and an encoder writes a frame in each:
        whoever looks but 20 times a second must take them all."""
        data = self._sock.recv(most)
        if not isinstance(self._sock, ssl.SSLSocket):
            return data
        records = [data]
        try:
            while data and sum(map(len, records)) < most:
                data = self._sock.recv(most)
                records.append(data)
        except OSError:
            pass  # nothing more for now; if it is worse than that, the next call says so
        return b"".join(records)

    async def send_all(self, data: bytes) -> None:
        """Send everything, in one write where the kernel lets us.

        Raises trio.BrokenResourceError when the peer is gone.
        """
        await trio.lowlevel.checkpoint_if_cancelled()
        view = memoryview(data)
        while view:
            try:
                view = view[self._sock.send(view) :]
            except (BlockingIOError, ssl.SSLWantWriteError):
                await trio.lowlevel.wait_writable(self._sock)
            except ssl.SSLWantReadError:
                await trio.lowlevel.wait_readable(self._sock)
            except OSError as exc:
                raise trio.BrokenResourceError(str(exc)) from exc
        await trio.lowlevel.cancel_shielded_checkpoint()

    def hand_over(self, *, send_buffer: int = 0) -> Sink:
        """Give the socket to someone who closes it; `close` does nothing any more.

        `send_buffer`: bytes the kernel may hold for it where the door says nothing, 0 for the
        kernel's choice.
        """
        self._handed_over = True
        send_buffer = self.door.send_buffer or send_buffer
        if send_buffer:
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer)
        if isinstance(self._sock, ssl.SSLSocket):
            return TlsSink(self._sock)
        kind = self._sock.family, self._sock.type, self._sock.proto  # or it asks the kernel
        return PlainSink(*kind, fileno=self._sock.detach())

    async def close(self, linger: float) -> None:
        """Say that we are done, wait up to `linger` seconds for the peer to agree, close.

        Closing while unread bytes lie here would reset the connection and take
        our last answer with it, before the peer could read it.
        """
        if self._handed_over:
            return
        try:
            if isinstance(self._sock, ssl.SSLSocket):
                say_goodbye(self._sock)
            self._sock.shutdown(socket.SHUT_WR)
            with trio.move_on_after(linger):
                while await self.receive():
                    pass
        except (OSError, trio.BrokenResourceError):
            pass
        finally:
            self._sock.close()


async def _shake_hands(sock: ssl.SSLSocket) -> None:
    while True:
        try:
            sock.do_handshake()
            return
        except ssl.SSLWantReadError:
            await trio.lowlevel.wait_readable(sock)
        except ssl.SSLWantWriteError:
            await trio.lowlevel.wait_writable(sock)
