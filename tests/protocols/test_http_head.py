from __future__ import annotations

import h11
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from radiocast.errors import PeerError
from radiocast.protocols.http_head import (
    HeadReader,
    NotHttp,
    RequestHead,
    clean_path,
    normalised,
    parse_form,
    response_head,
)
from tests.protocols.reading import head, read, read_any
from tests.protocols.recorded import cuttings
from tests.strategies import babble, chunked

DARKICE = (
    b"SOURCE /dark HTTP/1.0\nContent-Type: audio/mpeg\nAuthorization: Basic c291cmNlOmhhY2ttZQ==\n"
    b"ice-name: D\nice-public: 0\n\r\n\xff\xfb\x90\x64\r\n\r\naudio"
)
WORDS = (
    b"GET ",
    b"POST ",
    b"OPTIONS ",
    b"SOURCE ",
    b"/live",
    b" HTTP/1.1",
    b" HTTP/1.0",
    b" ICE/1.0",
    b"\r\n",
    b"\n",
    b"\r\n\r\n",
    b"Host: x",
    b"Content-Length: ",
    b"Transfer-Encoding: ",
    b"chunked",
    b"identity",
    b", ",
    b"5",
    b"?song=%C3%B6",
    b"/..",
    b"%00",
    b"http://",
    b"* ",
    b"\x85",
    b" folded",
)


@pytest.mark.parametrize("pieces", cuttings(DARKICE), ids=lambda pieces: f"{len(pieces)} pieces")
def test_darkice_ends_its_lines_with_lf_and_its_head_with_crlf(pieces: list[bytes]) -> None:
    found, rest = read(pieces)
    assert (found.method, found.path, found.version) == ("SOURCE", "/dark", "HTTP/1.0")
    assert found.header("ice-name") == "D"
    assert rest == b"\xff\xfb\x90\x64\r\n\r\naudio"


@given(st.data())
@settings(max_examples=100)
def test_line_ends_and_cuts_do_not_matter(data: st.DataObject) -> None:
    lines = [b"PUT /live HTTP/1.1", b"Host: x", b"ice-name: T\xc3\xa9st", b""]
    ends = data.draw(st.lists(st.sampled_from([b"\n", b"\r\n"]), min_size=4, max_size=4))
    request = b"".join(line + end for line, end in zip(lines, ends, strict=True))
    audio = data.draw(st.binary(max_size=40))
    found, rest = read(data.draw(chunked(request + audio)))
    assert found == RequestHead("PUT", b"/live", "HTTP/1.1", (("host", "x"), ("ice-name", "Tést")))
    assert rest == audio


@pytest.mark.parametrize(
    ("line", "method", "path", "version"),
    [
        (b"SOURCE /live ICE/1.0", "SOURCE", "/live", "ICE/1.0"),
        (b"GET /live http/1.1", "GET", "/live", "HTTP/1.1"),
        (b"get /live HTTP/1.0", "GET", "/live", "HTTP/1.0"),
        (b"GET /live HTTP/1.2", "GET", "/live", "HTTP/1.2"),
        (b"GET /my%20r%c3%b6ck.mp3 HTTP/1.0", "GET", "/my röck.mp3", "HTTP/1.0"),
        ("GET /Björk - Jóga HTTP/1.0".encode(), "GET", "/Björk - Jóga", "HTTP/1.0"),
        (b"GET /Bj\xf6rk HTTP/1.0", "GET", "/Björk", "HTTP/1.0"),
        (b"GET /Bj%f6rk HTTP/1.0", "GET", "/Björk", "HTTP/1.0"),
        (b"GET /100% HTTP/1.0", "GET", "/100%", "HTTP/1.0"),
        (b"GET  /live  HTTP/1.0 ", "GET", "/live", "HTTP/1.0"),
        (b"PUT noslash.mp3 HTTP/1.1", "PUT", "/noslash.mp3", "HTTP/1.1"),
        (b"GET //live.mp3 HTTP/1.0", "GET", "/live.mp3", "HTTP/1.0"),
        (b"GET http://radio.example:8000/live?x=1 HTTP/1.1", "GET", "/live", "HTTP/1.1"),
        (b"GET HTTP://radio.example HTTP/1.1", "GET", "/", "HTTP/1.1"),
        (b"GET http://radio.example?x=1 HTTP/1.1", "GET", "/", "HTTP/1.1"),
        (b"OPTIONS * HTTP/1.1", "OPTIONS", "*", "HTTP/1.1"),
        (b"GET /...dots HTTP/1.0", "GET", "/...dots", "HTTP/1.0"),
    ],
)
def test_request_lines_are_read_with_patience(
    line: bytes, method: str, path: str, version: str
) -> None:
    found = head(line + b"\r\n\r\n")
    assert (found.method, found.path, found.version) == (method, path, version)


@pytest.mark.parametrize(
    "path",
    [b"/../etc/passwd", b"/x/../y", b"/%2e%2e/x", b"/a/.", b"/./a", b"..", b"/%2e", b"/a%2f..%2fb"],
)
def test_dot_segments_are_refused(path: bytes) -> None:
    with pytest.raises(PeerError) as refused:
        head(b"GET " + path + b" HTTP/1.0\r\n\r\n")
    assert refused.value.status == 400


@pytest.mark.parametrize("path", [b"/a%00b", b"/a%0d%0aSet-Cookie:x", b"/a%09", b"/a%c2%85b"])
def test_control_characters_in_a_path_are_refused(path: bytes) -> None:
    with pytest.raises(PeerError):
        clean_path(path)


def test_headers_are_text_in_whatever_charset_they_came() -> None:
    found = head(
        b"GET / HTTP/1.0\r\n"
        b"Host :  x\r\n"
        b"ice-name: T\xc3\xa9st\r\n"
        b"ICE-Genre: caf\xe9\r\n"
        b"ice-description: \xc3\x85\x85\r\n"  # not UTF-8; 0x85 is an ellipsis in Windows-1252
        b"x-control: a\x00b\x1b\r\n"
        b"no header at all\r\n"
        b"bad(name): x\r\n"
        b"x-folded: one\r\n two\r\n\tthree\r\n"
        b"empty:\r\n"
        b"empty: second\r\n\r\n"
    )
    assert found.headers == (
        ("host", "x"),
        ("ice-name", "Tést"),
        ("ice-genre", "café"),
        ("ice-description", "Ã……"),
        ("x-control", "ab"),
        ("x-folded", "one two three"),
        ("empty", ""),
        ("empty", "second"),
    )
    assert found.header("empty") == ""
    assert found.header("missing") is None
    assert head(b"GET / HTTP/1.0\r\n folded\r\nhost: x\r\n\r\n").headers == (("host", "x"),)


def test_half_of_a_utf8_letter_is_no_line_end() -> None:
    """str.splitlines would cut "Å" (C3 85) in two."""
    assert head("GET / HTTP/1.0\nice-name: Århus\n\n".encode()).header("ice-name") == "Århus"


def test_words_of_a_header_are_collected_from_all_its_lines() -> None:
    found = head(b"GET / HTTP/1.1\r\nConnection: Upgrade, close\r\nConnection: TE,,\r\n\r\n")
    assert found.header_words("connection") == ["upgrade", "close", "te"]


def test_parameters_are_bytes_until_their_charset_is_known() -> None:
    found = head(b"GET /admin?song=Caf%E9+%2B&Url=http://x/?a=b&mode&mode=2&=x& HTTP/1.0\r\n\r\n")
    assert found.query_bytes == {"song": b"Caf\xe9 +", "url": b"http://x/?a=b", "mode": b"2"}
    assert found.query == {"song": "Café +", "url": "http://x/?a=b", "mode": "2"}
    assert parse_form(b"") == {}


def test_empty_lines_before_the_request_line_count_for_nothing() -> None:
    assert head(b"\r\n\nGET / HTTP/1.0\r\n\r\n").path == "/"


@pytest.mark.parametrize(
    "first_line",
    [
        b"hackme",
        b"dj:hackme:#3",
        b"!POKE",
        b"SOURCE hackme /live",
        b"GET /status-json.xsl",
        b"GET / FOO/1.0",
        b"GET / HTTP/1.x",
        b"GET  HTTP/1.0",
        b"G\xc3\x89T / HTTP/1.0",
        b"GET /\ta HTTP/1.0",
    ],
)
def test_what_is_no_request_line_is_given_back_whole(first_line: bytes) -> None:
    data = first_line + b"\r\nicy-name: x\r\n\r\n\xff\xfb"
    for pieces in cuttings(data):
        found, received = read_any(pieces)
        assert isinstance(found, NotHttp)
        assert (found.first_line, found.tls) == (first_line, False)
        assert received == data


def test_a_tls_hello_is_known_by_its_first_byte() -> None:
    assert HeadReader().feed(b"\x16") == NotHttp(b"", b"\x16", tls=True)


def test_audio_without_a_login_is_refused_before_a_line_ends() -> None:
    reader = HeadReader()
    assert reader.feed(b"\xff\xfb") is None
    with pytest.raises(PeerError, match="not text"):
        reader.feed(b"\x90\x00")


@pytest.mark.parametrize(
    ("beginning", "status"), [(b"GET /", 414), (b"GET / HTTP/1.0\r\nx: ", 431), (b"\r\n", 414)]
)
def test_a_head_without_end_is_refused_at_the_bound(beginning: bytes, status: int) -> None:
    endless = beginning + b"x" * 1000
    for pieces in cuttings(endless):
        with pytest.raises(PeerError) as refused:
            read_any(pieces, max_head=300)
        assert refused.value.status == status
    reader = HeadReader(max_head=300)
    assert reader.feed(endless[:300]) is None
    with pytest.raises(PeerError):
        reader.feed(b"x")


def test_a_head_of_exactly_the_bound_is_read_and_one_byte_more_is_not() -> None:
    request = b"GET / HTTP/1.0\r\nx: y\r\n\r\n"
    for pieces in cuttings(request + b"audio" * 100):
        assert read(pieces, max_head=len(request))[1] == b"audio" * 100
        with pytest.raises(PeerError):
            read(pieces, max_head=len(request) - 1)


@pytest.mark.parametrize(
    ("request_line", "headers", "status"),
    [
        (b"GET / HTTP/2.0", b"", 505),
        (b"GET / HTTP/0.9", b"", 505),
        (b"PRI * HTTP/2.0", b"", 505),
        (b"GET / HTTP/1.1", b"Transfer-Encoding: gzip, chunked\r\n", 501),
        (b"POST / HTTP/1.1", b"Content-Length: 5\r\nContent-Length: 6\r\n", 400),
        (b"POST / HTTP/1.1", b"Content-Length: -1\r\n", 400),
        (b"POST / HTTP/1.1", b"Content-Length: 1_0\r\n", 400),
        (b"POST / HTTP/1.1", b"Content-Length: " + b"9" * 19 + b"\r\n", 400),
    ],
)
def test_what_could_mean_two_things_is_refused(
    request_line: bytes, headers: bytes, status: int
) -> None:
    with pytest.raises(PeerError) as refused:
        head(request_line + b"\r\n" + headers + b"\r\n")
    assert refused.value.status == status


def test_a_source_may_say_nonsense_about_its_length() -> None:
    assert head(b"SOURCE / HTTP/1.0\r\nContent-Length: -1\r\n\r\n").method == "SOURCE"


@given(st.data(), babble(WORDS))
@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@example(None, b"\r\n" * 40)
@example(None, b"GET http:// HTTP/1.1\n\n")
def test_no_bytes_raise_anything_but_peer_error(data: st.DataObject | None, noise: bytes) -> None:
    def outcome(pieces: list[bytes]) -> object:
        try:
            found, rest = read_any(pieces, max_head=200)
        except PeerError as error:
            return error.status
        return ((found.first_line, found.tls) if isinstance(found, NotHttp) else found), rest

    whole = outcome([noise])
    assert outcome([noise[i : i + 1] for i in range(len(noise))]) == whole
    if data is not None:
        assert outcome(data.draw(chunked(noise))) == whole


REQUESTS = st.builds(
    lambda method, target, version, lines: b"".join(
        [method, b" ", target, b" ", version, b"\r\n", *lines, b"\r\n"]
    ),
    st.sampled_from([b"GET", b"HEAD", b"POST", b"OPTIONS"]),
    babble((b"/live", b"?song=", b"http://x", b"*", b" ", b"%", b"\xff")),
    st.sampled_from([b"HTTP/1.0", b"HTTP/1.1", b"http/1.1", b"ICE/1.0", b"HTTP/1.7"]),
    st.lists(
        st.builds(
            lambda name, value: name + b": " + value.replace(b"\n", b"") + b"\n",
            st.sampled_from(
                [
                    b"Host",
                    b"Content-Length",
                    b"Transfer-Encoding",
                    b"Connection",
                    b"Upgrade",
                    b"Expect",
                    b"icy-name",
                ]
            ),
            st.sampled_from(
                [b"", b"5", b"5, 5", b"chunked", b"identity", b"close", b"100-continue"]
            )
            | st.binary(max_size=20),
        ),
        max_size=5,
    ),
)


@given(REQUESTS)
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@example(b"GET /a b HTTP/1.0\r\n\r\n")
@example(b"GET http://x?y HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")
@example(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n")
@example(b"GET / HTTP/1.1\r\nicy-name: a\x0bb\x0cc\rd\r\n\r\n")
def test_h11_takes_every_head_that_we_read(request: bytes) -> None:
    try:
        found, _ = read_any([request])
    except PeerError:
        return
    if not isinstance(found, RequestHead):
        return
    connection = h11.Connection(h11.SERVER)
    connection.receive_data(normalised(found))
    event = connection.next_event()
    assert isinstance(event, h11.Request)
    assert event.method.decode() == found.method
    assert clean_path(event.target.partition(b"?")[0]) == found.path
    assert parse_form(event.target.partition(b"?")[2]) == found.query_bytes
    assert event.http_version == (b"1.0" if found.version in ("HTTP/1.0", "ICE/1.0") else b"1.1")
    assert len([name for name, _ in event.headers if name == b"host"]) == 1


def test_normalising_keeps_what_counts() -> None:
    found = head(
        b"POST http://x/Bj\xc3\xb6rk?a=b c HTTP/1.1\r\nX-Name: T\xe9st\r\n"
        b"Content-Length: 3, 3\r\nTransfer-Encoding: identity\r\n\r\n"
    )
    assert normalised(found) == (
        b"POST /Bj%C3%B6rk?a=b%20c HTTP/1.1\r\nhost: \r\ncontent-length: 3\r\n"
        b"x-name: T\xc3\xa9st\r\n\r\n"
    )


def test_chunks_win_over_a_length_when_normalising() -> None:
    found = head(
        b"POST / HTTP/1.1\r\nHost: y\r\nContent-Length: 3\r\nTransfer-Encoding: Chunked\r\n\r\n"
    )
    assert normalised(found) == (
        b"POST / HTTP/1.1\r\nhost: y\r\ntransfer-encoding: chunked\r\n\r\n"
    )


def test_a_response_head_is_what_was_asked_for() -> None:
    assert response_head(200, "OK", [("Content-Type", "audio/mpeg"), ("icy-name", "Tést")]) == (
        b"HTTP/1.0 200 OK\r\nContent-Type: audio/mpeg\r\nicy-name:T\xc3\xa9st\r\n\r\n"
    )
    assert response_head(204, "No Content", [], "HTTP/1.1") == b"HTTP/1.1 204 No Content\r\n\r\n"


@given(st.text(), st.text())
def test_no_value_ends_its_line(reason: str, value: str) -> None:
    lines = response_head(200, reason, [("icy-name", value), ("x-last", "1")]).split(b"\n")
    assert len(lines) == 5
    assert lines[2] == b"x-last: 1\r"
    assert b"\r" not in lines[1][:-1]


@pytest.mark.parametrize("name", ["", "a b", "a:b", "a\r\nb", "é"])
def test_a_header_name_is_a_token(name: str) -> None:
    with pytest.raises(ValueError, match="not a header name"):
        response_head(200, "OK", [(name, "x")])
