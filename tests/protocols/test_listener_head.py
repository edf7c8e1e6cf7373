from __future__ import annotations

import pytest

from radiocast.config.icecast import IcecastConfig
from radiocast.protocols.dialect import Dialect
from radiocast.protocols.listener_head import answer_options, listener_head, preflight
from radiocast.protocols.source_info import SourceInfo
from tests.protocols.reading import head
from tests.protocols.recorded import client, icecast

GOLDEN = SourceInfo(
    name="Golden Name",
    description="Golden Description",
    genre="Golden Genre",
    url="http://example.org/",
    public=False,
    bitrate="128",
    audio_info="ice-samplerate=44100;ice-bitrate=128;ice-channels=2",
)
NOW = 1_795_355_679
OLD = Dialect(IcecastConfig(), "Icecast 2.4.4")


def listening(
    info: SourceInfo = GOLDEN, metaint: int | None = 16000, mount: str = "/live.mp3"
) -> bytes:
    return listener_head(
        mount=mount,
        content_type="audio/mpeg",
        info=info,
        metaint=metaint,
        dialect=OLD,
        now=NOW,
    )


def test_the_head_is_icecasts_but_for_the_doubled_bitrate_and_what_browsers_may_read() -> None:
    recorded = icecast("listener-mp3-icy")[1].split(b"\r\n")
    recorded.remove(b"icy-br:128")
    ours = [
        line
        for line in listening().split(b"\r\n")
        if not line.startswith(b"Access-Control-Expose-Headers: ")
    ]
    assert sorted(ours) == sorted(recorded)
    assert [line.partition(b":")[0] for line in ours[:9]] == [
        line.partition(b":")[0] for line in recorded[:9]
    ]
    assert ours[-3] == b"icy-metaint:16000"


@pytest.mark.parametrize("metaint", [None, 0])
def test_no_interval_is_named_to_who_gets_no_titles(metaint: int | None) -> None:
    assert b"icy-metaint:" not in listening(metaint=metaint)


def test_there_is_always_a_name() -> None:
    """VLC asks for titles only where it sees one."""
    said = listening(SourceInfo(), None, "/Björk").split(b"\r\n")
    assert "icy-name:/Björk".encode() in said
    assert [line for line in said if line.startswith(b"ic")] == ["icy-name:/Björk".encode()]


def test_a_stream_has_no_length_and_no_chunks() -> None:
    said = listening().lower()
    assert b"content-length" not in said
    assert b"transfer-encoding" not in said
    assert said.startswith(b"http/1.0 200 ok\r\n")


def test_a_source_cannot_add_headers() -> None:
    said = listening(SourceInfo(name="x\r\nSet-Cookie: y", url="\n\nz"))
    assert b"\nSet-Cookie" not in said
    assert said.count(b"\r\n\r\n") == 1


def test_pages_may_read_what_they_need() -> None:
    exposed = next(
        line for line in listening().split(b"\r\n") if line.startswith(b"Access-Control-Expose")
    )
    for name in (b"icy-metaint", b"icy-name", b"icy-br"):
        assert name in exposed


def test_a_page_may_ask_for_titles() -> None:
    asked = head(client("clients/player-chromium-fetch-mp3.conn1"))
    status, answered = answer_options(asked, OLD, now=NOW)
    assert status == 204
    assert answered.startswith(b"HTTP/1.0 204 No Content\r\n")
    assert answered.endswith(b"\r\n\r\n")
    headers = dict(preflight())
    assert asked.header("access-control-request-headers") in (
        headers["Access-Control-Allow-Headers"].lower().split(", ")
    )
    assert asked.header("access-control-request-method") in (
        headers["Access-Control-Allow-Methods"].split(", ")
    )
    for name, value in headers.items():
        assert f"\r\n{name}: {value}\r\n".encode() in answered


@pytest.mark.parametrize(
    "probe",
    [
        client("clients/libshout-tls-auto-on-tlsport.conn1"),
        b"OPTIONS /live HTTP/1.1\r\nHost: x\r\nUpgrade: TLS/1.0\r\n\r\n",
    ],
)
def test_libshout_looking_for_tls_is_let_go_on(probe: bytes) -> None:
    status, answered = answer_options(head(probe), OLD, now=NOW)
    assert status == 400
    assert answered.startswith(b"HTTP/1.0 400 ")
    assert b"\r\nConnection: Close\r\n" in answered


def test_nobody_is_told_which_methods_are_allowed() -> None:
    for request in (b"OPTIONS * HTTP/1.1\r\n\r\n", b"OPTIONS /live HTTP/1.1\r\n\r\n"):
        _, answered = answer_options(head(request), OLD, now=NOW)
        assert b"\r\nallow:" not in answered.lower()
