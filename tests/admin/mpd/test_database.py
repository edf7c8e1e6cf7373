"""The library as clients walk and search it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.admin.mpd.catalogue import Catalogue, Folder, escape, unescape
from radiocast.autodj.track import Shelf, Track

from .made import ROCK, B, make_talk

NAMES = st.text(st.characters(exclude_characters="\0/"), min_size=1, max_size=12)
"""Names of files, in any charset: Linux forbids no others."""


async def test_playlists_are_directories() -> None:
    talk = make_talk()
    root = await talk.lines("lsinfo")
    assert root[3:] == await talk.lines("listplaylists")
    assert root[:3] == [
        "directory: jingles", "directory: mix", "directory: rock",
    ]  # fmt: skip
    assert await talk.lines("lsinfo rock") == [
        "directory: rock/Deep",
        "file: http://example.org/live.mp3", "Title: A stream",
        "file: rock/a.mp3", "Artist: Anna", "Title: a", "Album: First", "Time: 200",
        "duration: 200.000",
        "file: rock/b.mp3", "Artist: Bea", "Title: b", "Time: 100", "duration: 100.500",
    ]  # fmt: skip
    assert await talk.values("file", "lsinfo rock/Deep/") == ["rock/Deep/c.mp3"]
    assert await talk.values("directory", "lsinfo rock/Deep") == ["rock/Deep/Est"]
    assert await talk.values("Title", "lsinfo mix/rock/a.mp3") == ["a"]
    assert await talk.say("lsinfo rock/De") == "ACK [50@0] {lsinfo} No such directory"


async def test_everything_in_a_directory_can_be_listed() -> None:
    talk = make_talk()
    assert await talk.lines("listall rock/Deep") == [
        "directory: rock/Deep", "directory: rock/Deep/Est", "file: rock/Deep/Est/d.mp3",
        "file: rock/Deep/c.mp3",
    ]  # fmt: skip
    assert len(await talk.values("file", "listall")) == 8
    assert await talk.values("directory", "listall") == [
        "jingles", "mix", "mix/jingles", "mix/rock", "rock", "rock/Deep", "rock/Deep/Est",
    ]  # fmt: skip
    assert await talk.values("Title", "listallinfo rock/Deep") == ["d", "c"]
    assert await talk.lines("listall rock/a.mp3") == ["file: rock/a.mp3"]
    assert await talk.say("listall nope") == "ACK [50@0] {listall} No such directory"


async def test_songs_are_found_once_whatever_playlists_they_are_in() -> None:
    talk = make_talk()
    assert await talk.values("file", "find artist Anna") == ["rock/a.mp3", "rock/Deep/c.mp3"]
    assert await talk.values("file", "find artist anna") == []
    assert await talk.values("file", "search artist ann window 1:2") == ["rock/Deep/c.mp3"]
    assert await talk.values(
        "Title", 'search "((album == \\"first\\") AND (base \\"rock/Deep\\"))"'
    ) == ["d"]
    assert await talk.values("Title", "search any e sort -title window :2") == []
    assert (await talk.values("Title", "search any n sort -title window 0:2")) == ["c", "a"]


async def test_what_is_found_can_be_added() -> None:
    talk = make_talk()
    assert await talk.say("searchadd artist anna sort -title") == ""
    assert await talk.queue() == ["b", "c", "a", "c", "d"]
    assert await talk.say("findadd title j position 1") == ""
    assert await talk.queue() == ["b", "j", "c", "a", "c", "d"]
    assert await talk.say("find title j position 1") == (
        "ACK [2@0] {find} Incorrect number of filter arguments"
    )


async def test_songs_are_counted() -> None:
    talk = make_talk()
    assert await talk.lines("count artist Anna") == ["songs: 2", "playtime: 250"]
    assert await talk.lines("count artist nobody") == ["songs: 0", "playtime: 0"]
    assert await talk.lines("count base rock group artist") == [
        "Artist: Anna", "songs: 2", "playtime: 250",
        "Artist: Bea", "songs: 1", "playtime: 100", "Artist: Cyd", "songs: 1", "playtime: 60",
    ]  # fmt: skip


async def test_the_values_of_tags_are_listed_by_groups() -> None:
    talk = make_talk()
    assert await talk.lines("list artist base rock") == [
        "Artist: Anna", "Artist: Bea", "Artist: Cyd",
    ]  # fmt: skip
    assert await talk.lines("list albumartist") == [
        "AlbumArtist: ", "AlbumArtist: Anna", "AlbumArtist: Bea", "AlbumArtist: Cyd",
    ]  # fmt: skip
    assert await talk.lines('list album "(artist != \\"\\")" group albumartist') == [
        "AlbumArtist: Anna", "Album: First", "Album: Second", "AlbumArtist: Bea", "Album: ",
        "AlbumArtist: Cyd", "Album: First",
    ]  # fmt: skip
    assert await talk.lines("list album Anna") == ["Album: First", "Album: Second"]
    assert await talk.lines("list genre") == ["Genre: "]
    assert await talk.values("file", "list file artist Cyd") == ["rock/Deep/Est/d.mp3"]
    assert await talk.say("list mood2") == "ACK [2@0] {list} Unknown tag type: mood2"
    assert await talk.say("list album group album") == "ACK [2@0] {list} Conflicting group"


async def test_the_configured_playlists_are_the_stored_ones() -> None:
    talk = make_talk()
    assert await talk.lines("listplaylists") == [
        "playlist: rock", "Last-Modified: 1970-01-12T13:46:40Z",
        "playlist: jingles", "Last-Modified: 1970-01-12T13:46:40Z",
        "playlist: mix", "Last-Modified: 1970-01-12T13:46:40Z",
    ]  # fmt: skip
    assert await talk.lines("listplaylist mix") == [
        "file: mix/rock/a.mp3", "file: mix/jingles/j.mp3",
    ]  # fmt: skip
    assert await talk.values("Artist", "listplaylistinfo rock 0:2") == ["Anna", "Bea"]
    assert await talk.say("load mix") == ""
    assert await talk.queue() == ["b", "a", "j", "c", "d"]
    assert await talk.say("load rock 1:3 1") == ""
    assert await talk.queue() == ["b", "b", "c", "a", "j", "c", "d"]
    assert await talk.say("load nope") == "ACK [50@0] {load} No such playlist"


@pytest.mark.parametrize("command", ["update", "rescan", "update rock"])
async def test_update_looks_at_the_files(command: str) -> None:
    talk = make_talk()
    assert await talk.say(command) == "updating_db: 1"
    assert talk.controls.reloads == 1


def test_a_playlists_files_are_named_from_its_source_or_from_what_they_share() -> None:
    shelf = Shelf((Track("/m/a/1.mp3"), Track("/m/a/b/2.mp3"), Track("/m/ab/3.mp3")))
    assert [song.file for song in Folder("x", shelf, "/m").songs()] == [
        "x/a/1.mp3", "x/a/b/2.mp3", "x/ab/3.mp3",
    ]  # fmt: skip
    assert Folder("x", shelf, "/").uri(shelf.tracks[0]) == "x/m/a/1.mp3"
    assert Folder("x", shelf, "/m/a").uri(shelf.tracks[0]) == "x/a/1.mp3"
    one = Shelf((Track("/m/a/1.mp3"),))
    assert Folder("x", one, "/m/a/1.mp3").uri(one.tracks[0]) == "x/1.mp3"
    assert list(Folder("x", Shelf(()), "/m").songs()) == []


@given(st.lists(st.lists(NAMES, min_size=1, max_size=3), min_size=1, max_size=5), NAMES)
def test_every_track_is_found_by_its_uri(paths: list[list[str]], name: str) -> None:
    tracks = tuple(Track("/music/" + "/".join(path)) for path in paths)
    catalogue = Catalogue({name: Shelf(tracks)}, {})
    for track in tracks:
        uri = catalogue.uri(track, name)
        assert not uri.startswith("/"), "libmpdclient takes that for no URI"
        assert "\n" not in uri
        assert uri.encode()
        assert catalogue.find(uri) == catalogue.folders[uri.split("/")[0]].shelf.by_key[track.key]


@given(st.text(st.characters()))
def test_what_cannot_be_said_in_a_uri_is_escaped_and_comes_back(text: str) -> None:
    assert unescape(escape(text)) == text
    assert escape(text).encode().decode() == escape(text)


def test_parts_of_a_cue_sheet_are_tracks_of_their_own() -> None:
    parts = tuple(
        Track(
            "/m/all.flac", 600.0, "Anna", f"t{n}", cue_in=100.0 * n, cue_out=100.0 * n + 50, part=n
        )
        for n in (1, 2)
    )
    songs = list(Catalogue({"x": Shelf(parts)}, {}).songs())
    assert [song.file for song in songs] == ["x/all.flac#1", "x/all.flac#2"]
    assert [song.value("Track") for song in songs] == ["1", "2"]
    assert [song.duration for song in songs] == [50.0, 50.0]


async def test_what_is_heard_from_no_playlist_has_a_uri_all_the_same() -> None:
    catalogue = Catalogue({"rock": Shelf(tuple(ROCK))}, {})
    assert catalogue.uri(Track("/tmp/x.mp3")) == "file:///tmp/x.mp3"
    assert catalogue.uri(Track("http://x/y")) == "http://x/y"
    assert catalogue.uri(B, "no such playlist") == "rock/b.mp3"
