from __future__ import annotations

from urllib.parse import unquote, urljoin, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.protocols.addresses import listen_url, quote_path


@pytest.mark.parametrize("path", ["/live.mp3", "/a/b-c_d~e.ogg", "/;stream.mp3", "/x@y:z"])
def test_ordinary_paths_are_not_changed(path: str) -> None:
    assert quote_path(path) == path


@settings(max_examples=100)
@given(st.text(max_size=20).filter(lambda text: "\r" not in text and "\n" not in text))
def test_a_link_to_a_mount_stays_on_the_station_and_names_the_mount(text: str) -> None:
    link = quote_path("/" + text)
    target = urlsplit(urljoin("http://radio.example/", link))
    assert target.netloc == "radio.example"
    assert (target.query, target.fragment) == ("", "")
    assert set(link) <= set(map(chr, range(33, 127))) - set('"<>\\^`{|}')
    assert unquote(link) == ("/." if text.startswith("/") else "") + "/" + text


def test_a_mount_with_two_slashes_is_no_other_host() -> None:
    assert quote_path("//evil.example/x") == "/.//evil.example/x"


def test_the_port_is_always_written_and_ipv6_bracketed() -> None:
    assert listen_url("radio.example", 80, "/a b") == "http://radio.example:80/a%20b"
    assert listen_url("2001:db8::1", 8000, "/a") == "http://[2001:db8::1]:8000/a"
