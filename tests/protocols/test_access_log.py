from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.protocols.access_log import access_line
from radiocast.protocols.http_head import RequestHead
from tests.protocols.reading import head

LINE = re.compile(
    r'(\S+) - (\S+) \[([^\]]+)\] "(\S+) (\S+) (\S+)" (\d+) (\d+) "([^"]*)" "([^"]*)" (\d+)'
)


def line(request: RequestHead, user: str | None = None, duration: float = 0.0) -> str:
    return access_line(
        request,
        ip="127.0.0.1",
        user=user,
        status=200,
        sent=70464,
        duration=duration,
        now=1_795_355_679,
    )


@pytest.mark.parametrize(
    ("request_head", "user", "duration", "written"),
    [
        (
            b"GET /live.mp3 HTTP/1.0\r\nUser-Agent: golden/1.0\r\n\r\n",
            None,
            1.9,
            '127.0.0.1 - - [22/Nov/2026:13:54:39 +0000] "GET /live.mp3 HTTP/1.0" 200 70464 '
            '"-" "golden/1.0" 1',
        ),
        (
            b"GET /auth.mp3?pass=geheim HTTP/1.0\r\nReferer: http://x/\r\n\r\n",
            "fred",
            0.0,
            '127.0.0.1 - fred [22/Nov/2026:13:54:39 +0000] "GET /auth.mp3 HTTP/1.0" 200 70464 '
            '"http://x/" "-" 0',
        ),
        (
            b"GET /admin/!POKE HTTP/1.1\r\nUser-Agent: libshout/2.4.6\r\n\r\n",
            None,
            0.0,
            '127.0.0.1 - - [22/Nov/2026:13:54:39 +0000] "GET /admin/.POKE HTTP/1.1" 200 70464 '
            '"-" "libshout/2.4.6" 0',
        ),
        (
            b'SOURCE /my%20r%c3%b6ck ICE/1.0\r\nUser-Agent: a"b\\c`d e\r\n\r\n',
            "a b",
            0.0,
            '127.0.0.1 - a.b [22/Nov/2026:13:54:39 +0000] "SOURCE /my.röck ICE/1.0" 200 70464 '
            '"-" "a.b.c.d e" 0',
        ),
    ],
)
def test_a_line_is_as_icecast_writes_it(
    request_head: bytes, user: str | None, duration: float, written: str
) -> None:
    assert line(head(request_head), user, duration) == written


@given(st.text(), st.text(), st.text())
def test_nothing_a_peer_says_breaks_the_line(user: str, agent: str, referer: str) -> None:
    request = RequestHead("GET", b"/a", "HTTP/1.0", (("user-agent", agent), ("referer", referer)))
    written = line(request, user)
    assert len(written.splitlines()) == 1
    assert LINE.fullmatch(written)
