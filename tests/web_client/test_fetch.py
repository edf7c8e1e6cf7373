"""Asking a web server, and what can go wrong with it."""

from __future__ import annotations

import ssl

import pytest
import trio
import trustme

from radiocast.protocols.basic_auth import Credentials
from radiocast.web_client.fetch import FetchError, WebResponse, fetch

from .server import web_server

AUTHORITY = trustme.CA()


async def asked(url: str, **options: object) -> WebResponse:
    with trio.fail_after(10):
        return await fetch(url, **options)  # type: ignore[arg-type]


async def test_a_form_is_posted_and_the_answer_read() -> None:
    answer = b"HTTP/1.1 200 Fine\r\nIcecast-Auth-User: 1\r\nContent-Length: 2\r\n\r\nok"
    async with web_server(answer) as server:
        response = await asked(
            f"{server.url}/add?x=1",
            method="POST",
            headers=(("User-Agent", "radiocast"),),
            body=b"a=b",
            credentials=Credentials("anna", "p w"),
        )
    assert response == WebResponse(
        200, "Fine", (("icecast-auth-user", "1"), ("content-length", "2")), b"ok"
    )
    assert response.header("icecast-auth-user") == "1"
    assert response.header("nothing") is None
    assert server.asked == [
        b"POST /add?x=1 HTTP/1.1\r\n"
        b"Host: 127.0.0.1:%d\r\n"
        b"Authorization: Basic YW5uYTpwIHc=\r\n"
        b"Content-Length: 3\r\n"
        b"User-Agent: radiocast\r\n"
        b"Connection: close\r\n"
        b"\r\na=b" % server.port
    ]


async def test_credentials_in_the_address_come_first() -> None:
    async with web_server() as server:
        url = f"http://us%3Aer:pass@127.0.0.1:{server.port}/"
        await asked(url, credentials=Credentials("other", "one"))
    assert b"\r\nAuthorization: Basic dXM6ZXI6cGFzcw==\r\n" in server.asked[0]


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
        b"HTTP/1.0 200 OK\r\n\r\nhello",
        b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    ],
)
async def test_every_framing_is_read(answer: bytes) -> None:
    async with web_server(answer) as server:
        assert (await asked(server.url)).body == b"hello"


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (b"", "hung up without an answer"),
        (b"ICY 200 OK\r\n\r\n", "illegal status line"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", "without sending complete"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 20_000, "too long"),
        (b"HTTP/1.0 200 OK\r\n\r\n" + b"x" * 1001, "longer than 1000 bytes"),
    ],
)
async def test_a_bad_answer_is_none(answer: bytes, problem: str) -> None:
    async with web_server(answer) as server:
        with pytest.raises(FetchError, match=problem):
            await asked(server.url, limit=1000)


async def test_an_answer_of_just_the_limit_is_taken() -> None:
    async with web_server(b"HTTP/1.0 200 OK\r\n\r\n" + b"x" * 1000) as server:
        assert len((await asked(server.url, limit=1000)).body) == 1000


async def test_who_does_not_answer_in_time_has_not_answered() -> None:
    async with web_server() as server:
        server.may_answer = trio.Event()
        with pytest.raises(FetchError, match=r"no answer within 0\.05 s"):
            await asked(server.url, timeout=0.05)


async def test_nobody_there() -> None:
    async with web_server() as server:
        pass
    with pytest.raises(FetchError, match=r"127\.0\.0\.1"):
        await asked(server.url)


@pytest.mark.parametrize("url", ["ftp://x/", "x", "http://", "http://x:99999/", "http://[::1"])
async def test_what_is_no_address_is_said_so(url: str) -> None:
    with pytest.raises(FetchError, match="the address"):
        await asked(url)


@pytest.mark.parametrize(
    ("named", "is_trusted"), [("127.0.0.1", True), ("other.example", True), ("127.0.0.1", False)]
)
async def test_a_certificate_must_be_right_and_for_this_host(named: str, is_trusted: bool) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    AUTHORITY.issue_cert(named).configure_cert(context)
    trusting = ssl.create_default_context()
    if is_trusted:
        AUTHORITY.configure_trust(trusting)
    async with web_server(context=context) as server:
        url = f"https://127.0.0.1:{server.port}/"
        if is_trusted and named == "127.0.0.1":
            assert (await asked(url, context=trusting)).status == 200
            return
        with pytest.raises(FetchError, match="certificate verify failed"):
            await asked(url, context=trusting)
    assert server.asked in ([], [b""]), "nothing was told"
