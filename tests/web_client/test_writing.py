"""Addresses and forms: pure."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import parse_qsl

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.protocols.basic_auth import Credentials
from radiocast.web_client.address import WebAddress
from radiocast.web_client.form import escape, form_body


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://a.example", WebAddress("http", "a.example", 80, "/")),
        ("https://a.example:8443/x?y=%20z", WebAddress("https", "a.example", 8443, "/x?y=%20z")),
        ("HTTP://[::1]:8000/a b#part", WebAddress("http", "::1", 8000, "/a%20b")),
        ("http://bücher.example/ü", WebAddress("http", "xn--bcher-kva.example", 80, "/%C3%BC")),
        (
            "http://anna:p%40w@a.example/",
            WebAddress("http", "a.example", 80, "/", Credentials("anna", "p@w")),
        ),
    ],
)
def test_addresses(url: str, expected: WebAddress) -> None:
    assert WebAddress.parse(url) == expected


@pytest.mark.parametrize(
    ("url", "authority"),
    [
        ("http://a.example/", "a.example"),
        ("https://a.example:443/", "a.example"),
        ("https://a.example:80/", "a.example:80"),
        ("http://[::1]:81/", "[::1]:81"),
    ],
)
def test_the_host_header(url: str, authority: str) -> None:
    assert WebAddress.parse(url).authority == authority


@given(st.text() | st.text().map("http://{}".format))
def test_whatever_an_operator_writes_is_an_address_or_a_value_error(url: str) -> None:
    with suppress(ValueError):
        address = WebAddress.parse(url)
        h11.Request(method="GET", target=address.target, headers=[("Host", address.authority)])


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_is_escaped_can_be_read_again(text: str) -> None:
    assert set(escape(text)) <= set(
        "%0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    )
    body = form_body([("action", "listener_add"), ("x-y", text)]).decode()
    assert dict(parse_qsl(body, keep_blank_values=True)) == {"action": "listener_add", "x-y": text}


def test_the_action_is_escaped_where_icecast_2_5_does() -> None:
    fields = [("action", "listener_add"), ("x-token", "a b")]
    assert form_body(fields) == b"action=listener_add&x-token=a%20b"
    assert form_body(fields, escape_action=True) == b"action=listener%5fadd&x-token=a%20b"
