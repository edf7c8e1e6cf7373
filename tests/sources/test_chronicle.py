"""What was on air is remembered: at once in memory, then in the database, over restarts."""

from __future__ import annotations

from pathlib import Path

import pytest
import trio
import trio.testing

from radiocast.autodj.changes import Changes, Part
from radiocast.autodj.choose import choose
from radiocast.autodj.database import Database
from radiocast.autodj.history import History
from radiocast.autodj.state import start_state
from radiocast.config.autodj import PlaylistConfig
from radiocast.formats import Title
from radiocast.mounts.source import Source
from radiocast.protocols.source_info import SourceInfo
from radiocast.sources.chronicle import Chronicle
from tests.autodj.made import make_rules, make_shelf

CHOICE = choose(
    make_rules({"all": PlaylistConfig(source="/music")}),
    {"all": make_shelf("a", 1)},
    start_state(1, 0.0),
    0.0,
)
DAY = 86400.0


async def stay(chronicle: Chronicle) -> None:
    """Let it write all it has, and end as at the end of a station."""
    with trio.fail_after(10):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(chronicle.run, DAY)
            await trio.testing.wait_all_tasks_blocked()
            nursery.cancel_scope.cancel()


async def test_a_station_that_starts_again_knows_what_was_on_air(tmp_path: Path) -> None:
    database = Database(tmp_path / "autodj.db")
    chronicle = Chronicle(History(database), Changes(), lambda: 42)
    chronicle.track(CHOICE)
    chronicle.live(Source("192.0.2.1", SourceInfo(name="Anna")))
    chronicle.title(Title("Anna - Töne", "Anna", "Töne"))
    await stay(chronicle)
    database.close()

    database = Database(tmp_path / "autodj.db")
    again = Chronicle(History(database), Changes(), lambda: 0)
    plays = await again.load(DAY)
    assert [play.key for play in plays] == ["/music/a0.mp3", ""]
    entries = again.recent(10)
    assert [(entry.source, entry.artist, entry.title) for entry in entries] == [
        ("live", "Anna", "Töne"),
        ("rotation", "artist of a0", "a0"),
    ]
    assert [entry.listeners for entry in entries] == [42, 42], "the last one ended with the station"
    assert all(entry.duration is not None and entry.duration < 10 for entry in entries)
    assert len(await again.between(0, entries[0].start)) == 1
    database.close()


async def test_what_is_too_old_is_forgotten(tmp_path: Path) -> None:
    database = Database(tmp_path / "autodj.db")
    history = History(database)
    history.start_live(1000.0, "", "long ago")
    await stay(Chronicle(history, Changes(), lambda: 0))
    assert history.recent(10) == []
    database.close()


async def test_a_database_that_fails_is_said_and_nothing_else_ends(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    database = Database(tmp_path / "autodj.db")
    chronicle = Chronicle(History(database), Changes(), lambda: 0)
    database.close()
    chronicle.track(CHOICE)
    await stay(chronicle)
    assert await chronicle.load(DAY) == []
    assert "the history is not kept" in caplog.text
    assert len(chronicle.recent(5)) == 1


def test_the_same_title_again_is_no_news() -> None:
    changes = Changes()
    chronicle = Chronicle(History(Database(":memory:")), changes, lambda: 0)
    chronicle.live(Source("192.0.2.1", SourceInfo(name="Anna")))
    chronicle.title(Title("A"))
    seen = changes.counts
    chronicle.title(Title("A"))
    assert changes.counts == seen
    chronicle.title(Title("B"))
    assert changes.counts[Part.PLAYER] > seen[Part.PLAYER]
    assert [entry.title for entry in chronicle.recent(9)] == ["B", "A"]
    assert chronicle.recent(1)[0].duration is None
