from __future__ import annotations

from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.formats import Title
from radiocast.protocols.playlist_files import m3u, pls, xspf
from radiocast.protocols.source_info import SourceInfo
from tests.protocols.recorded import icecast

URL = "http://127.0.0.1:28400/live.mp3"
XSPF = "{http://xspf.org/ns/0/}"


def test_an_m3u_without_a_name_is_icecasts() -> None:
    head, _, body = icecast("m3u")[1].partition(b"\r\n\r\n")
    assert m3u(URL).body == body
    assert f"\r\nContent-Type: {m3u(URL).content_type}\r\n".encode() in head


def test_an_m3u_can_have_a_name() -> None:
    assert m3u(URL, "Tést\r\nx").body == (f"#EXTM3U\r\n#EXTINF:-1,Tést  x\r\n{URL}\r\n".encode())


def test_a_pls_has_one_entry() -> None:
    assert pls(URL, "Tést").body.decode().split("\r\n") == [
        "[playlist]",
        "NumberOfEntries=1",
        f"File1={URL}",
        "Title1=Tést",
        "Length1=-1",
        "Version=2",
        "",
    ]
    assert b"Title1" not in pls(URL).body
    assert pls(URL).content_type == "audio/x-scpls"


def test_an_xspf_says_what_is_known() -> None:
    info = SourceInfo(name="Name & Co", description="<d>", url="http://x/")
    file = xspf(URL, info, Title("A - T", artist="A", title="T"))
    root = ElementTree.fromstring(file.body)
    assert root.tag == f"{XSPF}playlist"
    assert root.findtext(f"{XSPF}title") == "Name & Co"
    track = root.find(f"{XSPF}trackList/{XSPF}track")
    assert track is not None
    assert {element.tag.removeprefix(XSPF): element.text for element in track} == {
        "location": URL,
        "creator": "A",
        "title": "T",
        "annotation": "<d>",
        "info": "http://x/",
    }
    assert file.content_type == "application/xspf+xml; charset=UTF-8"


def test_an_xspf_without_a_title_shows_the_name_and_a_bare_song_is_a_title() -> None:
    def title(file: bytes) -> str | None:
        return ElementTree.fromstring(file).findtext(f"{XSPF}trackList/{XSPF}track/{XSPF}title")

    assert title(xspf(URL, SourceInfo(name="N")).body) == "N"
    assert title(xspf(URL, SourceInfo(name="N"), Title("song")).body) == "song"


@given(st.text(), st.text())
@settings(max_examples=100)
def test_no_text_breaks_a_playlist(name: str, song: str) -> None:
    root = ElementTree.fromstring(xspf(URL, SourceInfo(name=name), Title(song)).body)
    assert len(root.findall(f".//{XSPF}location")) == 1
    without_surrogates = name.encode(errors="ignore").decode()
    assert m3u(URL, without_surrogates).body.count(b"\n") in (1, 3)
    assert pls(URL, without_surrogates).body.count(b"\n") in (5, 6)
