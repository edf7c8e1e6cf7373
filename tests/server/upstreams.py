"""Other servers, as far as a relay sees of them: scripted answers on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial

import pytest
import trio

from radiocast.readers.pushes import push
from radiocast.sources.relays import relay
from radiocast.web_client import backoff

from .talk import Talk

OK = b"HTTP/1.0 200 OK\r\nContent-Type: audio/mpeg\r\n"

Answer = Callable[[str, Talk], Awaitable[None]]
"""Answers one request, given its head."""


class Upstream:
    """A server of one address."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.asked: list[str] = []
        """The heads of all requests."""
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/live"

    async def serve(self, stream: trio.SocketStream) -> None:
        async with stream:
            peer = Talk(stream)
            try:
                head = (await peer.read_until(b"\r\n\r\n")).decode()
                self.asked.append(head)
                await self.answer(head, peer)
            except (trio.BrokenResourceError, AssertionError):
                pass  # it hung up


@asynccontextmanager
async def upstream(answer: Answer) -> AsyncIterator[Upstream]:
    server = Upstream(answer)
    async with trio.open_nursery() as nursery:
        listeners = await nursery.start(partial(trio.serve_tcp, server.serve, 0, host="127.0.0.1"))
        server.port = listeners[0].socket.getsockname()[1]
        yield server
        nursery.cancel_scope.cancel()


def sends(*pieces: bytes) -> Answer:
    """Sends these, and nothing more for ever."""

    async def answer(_: str, peer: Talk) -> None:
        await peer.send(*pieces)
        await trio.sleep_forever()

    return answer


def ends_after(*pieces: bytes) -> Answer:
    """Sends these and hangs up."""

    async def answer(_: str, peer: Talk) -> None:
        await peer.send(*pieces)

    return answer


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits for another try waits for a moment only."""
    monkeypatch.setattr(backoff, "FIRST", 0.01)
    monkeypatch.setattr(backoff, "LONGEST", 0.02)
    for name in ("LOOK", "KICKED_PAUSE", "IN_USE_PAUSE", "UNHEARD"):
        monkeypatch.setattr(relay, name, 0.02)
    monkeypatch.setattr(push, "LOOK", 0.02)
    monkeypatch.setattr(push, "TITLE_PAUSE", 0.02)
