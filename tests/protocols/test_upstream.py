from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.errors import PeerError
from radiocast.protocols.basic_auth import Credentials
from radiocast.protocols.source_info import SourceInfo
from radiocast.protocols.upstream import (
    MAX_HEAD,
    Moved,
    Playlist,
    ResponseHead,
    ResponseReader,
    Stream,
    listen_request,
    meaning,
)
from radiocast.protocols.via import MAX_SERVERS, servers_in, via
from tests.protocols.recorded import client
from tests.strategies import chunked

ICECAST = client("relays/relay-with-auth.head")
SHOUTCAST = (
    b"ICY 200 OK\r\nicy-notice1:<BR>This stream requires Winamp<BR>\r\nicy-name:Old\r\n"
    b"icy-pub:1\r\nicy-metaint:8192\r\nicy-br:64\r\ncontent-type:audio/aacp\r\n\r\n"
)


def read(data: bytes) -> ResponseHead:
    head = ResponseReader().feed(data)
    assert head is not None
    return head


@given(st.data(), st.sampled_from([ICECAST, SHOUTCAST, b"HTTP/1.1 103 Early\n\n" + SHOUTCAST]))
def test_a_head_is_read_however_it_is_cut(data: st.DataObject, head: bytes) -> None:
    reader = ResponseReader()
    found = [each for piece in data.draw(chunked(head)) if (each := reader.feed(piece))]
    assert found == [read(head)]
    reader = ResponseReader()
    assert reader.feed(head + b"\xff\xfb\0audio\n\n") == found[0]
    assert reader.rest == b"\xff\xfb\0audio\n\n"


@given(st.data(), st.binary(max_size=300))
def test_nothing_a_server_sends_is_a_bug_of_ours(data: st.DataObject, body: bytes) -> None:
    reader = ResponseReader()
    try:
        for piece in data.draw(
            chunked(data.draw(st.sampled_from([b"", b"HTTP/1.0 ", b"ICY "])) + body)
        ):
            if (head := reader.feed(piece)) is not None:
                meaning(head, "/live")
                break
    except PeerError:
        pass


def test_a_head_has_an_end() -> None:
    endless = b"HTTP/1.0 200 OK\r\n" + b"x: y\r\n" * MAX_HEAD
    with pytest.raises(PeerError, match="longer than"):
        ResponseReader().feed(endless)


def test_a_stream_of_icecast_says_all_this() -> None:
    said = meaning(read(ICECAST), "/live")
    assert said == Stream(
        content_type="audio/mpeg",
        info=SourceInfo(
            name="Golden Name",
            description="Golden Description",
            genre="Golden Genre",
            url="http://example.org/",
            public=False,
            bitrate="128",
            audio_info="ice-samplerate=44100;ice-bitrate=128;ice-channels=2",
        ),
        metaint=0,
        chunked=False,
        via=(),
    )


@pytest.mark.parametrize(("name", "metaint"), [("relay-slave-2", 16000), ("relay-slave-3", 0)])
def test_only_what_has_titles_inside_comes_without_metadata(name: str, metaint: int) -> None:
    said = meaning(read(client(f"relays/{name}.head")), "/")
    assert isinstance(said, Stream)
    assert said.metaint == metaint


def test_so_says_one_of_shoutcast() -> None:
    said = meaning(read(SHOUTCAST), "/")
    assert isinstance(said, Stream)
    assert (said.content_type, said.metaint, said.info.public) == ("audio/aacp", 8192, True)


def test_without_a_type_it_is_the_one_there_was_first() -> None:
    said = meaning(read(b"ICY 200 OK\r\n\r\n"), "/")
    assert isinstance(said, Stream)
    assert said.content_type == "audio/mpeg"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_it_may_be_somewhere_else(status: int) -> None:
    head = f"HTTP/1.1 {status} Moved\r\nLocation: http://other/\r\n\r\n".encode()
    assert meaning(read(head), "/") == Moved("http://other/")


@pytest.mark.parametrize(
    ("content_type", "target", "is_playlist"),
    [
        ("audio/x-mpegurl", "/live", True),
        ("application/vnd.apple.mpegurl", "/live", True),
        ("audio/x-scpls; charset=utf-8", "/live", True),
        ("text/plain", "/live.m3u?x=1", True),
        ("application/octet-stream", "/live.pls", True),
        ("audio/mpeg", "/live.m3u", False),
    ],
)
def test_it_may_be_a_playlist(content_type: str, target: str, is_playlist: bool) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\n\r\n".encode()
    assert isinstance(meaning(read(head), target), Playlist) == is_playlist


@pytest.mark.parametrize(
    ("head", "problem"),
    [
        (b"HTTP/1.0 404 File Not Found\r\n\r\n", "it says 404 File Not Found"),
        (b"ICY 401 Service Unavailable\r\n\r\n", "it says 401"),
        (b"HTTP/1.0 302 Found\r\n\r\n", "it says 302"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", "transfer coding is gzip"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", "text/html, which is no stream"),
        (b"SSH-2.0-OpenSSH_9\r\n\r\n", "is not HTTP"),
    ],
)
def test_what_is_no_stream_is_told(head: bytes, problem: str) -> None:
    with pytest.raises(PeerError, match=problem):
        meaning(read(head), "/")


def test_we_ask_as_icecast_does() -> None:
    """Its request, in a recording; what we say otherwise, every player says, too."""
    recorded = client("relays/relay-with-auth")
    ours = listen_request(
        "/live.mp3",
        "127.0.0.1",
        agent="Icecast 2.4.4",
        titles=False,
        credentials=Credentials("u", "p"),
    )
    lines = set(ours.split(b"\r\n"))
    assert set(recorded.split(b"\r\n")) - lines == {b"GET /live.mp3 HTTP/1.0"}
    assert lines - set(recorded.split(b"\r\n")) == {
        b"GET /live.mp3 HTTP/1.1",
        b"Accept: */*",
        b"Connection: close",
    }


def test_titles_are_asked_for_as_icecast_does() -> None:
    recorded = client("relays/relay-slave-2")
    ours = listen_request("/fbfile.mp3", "127.0.0.1", agent="Icecast 2.4.4", titles=True)
    assert re.findall(rb"Icy-MetaData.*", ours) == re.findall(rb"Icy-MetaData.*", recorded)


def test_servers_are_read_as_they_were_named() -> None:
    servers = ("00c0ffee", "0badf00d")
    name, value = via(servers)
    assert name == "Via"
    assert servers_in(f"1.0 squid, {value}".split(",")) == servers
    assert servers_in(["1.1 radiocast-", "radiocast-00c0ffee", "1.1 radiocast-XYZ"]) == ()
    assert MAX_SERVERS == 16
