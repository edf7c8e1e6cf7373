"""What web servers are told afterwards: nobody waits for their answer, and nothing grows."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

import trio

from radiocast.protocols.basic_auth import Credentials
from radiocast.web_client.fetch import FetchError, fetch
from radiocast.web_client.form import FORM

logger = logging.getLogger(__name__)

MOST_WAITING = 10_000
"""Notices that wait for a slow web server: all listeners of a large station may leave at once."""

ACCEPT = ("Accept", "*/*")


@dataclass(frozen=True, slots=True)
class Post:
    """A form for a web server."""

    url: str = field(repr=False)
    body: bytes = field(repr=False)
    agent: str
    credentials: Credentials | None
    timeout: float
    about: str
    """What it is, for the log."""

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """As Icecast sends them."""
        return (("User-Agent", self.agent), ACCEPT, ("Content-Type", FORM))


class Notices:
    """Posts in turn, by so many workers. With one, they arrive in the order they were put."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._send, self._receive = trio.open_memory_channel[Post](MOST_WAITING)
        self._busy = 0
        self._lost = 0

    def put(self, post: Post) -> None:
        """Tell a web server something, soon. When too much waits already, it is lost."""
        try:
            self._send.send_nowait(post)
        except trio.WouldBlock:
            if not self._lost:
                logger.error(
                    "%s: %d notices wait already; more are lost until it answers",
                    *(post.about, MOST_WAITING),
                )
            self._lost += 1

    async def run(self) -> None:
        """Send them, for ever."""
        async with trio.open_nursery() as nursery:
            for _ in range(self._workers):
                nursery.start_soon(self._work)

    async def drain(self) -> None:
        """Wait until there are none."""
        while self._busy or self._receive.statistics().current_buffer_used:  # noqa: ASYNC110
            await trio.sleep(0.02)  # at the very end only, and bounded by the caller

    async def _work(self) -> None:
        async for post in self._receive:
            self._busy += 1
            try:
                await _post(post)
            finally:
                self._busy -= 1
            if self._lost and not self._receive.statistics().current_buffer_used:
                logger.error("%d notices to web servers were lost", self._lost)
                self._lost = 0


async def _post(post: Post) -> None:
    try:
        answer = await fetch(
            post.url,
            "POST",
            headers=post.headers,
            body=post.body,
            credentials=post.credentials,
            timeout=post.timeout,
        )
    except FetchError as exc:
        logger.warning("%s: %s", post.about, exc)
    else:
        if answer.status >= 400:
            logger.warning("%s: the web server says %d", post.about, answer.status)
