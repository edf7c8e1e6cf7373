from __future__ import annotations

import pytest

from radiocast.protocols.basic_auth import Credentials
from radiocast.protocols.listen_request import ByteRange, ListenRequest
from tests.protocols.reading import head


def listen(target: str, *headers: str, method: str = "GET") -> ListenRequest:
    lines = [f"{method} {target} HTTP/1.0", *headers, "", ""]
    return ListenRequest.from_head(head("\r\n".join(lines).encode()))


@pytest.mark.parametrize(
    ("target", "mount", "default", "sid"),
    [
        ("/live.mp3", "/live.mp3", False, None),
        ("/live.mp3?token=x", "/live.mp3", False, None),
        ("/live%2Emp3", "/live.mp3", False, None),
        ("/;", "/", True, None),
        ("/;stream.mp3", "/", True, None),
        ("/;stream.nsv&type=mp3", "/", True, None),
        ("/;?type=http&nocache=1", "/", True, None),
        ("/live.mp3/;stream.nsv", "/live.mp3", False, None),
        ("/?sid=1", "/", True, 1),
        ("/?sid=x", "/", True, None),
        ("/", "/", False, None),
        ("/stream", "/stream", True, None),
        ("/stream/", "/stream/", True, None),
        ("/stream/1", "/stream/1", True, 1),
        ("/stream/2/", "/stream/2/", True, 2),
        ("/stream/2/;", "/stream/2", True, 2),
        ("/stream.mp3", "/stream.mp3", False, None),
        ("/listen", "/listen", True, None),
    ],
)
def test_shoutcast_players_name_the_default_mount_in_many_ways(
    target: str, mount: str, default: bool, sid: int | None
) -> None:
    asked = listen(target)
    assert (asked.mount, asked.shoutcast_default, asked.sid) == (mount, default, sid)


def test_the_front_page_is_a_stream_for_those_who_take_titles() -> None:
    """Winamp asks for `/`; no browser sends Icy-MetaData with it."""
    assert listen("/", "Icy-MetaData:1").shoutcast_default


@pytest.mark.parametrize(
    ("target", "mount", "playlist", "default"),
    [
        ("/live.mp3.m3u", "/live.mp3", "m3u", False),
        ("/live.PLS", "/live", "pls", False),
        ("/live.ogg.xspf?x=1", "/live.ogg", "xspf", False),
        ("/listen.pls?sid=1", "/listen", "pls", True),
        ("/.m3u", "/.m3u", None, False),
        ("/;stream.m3u", "/", None, True),
        ("/live.m3u8", "/live.m3u8", None, False),
        ("/live.mp3", "/live.mp3", None, False),
    ],
)
def test_playlist_files_belong_to_a_mount(
    target: str, mount: str, playlist: str | None, default: bool
) -> None:
    asked = listen(target)
    assert (asked.mount, asked.playlist, asked.shoutcast_default) == (mount, playlist, default)


@pytest.mark.parametrize(
    ("header", "icy"),
    [
        ("Icy-MetaData: 1", True),
        ("icy-metadata:1", True),
        ("ICY-METADATA:  1 ", True),
        ("Icy-MetaData: 0", False),
        ("Icy-MetaData:", False),
        ("x: y", False),
    ],
)
def test_titles_are_for_those_who_ask(header: str, icy: bool) -> None:
    assert listen("/live", header).icy is icy


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("bytes=0-", ByteRange(0, None)),
        ("bytes=0-1", ByteRange(0, 1)),
        ("Bytes = 5 - 9", ByteRange(5, 9)),
        ("bytes=-500", ByteRange(None, 500)),
        ("bytes=9-5", None),
        ("bytes=-", None),
        ("bytes=0-1,5-6", None),
        ("bytes=1_0-", None),
        ("bytes=" + "9" * 19 + "-", None),
        ("frames=0-1", None),
        ("", None),
    ],
)
def test_a_range_is_read(value: str, found: ByteRange | None) -> None:
    assert listen("/live", f"Range: {value}").range == found


def test_the_rest_is_passed_on() -> None:
    asked = listen(
        "/live",
        "User-Agent: VLC/3.0",
        "Referer: http://x/",
        "Authorization: Basic dTpw",
        method="HEAD",
    )
    assert asked.head_only
    assert (asked.user_agent, asked.referer) == ("VLC/3.0", "http://x/")
    assert asked.credentials == Credentials("u", "p")
    plain = listen("/live")
    assert (plain.head_only, plain.user_agent, plain.referer) == (False, "", "")
    assert plain.credentials is None
    assert plain.range is None
