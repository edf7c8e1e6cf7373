"""A source's endless body: what came with its head, then the connection, chunks taken apart."""

from __future__ import annotations

import trio

from radiocast.errors import PeerError
from radiocast.protocols.chunked import Dechunker
from radiocast.server.connection import Connection


class SourceBody:
    """What an encoder sends, in whatever pieces it comes."""

    def __init__(
        self, connection: Connection, first: bytes, *, chunked: bool, length: int | None
    ) -> None:
        self._connection = connection
        self._first = first
        self._dechunker = Dechunker() if chunked else None
        self._left = length if not chunked else None

    @property
    def ended(self) -> bool:
        """Whether it said how long it is, and that has come."""
        return self._left == 0 or (self._dechunker is not None and self._dechunker.finished)

    async def receive(self) -> bytes:
        """The next bytes of audio; empty at the end.

        Raises trio.BrokenResourceError when the connection breaks, or when its
        chunks make no sense any more: there is no way back into step.
        """
        while True:
            data = await self._next()
            if not data or (self._dechunker is None and self._left is None):
                return data
            if self._dechunker is not None:
                try:
                    audio = self._dechunker.feed(data)
                except PeerError as exc:
                    raise trio.BrokenResourceError(str(exc)) from exc
                if audio or self._dechunker.finished:
                    return audio
            elif self._left is not None:
                audio = data[: self._left]
                self._left -= len(audio)
                return audio

    async def _next(self) -> bytes:
        if self.ended:
            await trio.lowlevel.checkpoint()
            return b""
        if self._first:
            await trio.lowlevel.checkpoint()
            first, self._first = self._first, b""
            return first
        return await self._connection.receive()
