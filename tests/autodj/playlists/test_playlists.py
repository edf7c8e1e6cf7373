"""Playlist files as players write them, and as nobody should."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from radiocast.autodj.playlists import Entry, PlaylistError, Problem, parse_playlist
from radiocast.autodj.playlists.entry import MAX_PLAYLIST, MAX_PROBLEMS
from tests.strategies import babble, damaged

M3U = """#EXTM3U
#PLAYLIST:Evening
#EXTINF:215,Anna - Morning
../music/anna/morning.mp3

#EXTINF:-1 tvg-name="a, b" group="x",News
http://news.example/latest.mp3?x=1
#EXTALB:Nights
#EXTART:Ben
  C - D.flac
file:///srv/a%20b.ogg
#EXTINF:broken
mms://old.example/stream
C:\\Music\\x.mp3
sub\\dir\\y.mp3
"""


def located(*entries: Entry) -> list[str]:
    return [entry.location for entry in entries]


def test_an_m3u_says_what_and_where() -> None:
    parsed = parse_playlist(M3U.encode(), "/srv/lists/all.m3u")
    assert parsed.entries == (
        Entry("/srv/music/anna/morning.mp3", "Anna", "Morning", duration=215),
        Entry("http://news.example/latest.mp3?x=1", "", "News"),
        Entry("/srv/lists/C - D.flac", "Ben", album="Nights"),
        Entry("/srv/a b.ogg"),
        Entry("/srv/lists/sub/dir/y.mp3"),
    )
    assert parsed.problems == (
        Problem(12, "an #EXTINF without a comma"),
        Problem(13, "cannot play from mms://"),
        Problem(14, "a Windows path: C:\\Music\\x.mp3"),
    )


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_lines_end_as_they_like(line_end: str) -> None:
    parsed = parse_playlist(M3U.replace("\n", line_end).encode(), "/srv/lists/all.m3u")
    assert len(parsed.entries) == 5


@pytest.mark.parametrize(
    ("data", "charsets"),
    [
        ("Ünïcode ☀.mp3".encode(), ()),
        (codecs.BOM_UTF8 + "Ünïcode ☀.mp3".encode(), ()),
        (codecs.BOM_UTF16_LE + "Ünïcode ☀.mp3".encode("utf-16-le"), ()),
        ("Ünïcode.mp3".encode("cp1252"), ()),
        ("Привет.mp3".encode("cp1251"), ("cp1251",)),
        (b"#EXTENC: koi8-r\n" + "Привет.mp3".encode("koi8-r"), ()),
    ],
)
def test_the_charset_is_found(data: bytes, charsets: tuple[str, ...]) -> None:
    (entry,) = parse_playlist(data, "/a.m3u", charsets).entries
    assert entry.location in ("/Ünïcode ☀.mp3", "/Ünïcode.mp3", "/Привет.mp3")


def test_line_ends_of_unicode_are_part_of_a_name() -> None:
    (entry,) = parse_playlist("a\u2028b\x85c.mp3".encode(), "/a.m3u").entries
    assert entry.location == "/a\u2028b\x85c.mp3"


def test_a_playlist_from_the_network_points_into_the_network_only() -> None:
    data = b"one.mp3\n/two.mp3\nfile:///etc/passwd\nhttps://b.example/x\nhttp://\n"
    data += b"file://localhost/etc/passwd\n"
    parsed = parse_playlist(data, "http://a.example/lists/x.m3u?token=1")
    assert located(*parsed.entries) == [
        "http://a.example/lists/one.mp3",
        "http://a.example/two.mp3",
        "https://b.example/x",
    ]
    assert [problem.line for problem in parsed.problems] == [3, 5, 6]


def test_an_hls_playlist_is_no_list_of_tracks() -> None:
    with pytest.raises(PlaylistError, match="HLS"):
        parse_playlist(b"#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:6,\na.ts\n", "/a.m3u8")


def test_a_pls_is_read_by_its_numbers() -> None:
    data = (
        b"[playlist]\r\nNumberOfEntries=3\r\nFile2=b.mp3\r\nTitle2=Ben - B\r\nLength2=61\r\n"
        b"file1=http://a.example/\r\nTitle1=A\r\nLength1=-1\r\nTitle3=lost\r\nFile4=\r\n"
        b"Version=2\r\nnoise\r\n"
    )
    parsed = parse_playlist(data, "/srv/x.pls")
    assert parsed.entries == (
        Entry("http://a.example/", "", "A"),
        Entry("/srv/b.mp3", "Ben", "B", duration=61),
    )
    assert parsed.problems == (
        Problem(12, "not a setting of a playlist: noise"),
        Problem(0, "entry 3 has no File3"),
        Problem(10, "an empty location"),
    )


XSPF = """<?xml version="1.0" encoding="UTF-8"?>
<playlist xmlns="http://xspf.org/ns/0/" version="1">
  <title>All</title>
  <trackList>
    <track>
      <location>mms://a.example/</location><location>music/a%20b.mp3</location>
      <x:title xmlns:x="http://x.example">nor this</x:title>
      <creator>Ann &amp; Ben</creator><title>One</title><album>First</album>
      <duration>61500</duration>
      <extension application="http://x.example"><title>not this</title></extension>
    </track>
    <track><title>nowhere</title></track>
    <track><location>file:///srv/%C3%BC.mp3</location></track>
  </trackList>
</playlist>
"""


def test_an_xspf_holds_uris_and_milliseconds() -> None:
    parsed = parse_playlist(XSPF.encode(), "/srv/x.xspf")
    assert parsed.entries == (
        Entry("/srv/music/a b.mp3", "Ann & Ben", "One", "First", 61.5),
        Entry("/srv/ü.mp3"),
    )
    assert parsed.problems == (Problem(12, "a track without a location"),)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<playlist><trackList>",
        b'<?xml version="1.0" encoding="klingon"?><a/>',
        b'<!DOCTYPE a [<!ENTITY b "cc"><!ENTITY c "&b;&b;">]><playlist>&c;</playlist>',
    ],
)
def test_what_is_no_xspf_is_refused(data: bytes) -> None:
    with pytest.raises(PlaylistError, match=r"is no XSPF|is not XML"):
        parse_playlist(data, "/srv/x.xspf")


CUE = """REM GENRE Ambient
PERFORMER "Ann"
TITLE "Hours"
FILE "hours.flac" WAVE
  TRACK 01 AUDIO
    TITLE "One"
    PERFORMER "Ann & Ben"
    INDEX 01 00:00:00
  TRACK 02 AUDIO
    TITLE "Two"
    INDEX 00 04:58:00
    INDEX 01 05:00:15
  TRACK 03 MODE1/2352
    INDEX 01 06:00:00
  TRACK 04 AUDIO
    TITLE "Without a start"
  TRACK 05 AUDIO
    INDEX 01 04:00:00
FILE "more.mp3" MP3
  TRACK 06 AUDIO
    TITLE "Three"
    INDEX 01 00:02:00
"""


def test_a_cue_sheet_cuts_one_file_into_its_tracks() -> None:
    parsed = parse_playlist(CUE.encode(), "/srv/x.cue")
    assert parsed.entries == (
        Entry("/srv/hours.flac", "Ann & Ben", "One", "Hours", None, 0.0, 300.2, 1),
        Entry("/srv/hours.flac", "Ann", "Two", "Hours", None, 300.2, None, 2),
        Entry("/srv/more.mp3", "Ann", "Three", "Hours", None, 2.0, None, 6),
    )
    assert parsed.problems == (
        Problem(15, "a TRACK without an INDEX 01"),
        Problem(17, "a TRACK that starts before the one in front of it"),
    )


@pytest.mark.parametrize(
    "line", ["TRACK x AUDIO", "INDEX 01 1:99:00", "INDEX 01 1:00:75", 'FILE "" WAVE', "INDEX"]
)
def test_a_broken_line_of_a_cue_sheet_is_told(line: str) -> None:
    parsed = parse_playlist(f'FILE "a" WAVE\nTRACK 01 AUDIO\n{line}\n'.encode(), "/srv/x.cue")
    assert [problem.line for problem in parsed.problems][:1] == [3]


@pytest.mark.parametrize(
    ("data", "kind"),
    [(b"#EXTM3U\na.mp3", "m3u"), (b"[Playlist]\nFile1=a.mp3", "pls"), (XSPF.encode(), "xspf")],
)
def test_a_playlist_without_a_telling_name_is_known_by_its_beginning(
    data: bytes, kind: str
) -> None:
    assert parse_playlist(data, "http://a.example/list").entries
    assert parse_playlist(data, f"/list.{kind.upper()}").entries


def test_what_is_no_playlist_is_refused() -> None:
    with pytest.raises(PlaylistError, match="is no playlist"):
        parse_playlist(b"ID3\x04", "/music/a.mp3")


def test_a_playlist_and_its_complaints_are_bounded() -> None:
    with pytest.raises(PlaylistError, match="longer than"):
        parse_playlist(bytes(MAX_PLAYLIST + 1), "/a.m3u")
    parsed = parse_playlist(b"mms://x\n" * 1000 + b"a.mp3\n", "/a.m3u")
    assert len(parsed.problems) == MAX_PROBLEMS
    assert located(*parsed.entries) == ["/a.mp3"]


WORDS = (
    b"#EXTINF:", b"#EXTENC:utf-16\n", b"\n", b"http://[", b"file://", b"\0", b"%00", b"File1=",
    b"[playlist]\n", b"<track>", b"<location>", b"</track>", b"TRACK 01 AUDIO\n", b'FILE "',
    b"INDEX 01 00:00:00\n", b"\xff\xfe", b"\xef\xbb\xbf",
)  # fmt: skip


@given(data=st.data(), name=st.sampled_from(["m3u", "m3u8", "pls", "xspf", "cue", ""]))
@hypothesis_settings(max_examples=200, deadline=None)
def test_no_bytes_raise_anything_but_a_playlist_error(data: st.DataObject, name: str) -> None:
    whole = data.draw(st.sampled_from([M3U, XSPF, CUE])).encode()
    given_bytes = data.draw(st.one_of(babble(WORDS), damaged(whole)))
    base = data.draw(st.sampled_from(["/srv/list", "http://a.example/list"]))
    try:
        parsed = parse_playlist(given_bytes, f"{base}.{name}" if name else base)
    except PlaylistError:
        return
    for entry in parsed.entries:
        assert entry.location.startswith(("/", "http://", "https://"))
        assert "\0" not in entry.location
        assert entry.cue_out is None or entry.cue_out > entry.cue_in
