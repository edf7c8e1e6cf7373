"""An independent client: raw bytes in, raw bytes out, and only as much HTTP as a test looks at."""

from __future__ import annotations

import base64
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import trio

ACCEPTED = b"HTTP/1.0 200 OK\r\n\r\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Head:
    """A response head."""

    line: str
    headers: dict[str, str]
    """Names in lower case."""

    @property
    def status(self) -> int:
        return int(self.line.split(" ")[1])


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole response, up to the end of its connection."""

    head: Head
    body: bytes


class Talk:
    """One connection."""

    def __init__(self, stream: trio.SocketStream | trio.SSLStream[trio.SocketStream]) -> None:
        self.stream = stream
        self._received = bytearray()

    async def send(self, *pieces: bytes) -> None:
        """Send each piece on its own."""
        for piece in pieces:
            await self.stream.send_all(piece)

    async def end(self) -> None:
        """Say that nothing more will be sent; go on listening."""
        assert isinstance(self.stream, trio.SocketStream)
        await self.stream.send_eof()

    async def close(self) -> None:
        await self.stream.aclose()

    async def reset(self) -> None:
        """Hang up with an RST, as ffmpeg does by leaving our reply unread."""
        assert isinstance(self.stream, trio.SocketStream)
        self.stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        await self.stream.aclose()

    async def read(self, size: int) -> bytes:
        """Exactly so many bytes."""
        while len(self._received) < size:
            await self._more()
        return self._take(size)

    async def read_until(self, mark: bytes) -> bytes:
        """Everything up to and with `mark`."""
        while mark not in self._received:
            await self._more()
        return self._take(self._received.index(mark) + len(mark))

    async def read_some(self, most: int) -> bytes:
        """What is there, at most so many bytes; empty at the end."""
        if self._received:
            return self._take(min(most, len(self._received)))
        return bytes(await self.stream.receive_some(most))

    async def read_all(self) -> bytes:
        """Everything up to the end."""
        while data := await self.stream.receive_some():
            self._received += data
        return self._take(len(self._received))

    async def read_head(self) -> Head:
        return parse_head(await self.read_until(b"\r\n\r\n"))

    async def read_sized(self) -> Answer:
        """A response that says how long it is."""
        head = await self.read_head()
        return Answer(head, await self.read(int(head.headers["content-length"])))

    async def _more(self) -> None:
        data = await self.stream.receive_some()
        assert data, f"the connection ended after {bytes(self._received)!r}"
        self._received += data

    def _take(self, size: int) -> bytes:
        taken = bytes(self._received[:size])
        del self._received[:size]
        return taken


def _trusting(stream: trio.SocketStream) -> trio.SSLStream[trio.SocketStream]:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return trio.SSLStream(stream, context, https_compatible=True)


@asynccontextmanager
async def talk(
    port: int, *, receive_buffer: int | None = None, tls: bool = False
) -> AsyncIterator[Talk]:
    """A connection, closed at the end if it still is open; with `tls` to whoever answers."""
    sock = trio.socket.socket()
    if receive_buffer is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    with sock:
        await sock.connect(("127.0.0.1", port))
        async with trio.SocketStream(sock) as stream:
            yield Talk(_trusting(stream) if tls else stream)


async def ask(port: int, *pieces: bytes) -> bytes:
    """Send something, and read until the other side closes."""
    async with talk(port) as peer:
        await peer.send(*pieces)
        return await peer.read_all()


async def get(port: int, target: str, *headers: str, method: str = "GET") -> Answer:
    """A request that wants the connection closed, and its answer."""
    request = request_head(method, target, "HTTP/1.1", ["Host: x", "Connection: close", *headers])
    return parse_answer(await ask(port, request))


def request_head(
    method: str, target: str, version: str = "HTTP/1.0", headers: Iterable[str] = ()
) -> bytes:
    return "\r\n".join([f"{method} {target} {version}", *headers, "", ""]).encode()


def basic(password: str, user: str = "source") -> str:
    """The header that proves who we are."""
    return f"Authorization: Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"


def parse_head(data: bytes) -> Head:
    line, *lines = data.decode().removesuffix("\r\n\r\n").split("\r\n")
    pairs = [line.partition(":") for line in lines]
    return Head(line, {name.lower(): value.strip() for name, _, value in pairs})


def parse_answer(data: bytes) -> Answer:
    head, blank, body = data.partition(b"\r\n\r\n")
    assert blank, f"no whole head: {data!r}"
    return Answer(parse_head(head + blank), body)
