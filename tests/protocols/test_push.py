from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.errors import PeerError
from radiocast.formats import Title
from radiocast.protocols.basic_auth import Credentials
from radiocast.protocols.http_head import HeadReader, RequestHead
from radiocast.protocols.push import (
    PushAnswers,
    ShoutcastAnswers,
    push_request,
    shoutcast_headers,
    shoutcast_password,
    shoutcast_title_target,
    title_target,
)
from radiocast.protocols.shoutcast_source import HeadersGiven, PasswordGiven, ShoutcastSource
from radiocast.protocols.source_info import SourceInfo
from radiocast.protocols.source_request import SourceRequest
from radiocast.protocols.title_update import TitleUpdate
from radiocast.protocols.upstream import MAX_HEAD
from tests.protocols.recorded import icecast
from tests.strategies import chunked

INFO = SourceInfo("Name", "About", "jazz", "http://x/", True, "128", "ice-bitrate=128")
US = Credentials("source", "hackme")


def request(method: str) -> RequestHead:
    head = HeadReader().feed(
        push_request(
            method,
            "/live",
            "there:8000",
            agent="a/1",
            credentials=US,
            content_type="audio/mpeg",
            info=INFO,
        )
    )
    assert isinstance(head, RequestHead)
    return head


def feed_all(answers: PushAnswers | ShoutcastAnswers, pieces: list[bytes]) -> None:
    for piece in pieces:
        answers.feed(piece)


@pytest.mark.parametrize("method", ["PUT", "SOURCE"])
def test_a_server_reads_what_we_meant(method: str) -> None:
    asked = SourceRequest.from_head(request(method))
    assert (asked.path, asked.credentials, asked.content_type) == ("/live", US, "audio/mpeg")
    said = asked.info
    assert (said.name, said.description, said.genre, said.url) == INFO_TEXTS
    assert (said.public, said.bitrate, said.audio_info) == (True, "128", "ice-bitrate=128")
    assert asked.expects_continue == (method == "PUT")
    assert not asked.chunked
    assert asked.content_length is None


INFO_TEXTS = ("Name", "About", "jazz", "http://x/")


@pytest.mark.parametrize("name", ["source-put-ok", "source-put-100-continue", "source-legacy-ok"])
@given(st.data())
def test_icecast_lets_us_in(name: str, data: st.DataObject) -> None:
    _, answer = icecast(name)
    answers = PushAnswers()
    assert any(answers.feed(piece) for piece in data.draw(chunked(answer)))


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("source-legacy-wrong-password", "it says 401"),
        ("source-legacy-mount-in-use", "it says 403"),
        ("source-put-no-auth", "it says 401"),
    ],
)
@given(st.data())
def test_icecast_does_not(name: str, problem: str, data: st.DataObject) -> None:
    _, answer = icecast(name)
    with pytest.raises(PeerError, match=problem):
        feed_all(PushAnswers(), data.draw(chunked(answer)))


@pytest.mark.parametrize("kind", [PushAnswers, ShoutcastAnswers])
@given(st.lists(st.binary(max_size=100)))
def test_no_answer_makes_us_stumble(
    kind: Callable[[], PushAnswers | ShoutcastAnswers], pieces: list[bytes]
) -> None:
    answers = kind()
    try:
        for piece in pieces:
            answers.feed(piece)
    except PeerError:
        pass


@pytest.mark.parametrize("kind", [PushAnswers, ShoutcastAnswers])
def test_an_answer_has_an_end(kind: Callable[[], PushAnswers | ShoutcastAnswers]) -> None:
    with pytest.raises(PeerError):
        feed_all(kind(), [b"OKOK"] * MAX_HEAD)


def test_a_shoutcast_server_reads_what_we_meant() -> None:
    server = ShoutcastSource()
    [password] = server.feed(shoutcast_password(US))
    assert isinstance(password, PasswordGiven)
    assert password.logins[0].password == "hackme"
    answer, _ = server.accept()
    assert ShoutcastAnswers().feed(answer)
    [headers] = server.feed(shoutcast_headers("audio/aac", INFO))
    assert isinstance(headers, HeadersGiven)
    assert headers.content_type == "audio/aac"
    assert (headers.info.name, headers.info.genre, headers.info.bitrate) == ("Name", "jazz", "128")


def test_a_shoutcast_server_is_told_a_user_if_it_is_another_one() -> None:
    assert shoutcast_password(Credentials("ann", "pw")) == b"ann:pw\r\n"


def test_a_shoutcast_server_says_no() -> None:
    with pytest.raises(PeerError, match="it says invalid password"):
        ShoutcastAnswers().feed(b"invalid password\r\n")


TITLES = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1)


@given(TITLES)
def test_titles_are_read_as_we_meant_them(text: str) -> None:
    head = RequestHead("GET", title_target("/é live", Title(text)).encode(), "HTTP/1.0")
    update = TitleUpdate.from_admin_metadata(head)
    assert update.problem is None
    assert update.mount == "/é live"
    assert update.title == Title(text)
    target = shoutcast_title_target(Credentials("source", "p&w"), Title(text, url="http://x/?a=b"))
    update = TitleUpdate.from_admin_cgi(RequestHead("GET", target.encode(), "HTTP/1.0"))
    assert update.problem is None
    assert update.credentials == Credentials("source", "p&w")
    assert update.title == Title(text, url="http://x/?a=b")


def test_no_title_clears_it() -> None:
    head = RequestHead("GET", title_target("/live", None).encode(), "HTTP/1.0")
    update = TitleUpdate.from_admin_metadata(head)
    assert update.problem is None
    assert update.title is None
