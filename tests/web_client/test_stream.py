"""Finding a stream: over HTTPS, through redirects, by playlists, and where there is none."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import trio
import trustme

from radiocast.protocols.basic_auth import Credentials
from radiocast.web_client.fetch import FetchError
from radiocast.web_client.stream import MAX_PLAYLIST, MAX_STEPS, Upstream, Wish, open_stream

from .server import web_server

AUTHORITY = trustme.CA()
AUDIO = bytes(range(256)) * 400
STREAM = b"HTTP/1.0 200 OK\r\nContent-Type: audio/mpeg\r\nicy-name: x\r\n\r\n" + AUDIO


@asynccontextmanager
async def opened(wish: Wish) -> AsyncIterator[Upstream]:
    with trio.fail_after(10):
        stream = await open_stream(wish)
        yield stream
        await stream.aclose()


async def refused(wish: Wish, match: str) -> None:
    with trio.fail_after(10), pytest.raises(FetchError, match=match):
        await open_stream(wish)


async def read_all(stream: Upstream) -> bytes:
    body = b""
    while data := await stream.receive():
        body += data
    return body


def moved(location: str) -> bytes:
    return f"HTTP/1.1 302 Found\r\nLocation: {location}\r\n\r\n".encode()


def playlist(body: str, kind: str = "audio/x-mpegurl") -> bytes:
    return f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n{body}".encode()


async def test_a_stream_over_tls_is_read_to_its_end() -> None:
    theirs = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    AUTHORITY.issue_cert("127.0.0.1").configure_cert(theirs)
    ours = ssl.create_default_context()
    AUTHORITY.configure_trust(ours)
    async with web_server(STREAM, context=theirs) as server:
        url = f"https://127.0.0.1:{server.port}/"
        async with opened(Wish(url, context=ours)) as stream:
            assert await read_all(stream) == AUDIO
        await refused(Wish(url), "certificate verify failed")


async def test_chunks_end_with_their_last_one() -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    async with web_server(head + b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\nmore") as server:
        async with opened(Wish(server.url)) as stream:
            assert await read_all(stream) == b"abcde"
            assert await stream.receive() == b""
    async with web_server(head + b"nonsense\r\n") as server:
        async with opened(Wish(server.url)) as stream:
            with pytest.raises(trio.BrokenResourceError):
                await stream.receive()


@pytest.mark.parametrize(
    ("place", "knows"),
    [("http://127.0.0.1:{port}/x", True), ("/x", True), ("http://localhost:{port}/x", False)],
)
async def test_a_password_goes_to_the_server_it_is_for(place: str, knows: bool) -> None:
    async with web_server() as server:
        server.answer = moved(place.format(port=server.port))
        us = Credentials("ann", "secret")
        await refused(Wish(server.url, credentials=us), "in a circle")
        first, second = server.asked[:2]
        assert b"\r\nAuthorization: Basic " in first
        assert (b"\r\nAuthorization: Basic " in second) == knows


async def test_another_port_is_another_server() -> None:
    async with web_server(STREAM) as second, web_server(moved(second.url)) as first:
        us = Credentials("ann", "secret")
        async with opened(Wish(first.url, credentials=us)):
            assert b"Authorization" not in second.asked[0]


async def test_it_is_not_sent_on_for_ever() -> None:
    async with web_server(moved("deeper/")) as server:
        await refused(Wish(f"{server.url}/"), "too often")
        assert len(server.asked) == MAX_STEPS


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("#EXTM3U\n#EXTINF:-1,x\n{url}\nhttp://127.0.0.1:1/\n", "audio/x-mpegurl"),
        ("[playlist]\nNumberOfEntries=1\nFile1={url}\n", "audio/x-scpls"),
    ],
)
async def test_a_playlist_leads_to_its_first_stream(body: str, kind: str) -> None:
    async with web_server(STREAM) as second:
        async with web_server(playlist(body.format(url=second.url), kind)) as first:
            async with opened(Wish(first.url)) as stream:
                assert stream.said.info.name == "x"


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (playlist(""), "is no playlist"),
        (playlist("#EXTM3U\n"), "names no stream"),
        (playlist("#EXTM3U\n#EXT-X-TARGETDURATION:4\na.ts"), "HLS"),
        (playlist("#" * (MAX_PLAYLIST + 1)), "longer than"),
        (playlist("#EXTM3U\n/other\n"), "names a playlist"),
        (b"", "hung up without an answer"),
        (b"HTTP/1.1 404 Not Found\r\n\r\n", "it says 404 Not Found"),
        (moved("ftp://x/"), "must begin with http"),
    ],
)
async def test_where_there_is_none_it_is_said_why(answer: bytes, problem: str) -> None:
    async with web_server(answer) as server:
        await refused(Wish(server.url), problem)


async def test_nobody_there_is_said_too() -> None:
    async with web_server() as server:
        url = server.url
    await refused(Wish(url), "Connection refused")
    await refused(Wish("http://nowhere.invalid/"), "nowhere.invalid")
    await refused(Wish("http:///x"), "has no host")


async def test_it_comes_from_the_address_that_is_wished() -> None:
    async with web_server(STREAM) as server:
        async with opened(Wish(server.url, bind="127.0.0.2")) as stream:
            assert await stream.receive()
