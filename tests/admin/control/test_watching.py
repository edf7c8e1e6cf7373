"""What everybody may read: what is heard, what was, and what the private part of it is."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from radiocast.admin.control import public
from radiocast.autodj.changes import Part
from radiocast.autodj.simulate import Airing
from radiocast.autodj.track import Track
from radiocast.config.autodj import AutoDjConfig
from radiocast.config.mount import MountConfig

from .made import ANNA, BJORK, JINGLE, NOON, SITE, UNTAGGED, Caller, FakeAutoDj, entry


async def test_everybody_reads_what_is_heard_and_what_comes() -> None:
    caller = Caller()
    caller.autodj.play(ANNA)
    caller.autodj.enqueue(BJORK.key)
    answer = await caller.get("/now")
    assert answer.status == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    now = answer.json
    assert (now["text"], now["artist"], now["title"]) == ("Anna - Go", "Anna", "Go")
    assert (now["at"], now["duration"], now["live"]) == (NOON, 200.0, False)
    assert now["next"]["text"] == "Björk - Jóga"
    assert now["art"] == f"/api/art/{now['id']}"
    (stream,) = now["streams"]
    assert stream["url"] == f"{SITE}/stream"
    assert (stream["listeners"], stream["bitrate"], stream["behind"]) == (3, 128, 0)


async def test_where_files_are_and_who_is_live_is_for_the_administrator() -> None:
    caller = Caller()
    caller.autodj.play(ANNA)
    caller.autodj.entries = [entry(NOON, "Go")]
    for target in ("/now", "/nowplaying", "/history", "/history?format=csv", "/requests"):
        assert b"/music/" not in (await caller.get(target)).response.body, target
    assert (await caller.read("/now"))["key"] == "/music/anna.mp3"
    assert (await caller.read("/now"))["why"] == ["it is its turn"]
    caller.autodj.go_live()
    assert b"::9" not in (await caller.get("/now")).response.body
    assert (await caller.read("/now"))["source"] == "::9"


async def test_live_has_a_title_and_no_picture() -> None:
    caller = Caller()
    caller.autodj.go_live("Dora - Talk")
    now = (await caller.get("/now")).json
    assert (now["live"], now["text"], now["id"], now["art"]) == (True, "Dora - Talk", None, None)
    assert (await caller.get("/art/now")).status == 404


async def test_a_jingle_whose_title_is_not_shown_is_told_to_the_operator_only() -> None:
    caller = Caller()
    caller.autodj.play(ANNA)
    caller.autodj.now = replace(caller.autodj.now, track=JINGLE, playlist="jingles")
    now = (await caller.get("/now")).json
    assert (now["text"], now["title"], now["id"], now["art"]) == ("Anna - Go", "Go", None, None)
    (told,) = (await caller.get("/nowplaying")).json
    assert told["now_playing"]["song"]["title"] == "Go"
    assert told["now_playing"]["song"]["art"] is None
    assert (await caller.get("/art/now")).status == 404
    assert (await caller.read("/now"))["key"] == JINGLE.key


async def test_a_track_without_tags_is_called_by_its_file() -> None:
    caller = Caller()
    caller.autodj.play(UNTAGGED)
    now = (await caller.get("/now")).json
    assert now["title"] == UNTAGGED.file
    assert now["id"]


async def test_before_anything_is_heard_there_is_no_title() -> None:
    now = (await Caller().get("/now")).json
    assert (now["text"], now["elapsed"], now["number"]) == ("", 0.0, 0)


async def test_what_comes_next_is_a_title_that_will_be_shown() -> None:
    caller = Caller()
    caller.autodj.enqueue("/jingles/id.mp3")
    assert caller.autodj.upcoming(1)[0].playlist == "jingles"
    assert (await caller.get("/now")).json["next"]["playlist"] == "songs"


async def test_what_comes_next_is_tried_out_once_for_all_who_ask(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caller = Caller()
    asked = []
    upcoming = caller.autodj.upcoming

    def count_them(count: int) -> list[Airing]:
        asked.append(count)
        return upcoming(count)

    monkeypatch.setattr(caller.autodj, "upcoming", count_them)
    monkeypatch.setattr("time.monotonic", lambda: 1000.0)
    for _ in range(5):
        await caller.get("/now")
    assert len(asked) == 1
    caller.autodj.changes.tell(Part.QUEUE)
    await caller.get("/now")
    assert len(asked) == 2
    monkeypatch.setattr("time.monotonic", lambda: 1000.0 + 10)
    await caller.get("/now")
    assert len(asked) == 3


async def test_hidden_mounts_are_not_told() -> None:
    caller = Caller()
    mount = caller.station.registry.get("/stream")
    assert mount is not None
    mount.config = MountConfig(hidden=True)
    assert (await caller.get("/now")).json["streams"] == []


async def test_a_name_that_is_no_utf_8_is_valid_json_and_finds_its_track_again() -> None:
    caller = Caller()
    found = (await caller.read("/search?q=take"))["tracks"]
    assert [each["key"] for each in found] == ["/music/take \udcff7.mp3"]
    assert (await caller.post("/queue", {"key": found[0]["key"]})).status == 201


async def test_the_last_titles_are_public_the_newest_first() -> None:
    caller = Caller()
    caller.autodj.entries = [entry(NOON + n, f"Song {n}") for n in range(5)]
    told = (await caller.get("/history?count=2")).json["history"]
    assert [each["title"] for each in told] == ["Song 4", "Song 3"]
    assert (told[0]["at"], told[0]["duration"], told[0]["listeners"]) == (NOON + 4, 180.0, 7)
    assert (await caller.read("/history?count=1"))["history"][0]["key"] == "/music/anna.mp3"


async def test_any_time_of_the_history_is_for_the_administrator() -> None:
    caller = Caller()
    caller.autodj.entries = [entry(NOON + n, f"Song {n}") for n in range(5)]
    refused = await caller.get(f"/history?from={NOON}")
    assert refused.status == 401
    assert "www-authenticate" in refused.headers
    told = (await caller.read(f"/history?from={NOON + 1}&to={NOON + 3}"))["history"]
    assert [each["title"] for each in told] == ["Song 1", "Song 2"]
    told = (await caller.read("/history?to=2023-11-14T22:13:21Z"))["history"]
    assert [each["title"] for each in told] == ["Song 0"]
    assert len((await caller.read("/history?from=2023-11-14"))["history"]) == 5


async def test_the_history_is_a_table_for_spreadsheets() -> None:
    caller = Caller()
    caller.autodj.entries = [entry(NOON, 'He said "go", then\nleft'), entry(NOON + 9, "Björk")]
    answer = await caller.get("/history?format=csv&from=0", admin=True)
    assert answer.response.content_type == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.response.body.decode(), newline="")))
    assert rows[0]["title"] == 'He said "go", then\nleft'
    assert rows[0]["start"] == "2023-11-14T22:13:20+00:00"
    assert (rows[1]["title"], rows[1]["listeners"], rows[1]["duration"]) == ("Björk", "7", "180.0")
    assert rows[1]["key"] == "/music/anna.mp3"


async def test_too_much_history_at_once_is_said_not_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    caller = Caller()
    caller.autodj.entries = [entry(NOON + n, "x") for n in range(5)]
    monkeypatch.setattr(public, "MAX_PAGE", 5)
    answer = await caller.get("/history?from=0", admin=True)
    assert (answer.status, "less time" in answer.json["error"]) == (400, True)
    assert (await caller.get(f"/history?from={NOON + 1}", admin=True)).status == 200


async def test_a_history_that_cannot_be_read_is_the_servers_fault() -> None:
    caller = Caller()
    caller.autodj.database_problem = "cannot be used: disk I/O error"
    answer = await caller.get("/history?from=0", admin=True)
    assert (answer.status, "disk I/O error" in answer.json["error"]) == (503, True)


@pytest.mark.parametrize(
    "query",
    [
        "from=yesterday",
        "from=nan",
        "from=-1",
        "from=1e300",
        "to=9999-99-99",
        "count=0",
        "count=-1",
        "count=1e9",
        "count=9999999999999",
        "format=xml",
    ],
)
async def test_parameters_that_make_no_sense_are_refused(query: str) -> None:
    answer = await Caller().get(f"/history?{query}", admin=True)
    assert answer.status == 400
    assert answer.json["error"]


async def test_the_object_is_azuracasts() -> None:
    caller = Caller()
    caller.autodj.play(ANNA)
    caller.autodj.entries = [entry(NOON - 300, "Before"), entry(NOON, "Go", duration=None)]
    (told,) = (await caller.get("/nowplaying")).json
    assert told["station"]["shortcode"] == "radiocast"
    assert told["station"]["listen_url"] == f"{SITE}/stream"
    assert told["listeners"] == {"total": 3, "unique": 3, "current": 3}
    assert told["live"]["is_live"] is False
    song = told["now_playing"]["song"]
    assert (song["text"], song["artist"], song["title"]) == ("Anna - Go", "Anna", "Go")
    assert song["art"].startswith(f"{SITE}/api/art/")
    assert told["now_playing"]["played_at"] == NOON
    assert told["now_playing"]["duration"] == 200
    assert told["now_playing"]["remaining"] + told["now_playing"]["elapsed"] == 200
    assert [each["song"]["title"] for each in told["song_history"]] == ["Before"]
    assert told["playing_next"]["song"]["text"]
    assert told["is_online"] is True
    for name in ("radiocast", "1"):
        assert (await caller.get(f"/nowplaying/{name}")).json["station"] == told["station"]
    assert (await caller.get("/nowplaying/other")).status == 404


async def test_azuracasts_object_tells_who_wanted_it() -> None:
    caller = Caller()
    caller.autodj.play(ANNA)
    for source, is_request in (("request", True), ("queue", False)):
        caller.autodj.entries = [replace(entry(NOON, "Go", duration=None), source=source)]
        told = (await caller.get("/nowplaying/1")).json
        assert told["now_playing"]["is_request"] is is_request


async def test_azuracasts_object_tells_a_live_show() -> None:
    caller = Caller()
    caller.autodj.go_live("Dora - Talk")
    told = (await caller.get("/nowplaying/1")).json
    assert told["live"]["is_live"] is True
    assert told["now_playing"]["song"]["text"] == "Dora - Talk"
    assert told["now_playing"]["song"]["art"] is None
    assert (told["now_playing"]["duration"], told["now_playing"]["remaining"]) == (0, 0)


async def test_titles_are_in_the_operators_template() -> None:
    caller = Caller(FakeAutoDj(Track("/x.mp3", 60.0, "Anna", "Go")))
    caller.station.config = replace(
        caller.station.config, autodj=AutoDjConfig(title="{title} by {artist}")
    )
    assert (await caller.get("/now")).json["next"]["text"] == "Go by Anna"
    (told,) = (await caller.get("/nowplaying")).json
    assert told["playing_next"]["song"]["text"] == "Go by Anna"
