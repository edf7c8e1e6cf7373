"""What is kept over a restart: the file itself, analyses, and the history."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from radiocast.autodj import database as database_module
from radiocast.autodj.analyses import FORGET_AFTER, Analyses, Analysis, Stamp
from radiocast.autodj.choose import choose
from radiocast.autodj.database import Database, DatabaseError
from radiocast.autodj.history import LIVE, History
from radiocast.autodj.state import Origin, start_state
from radiocast.autodj.track import Shelf, Track
from radiocast.config.autodj import AutoDjConfig, PlaylistConfig
from tests.autodj.made import make_rules, make_track

UNDECODABLE = b"/srv/caf\xe9.mp3".decode("utf-8", "surrogateescape")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "autodj.sqlite")
    yield database
    database.close()


def test_what_was_kept_is_there_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "autodj.sqlite"
    stamp, analysis = Stamp(10, 20), Analysis(-14.2, 0.9, 0.5, 180.0, 175.0)
    first = Database(path)
    Analyses(first).put("/a.mp3", stamp, analysis)
    number = History(first).start_track(100.0, make_track("a"), Origin.ROTATION, "main")
    first.close()
    second = Database(path)
    assert Analyses(second).get("/a.mp3", stamp) == analysis
    assert [entry.number for entry in History(second).recent(10)] == [number]
    second.close()


def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "autodj.sqlite"
    Database(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(DatabaseError, match="newer radiocast"):
        Database(path)


def test_a_file_that_is_no_database_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "autodj.sqlite"
    path.write_bytes(b"this is a letter to the editor" * 100)
    with pytest.raises(DatabaseError, match="not a database"):
        Database(path)
    with pytest.raises(DatabaseError, match="unable to open"):
        Database(tmp_path / "nowhere" / "autodj.sqlite")


def test_what_fails_halfway_leaves_nothing_behind(database: Database) -> None:
    history = History(database)

    def fail() -> None:
        with database.transaction() as connection:
            connection.execute("INSERT INTO history VALUES (1, 2, 3, 'x', 4, '', '', '', '', '')")
            connection.execute("INSERT nonsense")

    with pytest.raises(DatabaseError, match="syntax"):
        fail()
    assert history.recent(1) == []
    history.start_live(1.0, "", "on again")
    assert len(history.recent(1)) == 1


def test_an_analysis_holds_until_the_file_changes(database: Database) -> None:
    analyses = Analyses(database)
    for path in ("/a.mp3", UNDECODABLE):
        analyses.put(path, Stamp(10, 20), Analysis(-14.0))
        analyses.put(path, Stamp(11, 20), Analysis(-15.0))
        assert analyses.get(path, Stamp(10, 20)) is None
        assert analyses.get(path, Stamp(11, 20)) == Analysis(-15.0)
        analyses.put(path, Stamp(11, 20), Analysis(problem="crashes"))
        assert analyses.get(path, Stamp(11, 20)) == Analysis(problem="crashes")


def test_an_analysis_outlives_its_file_for_some_months(database: Database) -> None:
    analyses = Analyses(database)
    for path in ("/a.mp3", UNDECODABLE):
        analyses.put(path, Stamp(11, 20), Analysis(-15.0))
    now = time.time()
    analyses.keep([UNDECODABLE], now + 60)
    analyses.keep([], now + FORGET_AFTER - 60)
    assert analyses.get("/a.mp3", Stamp(11, 20)) is not None
    analyses.keep([], now + FORGET_AFTER + 30)
    assert analyses.get("/a.mp3", Stamp(11, 20)) is None
    assert analyses.get(UNDECODABLE, Stamp(11, 20)) is not None


def test_analyses_of_the_first_version_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "autodj.sqlite"
    with sqlite3.connect(path) as connection:
        for statement in database_module._SCHEMA[0].split(";"):
            connection.execute(statement)
        connection.execute(
            "INSERT INTO analyses VALUES (?, 11, 20, -15.0, 0.5, 0.0, 9.0, 8.0)", (b"/a.mp3",)
        )
        connection.execute("PRAGMA user_version = 1")
    connection.close()
    database = Database(path)
    analyses = Analyses(database)
    analyses.keep([], time.time())
    assert analyses.get("/a.mp3", Stamp(11, 20)) == Analysis(-15.0, 0.5, 0.0, 9.0, 8.0)
    database.close()


def test_the_history_tells_start_duration_source_and_listeners(database: Database) -> None:
    history = History(database)
    track = Track("/srv/Þriðja.mp3", 200.0, "Sigur Rós", "", "Ágætis")
    first = history.start_track(100.0, track, Origin.REQUEST, "main")
    history.finish(first, 198.5, 42)
    history.start_live(298.5, "Anna", "Live ☀")
    live, played = history.recent(10)
    assert (played.start, played.duration, played.source) == (100.0, 198.5, "request")
    assert (played.listeners, played.playlist, played.key) == (42, "main", "/srv/Þriðja.mp3")
    assert (played.artist, played.title, played.album) == ("Sigur Rós", "Þriðja", "Ágætis")
    assert (live.source, live.title, live.duration, live.listeners) == (LIVE, "Live ☀", None, None)
    assert [entry.number for entry in history.between(100.0, 298.5)] == [first]
    history.forget_before(200.0)
    assert history.recent(10) == [live]


def test_a_name_that_is_no_text_does_not_keep_the_play_out_of_the_history(
    database: Database,
) -> None:
    history = History(database)
    history.start_track(100.0, Track(UNDECODABLE), Origin.ROTATION, "main")
    assert history.recent(1)[0].title == "caf\\udce9"


def test_separation_reaches_over_a_restart_and_over_live_shows(database: Database) -> None:
    history = History(database)
    one, two, three = (make_track(name) for name in ("one", "two", "three"))
    history.start_track(1000.0, one, Origin.ROTATION, "main")
    history.start_live(1200.0, two.artist, two.title)
    state = start_state(1, 2000.0, history.plays_since(0.0))
    rules = make_rules({"main": PlaylistConfig()}, AutoDjConfig())
    assert choose(rules, {"main": Shelf((one, two, three))}, state, 2000.0).track == three
