"""Audio out of a stream with ICY metadata in it, as other servers and some encoders send, with its
titles told where they begin."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Protocol

from radiocast.formats import Title
from radiocast.protocols.icy_stream import Block, IcyDemuxer, title_in


class Body(Protocol):
    """Where the bytes come from."""

    async def receive(self) -> bytes:
        """The next bytes; empty at the end."""
        ...


class TitledAudio:
    """Audio without metadata. A title is told when all audio before it has been taken."""

    def __init__(
        self,
        body: Body,
        metaint: int,
        charset: Callable[[], str],
        tell: Callable[[Title | None], None],
    ) -> None:
        """`metaint` 0: there is no metadata. `charset`: what titles are in, if that is known."""
        self._body = body
        self._demuxer = IcyDemuxer(metaint) if metaint else None
        self._charset = charset
        self._tell = tell
        self._told: Title | None = None
        self._pending: deque[bytes | Block] = deque()  # of one look at the socket

    async def receive(self) -> bytes:
        """The next bytes of audio; empty at the end. Raises trio.BrokenResourceError."""
        while True:
            audio = self._next()
            if audio:
                return audio
            data = await self._body.receive()
            if self._demuxer is None or not data:
                return data
            self._pending.extend(self._demuxer.feed(data))

    def _next(self) -> bytes:
        """What is there, up to the next title that is news."""
        audio: list[bytes] = []
        while self._pending:
            piece = self._pending[0]
            if isinstance(piece, Block):
                title = title_in(piece.text, self._charset())
                if title is not None and title != self._told:
                    if audio:
                        break
                    self._told = title
                    self._tell(title if title.text else None)
            else:
                audio.append(piece)
            self._pending.popleft()
        return b"".join(audio)
