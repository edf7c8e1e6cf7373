from __future__ import annotations

from urllib.parse import quote_from_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.errors import PeerError
from radiocast.formats import Title
from radiocast.protocols.basic_auth import Credentials
from radiocast.protocols.charset import decode_claimed
from radiocast.protocols.replies import Refusal
from radiocast.protocols.title_update import TitleUpdate
from tests.protocols.reading import head, read
from tests.protocols.recorded import cuttings, icecast

SOURCE = Credentials("source", "srcpw")


def metadata(query: str, body: bytes = b"") -> TitleUpdate:
    target = f"/admin/metadata?mode=updinfo&mount=/live&{query}".encode()
    return TitleUpdate.from_admin_metadata(head(b"GET " + target + b" HTTP/1.0\r\n\r\n"), body)


def cgi(query: str) -> TitleUpdate:
    return TitleUpdate.from_admin_cgi(head(f"GET /admin.cgi?{query} HTTP/1.0\r\n\r\n".encode()))


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("song=Artist+-+Title", Title("Artist - Title")),
        ("artist=A&title=T", Title("A - T", artist="A", title="T")),
        ("title=T", Title("T", title="T")),
        ("artist=A", Title("A", artist="A")),
        ("song=stale&artist=A&title=T", Title("A - T", artist="A", title="T")),  # Mixxx
        ("song=S&artist=&title=", Title("S")),
        ("song=Unknown&title=Unknown", Title("Unknown", title="Unknown")),  # liquidsoap
        ("song=S&url=http%3A%2F%2Fx%2F", Title("S", url="http://x/")),
        ("song=", None),
        ("song=+%00%0a", None),
        ("artist=&title=&song=&url=http://x/", None),
        ("song=a%0d%0ab%00c", Title("a  bc")),
        ("song=a b 'c' #1 %", Title("a b 'c' #1 %")),
    ],
)
def test_a_request_says_everything_about_its_title(query: str, title: Title | None) -> None:
    update = metadata(query)
    assert update.title == title
    assert update.problem is None


BJÖRK = "Björk".encode()


@pytest.mark.parametrize(
    ("data", "charset", "text"),
    [
        (BJÖRK, "UTF-8", "Björk"),
        (BJÖRK, "utf8", "Björk"),
        (BJÖRK, "", "Björk"),
        (b"Bj\xf6rk", "", "Björk"),
        (b"Bj\xf6rk", "UTF-8", "Björk"),  # cannot be what it claims to be
        (b"Bj\xf6rk", "ISO-8859-1", "Björk"),
        (b"Bj\xf6rk", "LATIN1", "Björk"),
        (BJÖRK, "ISO-8859-1", "Björk"),  # claimed out of habit
        (BJÖRK, "us-ascii", "Björk"),
        ("Łódź".encode("iso-8859-2"), "ISO8859-2", "Łódź"),
        ("Кино".encode("cp1251"), "windows-1251", "Кино"),
        ("Кино".encode("koi8-r"), "KOI8-R", "Кино"),
        ("日本".encode("shift-jis"), "Shift_JIS", "日本"),
        ("日本".encode("euc-jp"), "EUC-JP", "日本"),
        (b"\xff\xff", "shift_jis", "ÿÿ"),
        (b"abc", "iso-8859-12", "abc"),
        (b"uryyb", "rot13", "uryyb"),
        (b"x", "zip", "x"),
        (b"x", "nonsense\x00", "x"),
    ],
)
def test_titles_are_read_in_their_charset(data: bytes, charset: str, text: str) -> None:
    assert decode_claimed(data, charset) == text
    assert metadata(f"song={quote_from_bytes(data)}&charset={charset.strip(chr(0))}").title == (
        Title(text)
    )


@given(st.binary(), st.text() | st.sampled_from(["utf-8", "big5", "gb18030", "iso-8859-8"]))
def test_no_charset_makes_a_title_raise(data: bytes, charset: str) -> None:
    assert isinstance(decode_claimed(data, charset), str)


@pytest.mark.parametrize(
    ("query", "mount"),
    [
        ("mount=/live", "/live"),
        ("mount=live", "/live"),
        ("mount=%2fmy%20r%c3%b6ck%20st%2emp3", "/my röck st.mp3"),
        ("mount=/100%25", "/100%"),
        ("mount=/a%252fb", "/a%2fb"),
        ("mount=", None),
        ("x=y", None),
    ],
)
def test_the_mount_is_a_path(query: str, mount: str | None) -> None:
    assert cgi(query).mount == mount


def test_a_mount_with_dots_is_refused() -> None:
    with pytest.raises(PeerError):
        cgi("mount=/../x")


def test_a_body_may_say_it_instead() -> None:
    """libshout posts where a server allows it."""
    sent = b"mount=%2flive&song=Bj%c3%b6rk&charset=UTF-8&mode=updinfo"
    request = head(b"POST /admin/metadata HTTP/1.1\r\nHost: x\r\n\r\n")
    update = TitleUpdate.from_admin_metadata(request, sent)
    assert (update.mount, update.title, update.problem) == ("/live", Title("Björk"), None)


@pytest.mark.parametrize(
    "name", ["metadata-song", "metadata-artist-title", "metadata-bad-mode", "metadata-no-mode"]
)
def test_admin_metadata_is_answered_as_icecast_does(name: str) -> None:
    sent, answered = icecast(name)
    for pieces in cuttings(sent):
        update = TitleUpdate.from_admin_metadata(read(pieces)[0])
        assert update.credentials == SOURCE
        reply = update.problem or update.success
        assert answered.endswith(b"\r\n\r\n" + reply.body)
        assert answered.startswith(b"HTTP/1.0 %d " % reply.status)


@pytest.mark.parametrize(
    "name",
    [
        "metadata-cgi-no-pass",
        "shoutcast-metadata-cgi",
        "shoutcast-metadata-cgi-badmode",
        "shoutcast-metadata-cgi-nosong",
    ],
)
def test_admin_cgi_is_answered_as_icecast_does(name: str) -> None:
    sent, answered = icecast(name)
    update = TitleUpdate.from_admin_cgi(head(sent))
    reply = update.problem or update.success
    assert answered.endswith(b"\r\n\r\n" + reply.body)
    assert answered.startswith(b"HTTP/1.0 %d " % reply.status)


@pytest.mark.parametrize("query", ["x=y", "url=http://x/"])
def test_without_any_title_a_parameter_is_missing(query: str) -> None:
    assert metadata(query).problem == Refusal.MISSING_PARAMETER.value
    assert cgi(f"mode=updinfo&pass=x&{query}").problem == Refusal.MISSING_PARAMETER.value


def test_a_password_comes_in_many_ways() -> None:
    assert cgi("pass=pw&song=x").credentials == Credentials("source", "pw")
    assert cgi("pass=pw&user=dj&sid=2").credentials == Credentials("dj", "pw")
    assert cgi("song=x").credentials is None
    assert metadata("song=x").credentials is None
    assert metadata("song=x&pass=pw").credentials == Credentials("source", "pw")  # edcast
    basic = head(
        b"GET /admin.cgi?mode=updinfo&song=x HTTP/1.0\r\nAuthorization: Basic dTpw\r\n\r\n"
    )
    assert TitleUpdate.from_admin_cgi(basic).credentials == Credentials("u", "p")
    assert TitleUpdate.from_admin_cgi(basic).problem is None


@pytest.mark.parametrize(
    ("query", "sid"), [("sid=2", 2), ("sid=", None), ("sid=-1", None), ("sid=1234567890", None)]
)
def test_a_stream_may_have_a_number(query: str, sid: int | None) -> None:
    assert cgi(query).sid == sid


def test_a_title_is_never_printed_with_its_password() -> None:
    assert "geheim" not in repr(cgi("pass=geheim&song=x"))
