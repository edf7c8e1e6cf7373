"""One TCP connection: a non-blocking socket that Trio waits for.

Not trio.SocketStream, because a listener's socket outlives its task: the
fan-out goes on calling `send` on it when the conversation here is over.
"""

from __future__ import annotations

import socket

import trio

MAX_RECEIVE = 64 * 1024
"""Bytes taken from the kernel at a time."""


class Connection:
    """A connected peer. Every method that may wait is a checkpoint."""

    def __init__(self, sock: socket.socket, peer: str) -> None:
        self.sock = sock
        self.peer = peer
        """The peer's address, without its port."""
        self._handed_over = False

    async def receive(self) -> bytes:
        """The next bytes; empty when the peer has nothing more to say.

        Raises trio.BrokenResourceError when the connection broke.
        """
        await trio.lowlevel.checkpoint_if_cancelled()
        try:
            data = self.sock.recv(MAX_RECEIVE)
        except BlockingIOError:
            await trio.lowlevel.wait_readable(self.sock)
            return await self._receive_ready()
        except OSError as exc:
            raise trio.BrokenResourceError(str(exc)) from exc
        await trio.lowlevel.cancel_shielded_checkpoint()
        return data

    async def _receive_ready(self) -> bytes:
        while True:
            try:
                return self.sock.recv(MAX_RECEIVE)
            except BlockingIOError:
                await trio.lowlevel.wait_readable(self.sock)
            except OSError as exc:
                raise trio.BrokenResourceError(str(exc)) from exc

    async def send_all(self, data: bytes) -> None:
        """Send everything, in one write where the kernel lets us.

        Raises trio.BrokenResourceError when the peer is gone.
        """
        await trio.lowlevel.checkpoint_if_cancelled()
        view = memoryview(data)
        while view:
            try:
                view = view[self.sock.send(view) :]
            except BlockingIOError:
                await trio.lowlevel.wait_writable(self.sock)
            except OSError as exc:
                raise trio.BrokenResourceError(str(exc)) from exc
        await trio.lowlevel.cancel_shielded_checkpoint()

    def hand_over(self) -> socket.socket:
        """Give the socket to someone else, who closes it. `close` does nothing any more."""
        self._handed_over = True
        return self.sock

    async def close(self, linger: float) -> None:
        """Say that we are done, wait up to `linger` seconds for the peer to agree, close.

        Closing while unread bytes lie here would reset the connection and take
        our last answer with it, before the peer could read it.
        """
        if self._handed_over:
            return
        try:
            self.sock.shutdown(socket.SHUT_WR)
            with trio.move_on_after(linger):
                while await self.receive():
                    pass
        except (OSError, trio.BrokenResourceError):
            pass
        finally:
            self.sock.close()
