"""A stream of another server: found through redirects and playlists, its chunks taken apart."""

from __future__ import annotations

import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urljoin

import trio

from radiocast.autodj.playlists import PlaylistError, parse_playlist
from radiocast.errors import PeerError
from radiocast.protocols.basic_auth import Credentials
from radiocast.protocols.chunked import Dechunker
from radiocast.protocols.upstream import (
    Moved,
    Playlist,
    ResponseReader,
    Stream,
    listen_request,
    meaning,
)
from radiocast.protocols.via import via
from radiocast.web_client.address import WebAddress
from radiocast.web_client.dial import dial, reason_of
from radiocast.web_client.fetch import FetchError

MAX_STEPS = 6
"""Requests until there is a stream: redirects, and one playlist."""

MAX_PLAYLIST = 64 * 1024
"""Bytes of a playlist."""

MAX_RECEIVE = 16 * 1024
"""Bytes taken at a time: of slow streams they are but seconds."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for, and how."""

    url: str
    credentials: Credentials | None = None
    """For the server of `url` alone: where it sends us on to is not told them."""
    titles: bool = True
    agent: str = ""
    server: str = ""
    """What we are called among servers that relay each other: see `protocols.via`."""
    bind: str = ""
    """The address of ours to come from; empty: the system's choice."""
    context: ssl.SSLContext | None = field(default=None, repr=False)
    """Whom to trust by HTTPS; None: whom the system trusts."""


class Upstream:
    """A stream that has begun. Close it."""

    def __init__(self, host: str, said: Stream, body: Body) -> None:
        self.host = host
        self.said = said
        self._body = body

    async def receive(self) -> bytes:
        """The next bytes; empty at the end. Raises trio.BrokenResourceError."""
        return await self._body.receive()

    async def aclose(self) -> None:
        """Hang up."""
        await self._body.aclose()


class Body:
    """What follows a response's head."""

    def __init__(self, stream: trio.abc.Stream, rest: bytes, *, chunked: bool) -> None:
        self._stream = stream
        self._rest = rest
        self._dechunker = Dechunker() if chunked else None

    async def receive(self) -> bytes:
        """As `Upstream.receive`."""
        while True:
            data, self._rest = self._rest, b""
            if self._dechunker is not None and self._dechunker.finished:
                return b""
            data = data or bytes(await self._stream.receive_some(MAX_RECEIVE))
            if self._dechunker is None or not data:
                return data
            try:
                audio = self._dechunker.feed(data)
            except PeerError as exc:
                raise trio.BrokenResourceError(str(exc)) from exc
            if audio:
                return audio

    async def aclose(self) -> None:
        """Hang up."""
        with suppress(trio.BrokenResourceError):
            await trio.aclose_forcefully(self._stream)


async def open_stream(wish: Wish) -> Upstream:
    """Ask for a stream, and where the answer says it is, until there is one.

    Takes as long as servers let it: callers set the deadline. Raises FetchError.
    """
    url, credentials, asked, playlists = wish.url, wish.credentials, set[str](), 0
    while True:
        address = _parsed(url)
        if url in asked:
            raise FetchError(f"{address.authority}: it sends us in a circle")
        if len(asked) == MAX_STEPS:
            raise FetchError(f"{address.authority}: it sends us on too often")
        asked.add(url)
        try:
            answer, body = await _ask(address, address.credentials or credentials, wish)
            if isinstance(answer, Stream):
                return Upstream(address.host, answer, body)
            try:
                if isinstance(answer, Playlist):
                    playlists += 1
                there = await _whereto(answer, url, body, is_last=playlists > 1)
            finally:
                await body.aclose()
        except (OSError, trio.BrokenResourceError) as exc:
            raise FetchError(f"{address.authority}: {reason_of(exc)}") from exc
        except PeerError as exc:
            raise FetchError(f"{address.authority}: {exc}") from exc
        if not _may_know(address, _parsed(there)):
            credentials = None
        url = there


async def _ask(
    address: WebAddress, credentials: Credentials | None, wish: Wish
) -> tuple[Stream | Moved | Playlist, Body]:
    request = listen_request(
        address.target,
        address.authority,
        agent=wish.agent,
        titles=wish.titles,
        credentials=credentials,
        others=[via([wish.server])] if wish.server else [],
    )
    stream = await dial(address, wish.context, bind=wish.bind)
    try:
        await stream.send_all(request)
        reader = ResponseReader()
        head = None
        while head is None:
            data = bytes(await stream.receive_some(MAX_RECEIVE))
            if not data:
                raise PeerError("it hung up without an answer")
            head = reader.feed(data)
        answer = meaning(head, address.target)
        chunked = not isinstance(answer, Moved) and answer.chunked
        return answer, Body(stream, reader.rest, chunked=chunked)
    except BaseException:
        await trio.aclose_forcefully(stream)
        raise


async def _whereto(answer: Moved | Playlist, url: str, body: Body, *, is_last: bool) -> str:
    """Where `url` sends us. Raises PeerError."""
    if isinstance(answer, Moved):
        return urljoin(url, answer.location)
    if is_last:
        raise PeerError("its playlist names a playlist")
    data = b""
    while more := await body.receive():
        data += more
        if len(data) > MAX_PLAYLIST:
            raise PeerError(f"its playlist is longer than {MAX_PLAYLIST} bytes")
    try:
        entries = parse_playlist(data, url).entries
    except PlaylistError as exc:
        raise PeerError(f"its playlist {exc}") from None
    if not entries:
        raise PeerError("its playlist names no stream")
    return entries[0].location


def _parsed(url: str) -> WebAddress:
    try:
        return WebAddress.parse(url)
    except ValueError as exc:
        raise FetchError(f"the address {exc}") from None


def _may_know(before: WebAddress, there: WebAddress) -> bool:
    """Whether the password that one address has may be told at the other."""
    if before.host.lower() != there.host.lower():
        return False
    same = (before.scheme, before.port) == (there.scheme, there.port)
    return same or (before.port, there.scheme, there.port) == (80, "https", 443)
