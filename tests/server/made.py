"""A station for these tests, an encoder on it, a player, and waiting for what cannot be read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import trio

from radiocast.mounts.mount import Mount
from tests.icy import strip
from tests.station import RunningStation, running_station

from .talk import ACCEPTED, Head, Talk, basic, request_head, talk

PATIENCE = 10.0
"""Seconds a test may take altogether."""


def station(
    extra: str = "", *, patience: float = PATIENCE, access_log: Path | None = None
) -> AbstractAsyncContextManager[RunningStation]:
    """A running station; the whole block that uses it fails after `patience` seconds."""
    return running_station(extra, patience=patience, access_log=access_log)


def put(
    path: str = "/live",
    *headers: str,
    password: str = "sesame",
    user: str = "source",
    kind: str = "audio/mpeg",
) -> bytes:
    """The head with which an encoder begins."""
    return request_head(
        "PUT", path, "HTTP/1.1", [basic(password, user), f"Content-Type: {kind}", *headers]
    )


@asynccontextmanager
async def encoder(
    on: RunningStation,
    path: str = "/live",
    *headers: str,
    kind: str = "audio/mpeg",
    audio: bytes = b"",
    password: str = "sesame",
    user: str = "source",
) -> AsyncIterator[Talk]:
    """An encoder that was let in and has sent `audio`: listeners wait for the first of it."""
    async with talk(on.port) as peer:
        await peer.send(put(path, *headers, kind=kind, password=password, user=user))
        assert await peer.read(len(ACCEPTED)) == ACCEPTED
        await peer.send(audio)
        yield peer


class Player:
    """A listener that was let in."""

    def __init__(self, peer: Talk, head: Head) -> None:
        self.peer = peer
        self.head = head
        self.metaint = int(head.headers.get("icy-metaint", "0"))
        self.body = b""

    async def hear(self, size: int) -> None:
        """Read until so many bytes of body came, in all."""
        self.body += await self.peer.read(size - len(self.body))

    async def hear_out(self) -> None:
        """Read until the station hangs up."""
        while data := await self.peer.read_some(65536):
            self.body += data

    @property
    def audio(self) -> bytes:
        return strip(self.body, self.metaint)[0] if self.metaint else self.body

    @property
    def titles(self) -> list[tuple[int, str]]:
        """What blocks said, with the bytes of audio before them."""
        return strip(self.body, self.metaint)[1]


@asynccontextmanager
async def player(
    on: RunningStation,
    target: str = "/live",
    *headers: str,
    version: str = "HTTP/1.0",
    receive_buffer: int | None = None,
) -> AsyncIterator[Player]:
    """A player that was answered with 200."""
    async with talk(on.port, receive_buffer=receive_buffer) as peer:
        await peer.send(request_head("GET", target, version, headers))
        head = await peer.read_head()
        assert head.status == 200, head
        yield Player(peer, head)


async def until(true: Callable[[], bool]) -> None:
    """Wait for what only the station knows: no socket tells when it has noticed something."""
    while not true():  # noqa: ASYNC110 -- there is no event for a test to wait for
        await trio.sleep(0.005)


def mount_of(on: RunningStation, path: str = "/live") -> Mount:
    """The mount at `path`, seen from inside."""
    mount = on.registry.get(path)
    assert mount is not None
    return mount


async def until_logged(on: RunningStation, size: int, path: str = "/live") -> None:
    """Wait until so many bytes have been appended to the mount's log."""
    await until(lambda: mount_of(on, path).log.end >= size)
