from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.errors import PeerError
from radiocast.protocols.shoutcast_source import (
    Audio,
    Event,
    HeadersGiven,
    Login,
    PasswordGiven,
    Poke,
    ShoutcastSource,
    State,
)
from radiocast.protocols.source_info import SourceInfo
from tests.protocols.recorded import client, cuttings, icecast
from tests.strategies import babble, chunked


def converse(pieces: list[bytes], *, max_head: int = 8 * 1024) -> tuple[list[Event], bytes, bytes]:
    """Accept whoever comes: the events before the audio, the audio, and our answer."""
    source, answer, audio = ShoutcastSource(max_head), b"", b""
    events: list[Event] = []
    for piece in pieces:
        new = source.feed(piece)
        if any(isinstance(event, PasswordGiven) for event in new):
            answer, more = source.accept()
            new += more
        events += [event for event in new if not isinstance(event, Audio)]
        audio += b"".join(event.data for event in new if isinstance(event, Audio))
    return events, audio, answer


def logins(line: str) -> tuple[Login, ...]:
    event = ShoutcastSource().feed(line.encode() + b"\r\n")[0]
    assert isinstance(event, PasswordGiven)
    return event.logins


def test_a_source_that_sends_all_at_once_is_understood_however_it_is_cut() -> None:
    """butt: headers before OK2, and a Host among them."""
    recorded = client("clients/butt-shoutcast.conn1")
    audio_begins = recorded.index(b"\r\n\r\n") + 4
    for pieces in cuttings(recorded):
        events, audio, answer = converse(pieces)
        assert events == [
            PasswordGiven((Login("hackme"),)),
            HeadersGiven(
                SourceInfo(name="st", genre="g", url="http://x/", public=False, bitrate="128"),
                "audio/mpeg",
            ),
        ]
        assert audio == recorded[audio_begins:]
        assert answer == b"OK2\r\nicy-caps:11\r\n\r\n"


@pytest.mark.parametrize("name", ["shoutcast-source-ok", "shoutcast-source-lf"])
def test_the_answer_is_icecasts(name: str) -> None:
    sent, answered = icecast(name)
    assert converse([sent])[2] == answered


def test_a_source_may_wait_for_ok2() -> None:
    source = ShoutcastSource()
    assert source.feed(client("reconstructed/bassnet-shoutcast.step1")) == [
        PasswordGiven((Login("hackme"),))
    ]
    assert source.accept() == (b"OK2\r\nicy-caps:11\r\n\r\n", [])
    given_, audio = source.feed(client("reconstructed/bassnet-shoutcast.step2-after-OK2"))
    assert isinstance(given_, HeadersGiven)
    assert given_.content_type == "audio/aacp"
    assert isinstance(audio, Audio)
    assert audio.data.startswith(b"\xff\xfb\x90")
    assert source.feed(b"more") == [Audio(b"more")]
    assert source.feed(b"") == []


@pytest.mark.parametrize(
    ("said", "metaint"), [(b"icy-metaint:8192\n", 8192), (b"icy-metaint:x\n", 0), (b"", 0)]
)
def test_a_source_may_send_titles_between_its_audio(said: bytes, metaint: int) -> None:
    (_, told), _, _ = converse([b"hackme\n" + said + b"\n"])
    assert isinstance(told, HeadersGiven)
    assert told.metaint == metaint


def test_a_password_can_be_refused_for_good_or_for_now() -> None:
    source = ShoutcastSource()
    source.feed(b"wrong\r\nicy-name: x\r\n\r\n")
    assert source.refuse() == b"invalid password\r\n"
    assert source.state is State.CLOSED
    assert source.feed(b"more") == []
    source = ShoutcastSource()
    source.feed(b"hackme\n")
    assert source.refuse("in use") == b"in use\r\n"


@pytest.mark.parametrize(
    ("line", "readings"),
    [
        ("hackme", [Login("hackme")]),
        ("dj:hackme", [Login("dj:hackme"), Login("hackme", user="dj")]),
        ("hackme:#3", [Login("hackme:#3"), Login("hackme", sid=3), Login("#3", user="hackme")][:2]),
        (
            "dj:hackme:#3",
            [
                Login("dj:hackme:#3"),
                Login("dj:hackme", sid=3),
                Login("hackme", user="dj", sid=3),
            ],
        ),
        ("/live:hackme", [Login("/live:hackme"), Login("hackme", mount="/live")]),
        (
            "/live:dj:a:b:#2",
            [
                Login("/live:dj:a:b:#2"),
                Login("/live:dj:a:b", sid=2),
                Login("dj:a:b", mount="/live", sid=2),
                Login("a:b", user="dj", mount="/live", sid=2),
            ],
        ),
        ("/..:hackme", [Login("/..:hackme"), Login("hackme")]),
        ("pässwörd", [Login("pässwörd")]),
        (":x", [Login(":x")]),
        ("x:", [Login("x:")]),
        ("", [Login("")]),
        (
            "SOURCE hackme /live",
            [Login("SOURCE hackme /live"), Login("hackme", mount="/live")],
        ),
    ],
)
def test_every_reading_of_a_password_line_is_given(line: str, readings: list[Login]) -> None:
    assert list(logins(line)) == readings


def test_a_login_never_prints_its_password() -> None:
    assert "geheim" not in repr(logins("dj:geheim")[1])


def test_libshout_only_pokes() -> None:
    for pieces in cuttings(client("clients/gst-shout2send-icy.conn1")):
        assert converse(pieces) == ([Poke()], b"", b"")


def test_no_headers_at_all_mean_mp3() -> None:
    assert converse([b"pw\n\n\xff\xfb"])[0][1] == HeadersGiven(SourceInfo(), "audio/mpeg")


def test_a_content_type_is_told_without_its_parameters() -> None:
    given_ = converse([b"pw\nContent-Type: Audio/AACP; x=y\n\n"])[0][1]
    assert isinstance(given_, HeadersGiven)
    assert given_.content_type == "audio/aacp"


@pytest.mark.parametrize("endless", [b"x" * 2000, b"pw\r\n" + b"icy-name:x\r\n" * 200])
def test_a_dialogue_without_end_is_refused_at_the_bound(endless: bytes) -> None:
    for pieces in cuttings(endless):
        with pytest.raises(PeerError, match="longer than 1000"):
            converse(pieces, max_head=1000)
    converse([endless[:1000]], max_head=1000)


def test_audio_behind_the_headers_counts_for_no_bound() -> None:
    assert converse([b"pw\n\n" + b"x" * 5000], max_head=4)[1] == b"x" * 5000


@given(st.data(), babble((b"pw", b"\r\n", b"\n\n", b"!POKE\n", b"icy-name:", b"SOURCE ", b"/..:")))
@settings(max_examples=200)
def test_no_bytes_raise_anything_but_peer_error(data: st.DataObject, noise: bytes) -> None:
    def outcome(pieces: list[bytes]) -> object:
        try:
            return converse(pieces, max_head=100)
        except PeerError as error:
            return error.status

    whole = outcome([noise])
    assert outcome([noise[i : i + 1] for i in range(len(noise))]) == whole
    assert outcome(data.draw(chunked(noise))) == whole
