from __future__ import annotations

import pytest

from radiocast.config.icecast import IcecastConfig
from radiocast.protocols.basic_auth import Credentials
from radiocast.protocols.dialect import Dialect
from radiocast.protocols.source_request import SourceRequest
from tests.protocols.reading import head
from tests.protocols.recorded import icecast


def request(first_line: str, *headers: str) -> SourceRequest:
    return SourceRequest.from_head(head("\r\n".join([first_line, *headers, "", ""]).encode()))


def welcome(sent: bytes) -> bytes:
    """What whoever sent this hears of an Icecast 2.4."""
    asked = head(sent)
    dialect = Dialect(IcecastConfig(), "Icecast 2.4.4")
    return dialect.welcome(SourceRequest.from_head(asked), asked, now=0)


@pytest.mark.parametrize(
    "name",
    [
        "source-put-ok",
        "source-legacy-ok",
        "source-legacy-ice10",
        "source-legacy-no-content-type",
        "source-put-chunked",
        "source-ice-password-icelogin",
    ],
)
def test_a_source_is_let_in_with_icecasts_bytes(name: str) -> None:
    sent, answered = icecast(name)
    asked = SourceRequest.from_head(head(sent))
    assert welcome(sent) == answered == b"HTTP/1.0 200 OK\r\n\r\n"
    assert asked.credentials == Credentials("source", "srcpw")


def test_who_asks_for_100_gets_it_before_the_200() -> None:
    """Icecast sends a Content-Length with its 100 as well, which no 1xx may have."""
    sent, answered = icecast("source-put-100-continue")
    asked = SourceRequest.from_head(head(sent))
    assert not asked.chunked  # Transfer-Encoding: identity
    assert welcome(sent) == answered.replace(b"Content-Length: 0\r\n", b"")


@pytest.mark.parametrize("first_line", ["PUT /live HTTP/1.1", "PUT /live HTTP/1.0"])
@pytest.mark.parametrize("value", ["100-continue", "100-Continue", "foo, 100-continue"])
def test_expect_counts_in_every_version(first_line: str, value: str) -> None:
    """liquidsoap's PUT says it on HTTP/1.0 and takes nothing but a 100."""
    sent = f"{first_line}\r\nExpect: {value}\r\n\r\n".encode()
    assert welcome(sent).startswith(b"HTTP/1.1 100 Continue\r\n\r\n")


@pytest.mark.parametrize(
    ("first_line", "header", "content_type"),
    [
        ("SOURCE /live HTTP/1.0", "Content-Type: audio/mpeg", "audio/mpeg"),
        ("PUT /live HTTP/1.1", "content-type: Audio/Ogg; codecs=opus", "audio/ogg"),
        ("SOURCE /live HTTP/1.0", "x: y", "audio/mpeg"),
        ("SOURCE /live HTTP/1.0", "Content-Type: ;", "audio/mpeg"),
        ("PUT /live HTTP/1.1", "x: y", ""),
        ("POST /live HTTP/1.1", "Content-Type:", ""),
    ],
)
def test_only_source_may_leave_the_content_type_out(
    first_line: str, header: str, content_type: str
) -> None:
    assert request(first_line, header).content_type == content_type


@pytest.mark.parametrize(
    ("header", "length"),
    [
        ("Content-Length: 481152", 481152),
        ("Content-Length: 0", None),  # libshout means: unknown
        ("Content-Length: -5", None),
        ("Content-Length: many", None),
        ("x: y", None),
    ],
)
def test_a_length_is_a_positive_number(header: str, length: int | None) -> None:
    assert request("SOURCE /live HTTP/1.0", header).content_length == length


def test_basic_credentials_win_over_the_old_header() -> None:
    both = request("SOURCE / HTTP/1.0", "Authorization: Basic dTpw", "ice-password: old")
    assert both.credentials == Credentials("u", "p")
    assert request("SOURCE / HTTP/1.0", "Authorization: x", "ice-password: old").credentials is None
    assert request("SOURCE / HTTP/1.0").credentials is None


def test_chunks_are_seen() -> None:
    assert request("PUT /live HTTP/1.1", "Transfer-Encoding: Chunked").chunked
    assert not request("PUT /live HTTP/1.1", "Transfer-Encoding: identity").chunked
