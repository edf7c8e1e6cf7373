"""Feeds pieces to the readers, as the server does."""

from __future__ import annotations

from collections.abc import Iterable

from radiocast.protocols.http_head import HeadReader, NotHttp, RequestHead


def read(pieces: Iterable[bytes], max_head: int = 16 * 1024) -> tuple[RequestHead, bytes]:
    """The head, and every byte behind it."""
    found, rest = read_any(pieces, max_head)
    assert isinstance(found, RequestHead), found
    return found, rest


def read_any(
    pieces: Iterable[bytes], max_head: int = 16 * 1024
) -> tuple[RequestHead | NotHttp | None, bytes]:
    """What the first bytes are, and every byte behind them. For NotHttp: all bytes."""
    reader = HeadReader(max_head)
    feed = iter(pieces)
    for piece in feed:
        found = reader.feed(piece)
        if isinstance(found, RequestHead):
            return found, reader.rest + b"".join(feed)
        if isinstance(found, NotHttp):
            return found, found.received + b"".join(feed)
    return None, b""


def head(request: bytes) -> RequestHead:
    """The head of a request in one piece, for tests about something else."""
    return read([request])[0]
