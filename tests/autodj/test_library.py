"""From directories and playlist files to shelves, while they change."""

from __future__ import annotations

import logging
import os
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import pairwise
from pathlib import Path

import pytest
import trio

from radiocast.autodj import listing, scan
from radiocast.autodj.analyses import Analyses, Analysis, Stamp
from radiocast.autodj.database import Database
from radiocast.autodj.library import Library
from radiocast.autodj.listing import list_source
from radiocast.autodj.playlists import PlaylistError
from radiocast.autodj.scan import REMOTE_AGE, REMOTE_REST, Scan, Scanner
from radiocast.autodj.state import Rules
from radiocast.config.autodj import AutoDjConfig, PlaylistConfig
from tests.autodj.made import make_rules

TAGGED = Path(__file__).parents[1] / "media" / "tagged"
NOW = 2_000_000_000.0


def put(path: Path, source: str = "flac.flac", age: float = 60.0) -> Path:
    """A copy of a fixture that was last changed `age` seconds ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(TAGGED / source, path)
    os.utime(path, (NOW - age, NOW - age))
    return path


def rules_for(source: Path | str, settings: AutoDjConfig | None = None) -> Rules:
    return make_rules({"main": PlaylistConfig(source=str(source))}, settings or AutoDjConfig())


def names(found: Scan) -> list[str]:
    return [Path(track.path).name for track in found.shelves["main"].tracks]


# ---- listing --------------------------------------------------------------------------------


def test_a_directory_is_taken_with_all_that_is_in_it(tmp_path: Path) -> None:
    for name in ("b/2.mp3", "b/1.OGG", "a.flac", "c.txt", ".hidden.mp3", ".trash/x.mp3"):
        put(tmp_path / name)
    (tmp_path / "b" / "circle").symlink_to(tmp_path)
    locations = [entry.location for entry in list_source(str(tmp_path)).entries]
    assert [str(Path(each).relative_to(tmp_path)) for each in locations] == [
        "a.flac", "b/1.OGG", "b/2.mp3",
    ]  # fmt: skip


def test_a_cue_sheet_in_a_directory_stands_for_the_file_it_names(tmp_path: Path) -> None:
    put(tmp_path / "album.flac")
    put(tmp_path / "other.flac")
    (tmp_path / "album.cue").write_text(
        'FILE "album.flac" WAVE\n'
        "TRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX 01 00:00:30\n"
    )
    found = Scanner(rules_for(tmp_path)).scan(NOW)
    assert [(track.title, track.cue_in, track.span) for track in found.shelves["main"].tracks] == [
        ("track 1", 0.0, 0.4),
        ("track 2", 0.4, 0.6),
        ("Þriðja ☀", 0.0, 1.0),
    ]
    assert found.shelves["main"].keys[:2] == (
        f"{tmp_path}/album.flac#1",
        f"{tmp_path}/album.flac#2",
    )


def test_a_directory_has_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MAX_FILES", 3)
    for n in range(5):
        put(tmp_path / f"{n}.mp3")
    assert len(list_source(str(tmp_path)).entries) == 3


def test_one_file_is_a_playlist_too_and_what_is_not_there_is_none(tmp_path: Path) -> None:
    only = put(tmp_path / "only.flac")
    assert [entry.location for entry in list_source(str(only)).entries] == [str(only)]
    assert list_source("http://a.example/news.mp3").entries[0].location.endswith("news.mp3")
    for source in (str(tmp_path / "gone"), str(tmp_path / "gone.m3u"), ""):
        with pytest.raises(PlaylistError):
            list_source(source)


class Playlists(BaseHTTPRequestHandler):
    """Serves one playlist as long as `is_up`."""

    is_up = True

    def do_GET(self) -> None:
        self.send_response(200 if self.is_up else 503)
        self.end_headers()
        self.wfile.write(b"one.mp3\n" if self.is_up else b"")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Playlists)
    thread = threading.Thread(target=partial(server.serve_forever, poll_interval=0.01))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/list.m3u"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_playlist_from_the_network_stays_when_the_network_fails(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanner = Scanner(rules_for(address))
    first = scanner.scan(NOW)
    assert [track.path for track in first.shelves["main"].tracks] == [
        address.replace("list.m3u", "one.mp3")
    ]
    monkeypatch.setattr(Playlists, "is_up", False)
    assert scanner.scan(NOW + REMOTE_AGE - 1).problems == {}
    later = scanner.scan(NOW + REMOTE_AGE)
    assert later.shelves["main"] is first.shelves["main"]
    assert "cannot be fetched" in later.problems["main"]


# ---- scanning -------------------------------------------------------------------------------


def test_a_file_that_is_being_copied_is_left_alone_until_it_has_settled(tmp_path: Path) -> None:
    scanner = Scanner(rules_for(tmp_path, AutoDjConfig(settle=10)))
    put(tmp_path / "old.flac")
    new = put(tmp_path / "new.flac", age=1)
    future = put(tmp_path / "future.flac", age=-1000)
    assert names(scanner.scan(NOW)) == ["old.flac"]
    with new.open("ab") as file:
        file.write(bytes(100))
    os.utime(new, (NOW + 5, NOW + 5))
    assert names(scanner.scan(NOW + 9)) == ["old.flac"]
    assert names(scanner.scan(NOW + 14)) == ["future.flac", "old.flac"]
    assert names(scanner.scan(NOW + 15)) == ["future.flac", "new.flac", "old.flac"]
    future.unlink()
    assert names(scanner.scan(NOW + 16)) == ["new.flac", "old.flac"]


def test_a_shelf_is_the_same_until_its_tracks_change(tmp_path: Path) -> None:
    scanner = Scanner(rules_for(tmp_path))
    one = put(tmp_path / "one.ogg", "opus.opus")
    first = scanner.scan(NOW)
    assert scanner.scan(NOW + 1).shelves["main"] is first.shelves["main"]
    put(one, "vorbis.ogg", age=-10)
    assert scanner.scan(NOW + 20).shelves["main"].tracks[0].artist == "Guest, Sigur Rós"


def test_files_are_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "one.flac")
    scanner = Scanner(rules_for(tmp_path))
    before = scanner.scan(NOW)
    monkeypatch.setattr(scan, "read_tags", None)
    assert scanner.scan(NOW + 1) == before


def test_a_station_that_starts_does_not_wait_for_its_last_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abc":
        put(tmp_path / f"{name}.flac")
    seconds = iter([0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0])
    monkeypatch.setattr("radiocast.autodj.scan.time.monotonic", lambda: next(seconds))
    scanner = Scanner(rules_for(tmp_path))
    first = scanner.scan(NOW)
    assert (names(first), first.read, first.unread) == (["a.flac"], 1, 2)
    assert names(scanner.scan(NOW)) == ["a.flac", "b.flac", "c.flac"]


def test_the_more_is_to_be_read_the_longer_it_is_read_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(40):
        put(tmp_path / f"{number:02}.flac")
    clock = iter(range(100_000))  # a second for each look at it, so for each file
    monkeypatch.setattr("radiocast.autodj.scan.time.monotonic", lambda: float(next(clock)))
    scanner = Scanner(rules_for(tmp_path))
    counts = [scanner.scan(NOW).read for _ in range(9)]
    assert [after - before for before, after in pairwise([0, *counts])] == [
        0, 1, 2, 4, 8, 8, 8, 8, 1,
    ]  # fmt: skip
    put(tmp_path / "new1.flac")
    put(tmp_path / "new2.flac")
    assert [scanner.scan(NOW).read for _ in range(3)] == [40, 41, 42]


def test_what_is_broken_is_told_and_left_out_until_it_changes(tmp_path: Path) -> None:
    junk = tmp_path / "junk.mp3"
    junk.write_bytes(bytes(1000))
    os.utime(junk, (NOW - 60, NOW - 60))
    good = put(tmp_path / "good.flac")
    scanner = Scanner(rules_for(tmp_path))
    found = scanner.scan(NOW)
    assert names(found) == ["good.flac"]
    assert "cannot be read" in found.problems[str(junk)]
    scanner.mark_broken(str(good), "no audio in it", NOW)
    assert scanner.scan(NOW).problems[str(good)] == "no audio in it"
    assert scanner.scan(NOW).shelves["main"].keys == ()
    put(junk, "id3v2.mp3")
    put(good, age=50)
    assert names(scanner.scan(NOW)) == ["good.flac", "junk.mp3"]


def test_a_pipe_among_the_music_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp3")
    put(tmp_path / "one.flac")
    found = Scanner(rules_for(tmp_path, AutoDjConfig(settle=0))).scan(2e9)
    assert names(found) == ["one.flac"]
    assert found.problems == {f"{tmp_path}/pipe.mp3": "is not a file"}


def test_broken_lines_of_a_playlist_and_vanished_files_are_told(tmp_path: Path) -> None:
    put(tmp_path / "one.flac")
    (tmp_path / "list.m3u").write_text("one.flac\nmms://x\nmms://y\ngone.mp3\n")
    found = Scanner(rules_for(tmp_path / "list.m3u")).scan(NOW)
    assert names(found) == ["one.flac"]
    assert found.problems == {
        f"main, {tmp_path}/list.m3u": "line 2: cannot play from mms:// (and 1 more)",
        f"{tmp_path}/gone.mp3": "cannot be read: No such file or directory",
    }


def test_a_file_that_must_not_be_played_is_left_out_over_a_restart(tmp_path: Path) -> None:
    one = put(tmp_path / "one.flac")
    database = Database(":memory:")
    analyses = Analyses(database)
    scanner = Scanner(rules_for(tmp_path), analyses)
    ((path, stamp),) = scanner.scan(NOW).unanalysed
    crash = Analysis(problem="the decoder does not survive it")
    analyses.put(path, stamp, crash)
    scanner.mark_analysed(path, stamp, crash)
    for each in (scanner, Scanner(rules_for(tmp_path), analyses)):
        found = each.scan(NOW)
        assert (names(found), found.unanalysed) == ([], ())
        assert found.problems == {path: "the decoder does not survive it"}
    put(one, age=30)
    assert names(scanner.scan(NOW)) == ["one.flac"]
    database.close()


def test_an_address_that_cannot_be_played_is_left_out_for_a_while(tmp_path: Path) -> None:
    address = "http://radio.example/news.mp3"
    (tmp_path / "list.m3u").write_text(f"{address}\nhttp://radio.example/other.mp3\n")
    scanner = Scanner(rules_for(tmp_path / "list.m3u"))
    assert names(scanner.scan(NOW)) == ["news.mp3", "other.mp3"]
    scanner.mark_broken(address, "Connection refused", NOW)
    for now in (NOW, NOW + REMOTE_REST - 1):
        assert names(scanner.scan(now)) == ["other.mp3"]
        assert scanner.scan(now).problems == {address: "Connection refused"}
    assert names(scanner.scan(NOW + REMOTE_REST)) == ["news.mp3", "other.mp3"]
    assert scanner.scan(NOW + REMOTE_REST).problems == {}


def test_a_file_in_two_playlists_has_to_settle_for_both(tmp_path: Path) -> None:
    put(tmp_path / "new.flac", age=1)
    both = {name: PlaylistConfig(source=str(tmp_path)) for name in ("one", "two")}
    found = Scanner(make_rules(both, AutoDjConfig(settle=10))).scan(NOW)
    assert [len(shelf.keys) for shelf in found.shelves.values()] == [0, 0]


def test_a_scan_says_when_the_first_file_will_have_settled(tmp_path: Path) -> None:
    scanner = Scanner(rules_for(tmp_path, AutoDjConfig(settle=10)))
    put(tmp_path / "old.flac")
    assert scanner.scan(NOW).settles is None
    put(tmp_path / "a.flac", age=1)
    put(tmp_path / "b.flac", age=3)
    assert scanner.scan(NOW).settles == NOW + 7
    assert scanner.scan(NOW + 7).settles == NOW + 9
    assert scanner.scan(NOW + 9).settles is None


def test_a_scan_says_which_directories_its_files_come_from(tmp_path: Path) -> None:
    music, lists = tmp_path / "music", tmp_path / "lists"
    put(music / "b" / "c" / "1.mp3")
    put(lists / "only.flac")
    (music / "empty").mkdir()
    (lists / "all.m3u").write_text("only.flac\n")
    sources = (music, lists / "all.m3u", lists / "only.flac", tmp_path / "gone.m3u", "http://x/1")
    playlists = {str(n): PlaylistConfig(source=str(each)) for n, each in enumerate(sources)}
    assert Scanner(make_rules(playlists)).scan(NOW).folders == (
        *(str(music / name) for name in (".", "b", "b/c", "empty")),
        str(lists),
    )


def test_gain_comes_from_the_analysis_or_else_from_the_tags(tmp_path: Path) -> None:
    one = put(tmp_path / "one.flac")
    database = Database(":memory:")
    analyses = Analyses(database)
    scanner = Scanner(rules_for(tmp_path), analyses)
    first = scanner.scan(NOW)
    assert first.shelves["main"].tracks[0].gain_db == pytest.approx(-4.2)
    ((path, stamp),) = first.unanalysed
    assert path == str(one)
    analysis = Analysis(-20.0, 0.5, 0.1, 0.9, 0.8)
    scanner.mark_analysed(path, Stamp(0, 0), analysis)  # of another state of the file
    assert scanner.scan(NOW).unanalysed == first.unanalysed
    analyses.put(path, stamp, analysis)
    scanner.mark_analysed(path, stamp, analysis)
    for each in (scanner, Scanner(rules_for(tmp_path), analyses)):
        found = each.scan(NOW)
        track = found.shelves["main"].tracks[0]
        assert (track.gain_db, track.cue_in, track.cue_out, track.start_next) == (4, 0.1, 0.9, 0.8)
        assert found.unanalysed == ()
    analyses.put(path, stamp, Analysis())  # the meter could not tell
    assert Scanner(rules_for(tmp_path), analyses).scan(NOW).shelves["main"].tracks[
        0
    ].gain_db == pytest.approx(-4.2)
    analyses.put(path, stamp, analysis)
    off = rules_for(tmp_path, AutoDjConfig(normalize=False))
    assert Scanner(off, analyses).scan(NOW).shelves["main"].tracks[0].gain_db == 0
    database.close()


# ---- the library ----------------------------------------------------------------------------


async def test_the_library_follows_the_disk_and_tells_each_problem_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "radiocast.autodj")
    for name in ("a.flac", "b.flac"):
        shutil.copyfile(TAGGED / "flac.flac", tmp_path / name)
    (tmp_path / "junk.mp3").write_bytes(bytes(1000))
    library = Library(rules_for(tmp_path, AutoDjConfig(settle=0, poll=1000)))
    with trio.fail_after(10):
        await library.refresh()
        await library.refresh()
        assert len(library.shelves["main"].keys) == 2
        assert library.progress.broken == 1
        assert len(caplog.records) == 2, caplog.text
        library.mark_broken(str(tmp_path / "a.flac"), "ends in the middle")
        await library.refresh()
    assert list(library.shelves["main"].keys) == [f"{tmp_path}/b.flac"]
    assert caplog.messages[2:] == [
        f"not played: {tmp_path}/a.flac: ends in the middle",
        "playlist main: 1 tracks",
    ]


async def test_a_reload_does_not_wait_for_the_next_poll(
    tmp_path: Path, nursery: trio.Nursery
) -> None:
    shutil.copyfile(TAGGED / "flac.flac", tmp_path / "a.flac")
    settings = AutoDjConfig(settle=0, poll=86400)
    library = Library(rules_for("/nowhere", settings))
    nursery.start_soon(library.run)
    with trio.fail_after(10):
        await library.wait_scanned()
        assert library.shelves["main"].keys == ()
        library.reload(rules_for(tmp_path, settings))
        await library.wait_scanned()
    assert library.shelves["main"].keys
    assert library.problems == {}
    nursery.cancel_scope.cancel()


async def test_what_was_measured_counts_from_the_next_look_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "radiocast.autodj")
    shutil.copyfile(TAGGED / "flac.flac", tmp_path / "a.flac")
    database = Database(":memory:")
    analyses = Analyses(database)
    library = Library(rules_for(tmp_path, AutoDjConfig(settle=0)), analyses)
    with trio.fail_after(10):
        await library.refresh()
        todo = library.next_unanalysed()
        assert todo is not None
        assert library.progress.unanalysed == 1
        await library.put_analysis(*todo, Analysis(-10.0, cue_in=0.25))
        assert library.next_unanalysed() is None
        await library.refresh()
    assert library.shelves["main"].tracks[0].cue_in == 0.25
    assert caplog.messages == ["playlist main: 1 tracks"]  # and not again with each analysis
    assert library.progress.unanalysed == 0
    assert analyses.get(*todo) == Analysis(-10.0, cue_in=0.25)
    database.close()


async def test_what_is_measured_or_broken_is_not_measured_again_before_the_next_look(
    tmp_path: Path,
) -> None:
    for name in "abc":
        shutil.copyfile(TAGGED / "flac.flac", tmp_path / f"{name}.flac")
    library = Library(rules_for(tmp_path, AutoDjConfig(settle=0)))
    with trio.fail_after(10):
        await library.refresh()
        for left in (3, 2, 1):
            assert library.progress.unanalysed == left
            todo = library.next_unanalysed()
            assert todo is not None
            if left == 2:
                library.mark_broken(todo[0], "no sound in it")
            else:
                await library.put_analysis(*todo, Analysis(-10.0))
        assert library.next_unanalysed() is None
        assert library.progress.unanalysed == 0
        await library.refresh()
    assert library.next_unanalysed() is None
    assert list(library.problems) == [f"{tmp_path}/b.flac"]


async def test_analyses_of_files_that_are_gone_are_cleared_when_all_files_are_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b"):
        shutil.copyfile(TAGGED / "flac.flac", tmp_path / f"{name}.flac")
    database = Database(":memory:")
    analyses = Analyses(database)
    kept: list[list[str]] = []
    monkeypatch.setattr(analyses, "keep", lambda paths, now: kept.append(list(paths)))
    monkeypatch.setattr(scan, "READING_TIME", -1.0)  # none in the first scans
    library = Library(rules_for(tmp_path, AutoDjConfig(settle=0)), analyses)
    with trio.fail_after(10):
        with trio.move_on_after(0.2):
            await library.refresh()
        assert library.progress.unread == 2
        assert kept == []
        monkeypatch.setattr(library._scanner, "_reading_time", 1.0)
        await library.refresh()
        await library.refresh()
    assert kept == [[f"{tmp_path}/a.flac", f"{tmp_path}/b.flac"]]
    database.close()
