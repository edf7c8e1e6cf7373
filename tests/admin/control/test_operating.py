"""What the administrator asks and does."""

from __future__ import annotations

import pytest

from radiocast.admin.control import operating

from .made import ANNA, BJORK, Caller, FakeAutoDj


def titles(told: dict[str, list[dict[str, dict[str, str]]]]) -> list[str]:
    return [each["track"]["title"] for each in told["queue"]]


async def test_the_queue_is_filled_reordered_and_emptied() -> None:
    caller = Caller()
    first = await caller.post("/queue", {"key": ANNA.key})
    assert (first.status, first.json["number"], first.json["position"]) == (201, 1, 0)
    second = await caller.post("/queue", {"path": BJORK.path, "position": 0})
    assert (second.json["number"], second.json["position"]) == (2, 0)
    assert titles(await caller.read("/queue")) == ["Jóga", "Go"]
    assert titles((await caller.post("/queue/1/move", {"position": 0})).json) == ["Go", "Jóga"]
    assert titles((await caller.delete("/queue/1")).json) == ["Jóga"]
    assert (await caller.delete("/queue")).json == {"queue": []}
    assert caller.autodj.queue == ()


async def test_a_track_is_queued_by_the_id_a_search_gave() -> None:
    caller = Caller()
    (found,) = (await caller.read("/search?q=BJ%C3%96RK"))["tracks"]
    assert found["key"] == BJORK.key
    assert (await caller.post("/queue", {"id": found["id"]})).status == 201
    assert caller.autodj.queue[0].track is BJORK


async def test_an_address_is_queued_as_it_is() -> None:
    caller = Caller()
    assert (await caller.post("/queue", {"key": "https://example.org/a.mp3"})).status == 201
    assert caller.autodj.queue[0].track.path == "https://example.org/a.mp3"


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({}, 400, "which track?"),
        ({"id": "x", "key": "y"}, 400, "which track?"),
        ({"key": 5}, 400, "named by a text"),
        ({"key": ""}, 400, "named by a text"),
        ({"key": "x" * 5000}, 400, "4096"),
        ({"id": "0" * 16}, 404, "no track with this id"),
        ({"key": "/nowhere.mp3"}, 409, "in no playlist"),
        ({"key": "http://x/a b.mp3"}, 400, "%XX"),
        ({"key": "http://x/\ud800.mp3"}, 400, "%XX"),
        ({"key": ANNA.key, "position": 5}, 409, "no position 5"),
        ({"key": ANNA.key, "position": -1}, 400, "whole number"),
        ({"key": ANNA.key, "position": True}, 400, "whole number"),
        ({"key": ANNA.key, "position": 10**30}, 400, "whole number"),
        ({"key": ANNA.key, "where": 5}, 400, "no field 'where'"),
        ([], 400, "no JSON object"),
    ],
)
async def test_what_cannot_be_queued_is_refused_with_the_reason(
    fields: object, status: int, said: str
) -> None:
    caller = Caller()
    answer = await caller.post("/queue", fields)
    assert (answer.status, said in answer.json["error"]) == (status, True), answer.json
    assert caller.autodj.queue == ()


@pytest.mark.parametrize("body", [b"[" * 60_000, b'{"position":' + b"1" * 60_000 + b"}", b"\xff"])
async def test_a_body_that_is_no_json_is_refused(body: bytes) -> None:
    kind = ("content-type", "application/json")
    answer = await Caller().raw("POST", b"/api/queue", body, kind, admin=True)
    assert (answer.status, answer.json["error"]) == (400, "the body is no JSON")


async def test_a_number_that_is_not_in_the_queue_is_not_found() -> None:
    caller = Caller()
    for answer in (
        await caller.delete("/queue/1"),
        await caller.post("/queue/1/move", {"position": 0}),
        await caller.delete("/queue/x"),
        await caller.delete(f"/queue/{'9' * 5000}"),
    ):
        assert answer.status == 404
    assert (await caller.post("/queue/1/move", {})).status == 400


async def test_what_comes_is_the_queue_and_then_what_would_be_chosen() -> None:
    caller = Caller()
    await caller.post("/queue", {"key": BJORK.key})
    coming = (await caller.read("/upcoming?count=3"))["upcoming"]
    assert [each["origin"] for each in coming] == ["queue", "rotation", "rotation"]
    assert coming[0]["why"][-1] == "it is first in the queue, where no separation counts"
    assert coming[1]["start"] == coming[0]["end"]


async def test_a_choice_is_explained() -> None:
    caller = Caller()
    caller.autodj.play(ANNA)
    told = await caller.read("/explain")
    assert told["now"]["why"] == ["it is its turn"]
    assert told["now"]["reason"] == "the station starts"
    assert any("it is the turn of songs" in why for why in told["next"]["why"])


async def test_a_dry_run_takes_as_long_as_was_asked() -> None:
    caller = Caller()
    airings = (await caller.read("/simulate?hours=2"))["programme"]
    assert (
        airings[-1]["start"] - airings[0]["start"]
        < 7200
        <= airings[-1]["end"] - airings[0]["start"]
    )
    assert any(each["playlist"] == "jingles" for each in airings)
    assert (await caller.get("/simulate?hours=10000", admin=True)).status == 400


async def test_playlists_tell_how_far_they_are_and_what_is_wrong(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caller = Caller()
    told = await caller.read("/playlists")
    assert [(each["name"], each["tracks"]) for each in told["playlists"]] == [
        ("songs", 3),
        ("jingles", 1),
    ]
    assert told["playlists"][0]["problem"] == "/music is gone"
    assert told["progress"] == {"read": 4, "unread": 3, "unanalysed": 2, "broken": 1}
    monkeypatch.setattr(operating, "MAX_PROBLEMS", 2)
    caller.autodj.problems = {f"/music/{n}.mp3": "is no audio" for n in range(3)}
    assert len((await caller.read("/playlists"))["problems"]) == 2


async def test_skip_kick_and_reload_are_done() -> None:
    caller = Caller()
    assert (await caller.post("/skip")).json == {"skipped": True}
    assert (await caller.post("/live/kick")).json == {"kicked": False}
    caller.autodj.live = True
    assert (await caller.post("/live/kick")).json == {"kicked": True}
    assert (await caller.post("/playlists/reload")).json == {"reloading": True}
    assert caller.autodj.done == ["skip", "kick", "kick", "reload"]


async def test_a_search_gives_no_more_than_asked() -> None:
    caller = Caller()
    assert len((await caller.read("/search?limit=2"))["tracks"]) == 2
    assert (await caller.read("/search?q=nobody+has+this"))["tracks"] == []
    assert (await caller.get(f"/search?q={'x' * 201}", admin=True)).status == 400
    assert (await caller.get("/search?limit=501", admin=True)).status == 400


async def test_a_library_that_changed_is_looked_through_again() -> None:
    caller = Caller(FakeAutoDj(ANNA))
    (before,) = (await caller.read("/search?q=anna"))["tracks"]
    other = FakeAutoDj(BJORK)
    (track,) = (await Caller(other).read("/search?q=jóga"))["tracks"]
    assert (await caller.post("/queue", {"id": track["id"]})).status == 404
    caller.autodj.library.made = other.shelves
    assert (await caller.post("/queue", {"id": track["id"]})).status == 201
    assert (await caller.post("/queue", {"id": before["id"]})).status == 404
