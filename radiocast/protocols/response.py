"""A whole HTTP answer as a value: whoever sends it adds server, date and length."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from radiocast.protocols.reports import Report

ANY_ORIGIN = ("Access-Control-Allow-Origin", "*")
"""The header that lets pages of other sites read an answer."""


class LongBody(Protocol):
    """A body that is too long to be in memory: it is made while it is sent."""

    @property
    def size(self) -> int:
        """In bytes."""
        ...

    async def write_to(self, send: Callable[[bytes], Awaitable[None]]) -> None:
        """Give every piece to `send`, which returns when the next is wanted. Raises
        trio.BrokenResourceError when there is no more although `size` promised it."""
        ...


@dataclass(frozen=True, slots=True)
class Response:
    """A whole answer."""

    status: int
    body: bytes = b""
    content_type: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    long_body: LongBody | None = None
    """Sent instead of `body`."""
    report: Report | None = None
    """What Icecast 2.5 says instead; None: the same."""
    was_guess: bool = True
    """Whether the password it refuses, if it does, counts as a guess at ours."""
