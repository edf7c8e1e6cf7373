"""The station and its mounts over the API, with and without an auto-DJ."""

from __future__ import annotations

from typing import Any

import pytest

from radiocast.admin.control.api import Api
from radiocast.config.mount import MountConfig
from radiocast.mounts.mount import Mount
from radiocast.mounts.source import Source
from radiocast.protocols.source_info import SourceInfo

from .made import NOON, Caller


class Plain(Caller):
    """Calls the API of a station without an auto-DJ, which has one mount more, and a hidden one."""

    def __init__(self) -> None:
        super().__init__()
        self.on("/radio/live.mp3", name="Ünder <1>", bitrate="128", user_agent="butt")
        secret = self.on("/secret")
        secret.configure(MountConfig(hidden=True))
        self.api = Api(self.station, None)

    def on(self, path: str, **info: Any) -> Mount:
        source = Source("192.0.2.5", SourceInfo(**info))
        mount = self.station.registry.claim(path, source, now=NOON)
        assert isinstance(mount, Mount)
        mount.announce("audio/mpeg", chains=True)
        return mount


LIVE = "/mounts/radio%2Flive.mp3"
MOVE, THERE = "/mounts/stream/move", {"to": "/radio/live.mp3"}


async def test_everybody_sees_the_mounts_that_are_not_hidden() -> None:
    caller = Plain()
    mounts = (await caller.get("/mounts")).json["mounts"]
    assert [each["path"] for each in mounts] == ["/radio/live.mp3", "/stream"]
    assert "source" not in mounts[0]
    assert (await caller.get("/mounts/secret")).status == 404
    assert (await caller.get("/mounts/secret/titles")).status == 404
    mounts = (await caller.get("/mounts", admin=True)).json["mounts"]
    assert [each["path"] for each in mounts] == ["/radio/live.mp3", "/secret", "/stream"]
    assert mounts[0]["source"] == {"ip": "192.0.2.5", "user_agent": "butt"}


@pytest.mark.parametrize("name", ["%2Fradio%2Flive.mp3", "radio%2flive.mp3", "radio%2Flive.mp3/"])
async def test_a_mount_is_named_with_its_slashes_encoded(name: str) -> None:
    told = (await Plain().get(f"/mounts/{name}")).json
    assert (told["path"], told["name"], told["bitrate"]) == ("/radio/live.mp3", "Ünder <1>", 128)
    assert told["url"] == "http://radio.example:8000/radio/live.mp3"
    assert (told["listeners"], told["on_air"], told["since"]) == (0, True, NOON)
    assert told["autodj"] is False


async def test_what_there_is_not_is_404() -> None:
    caller = Plain()
    for target in ("/mounts/nope", "/mounts/radio/live.mp3", "/mounts/nope/titles"):
        answer = await caller.get(target, admin=True)
        assert (answer.status, list(answer.json)) == (404, ["error"])


async def test_what_the_administrator_may_do_nobody_else_may() -> None:
    caller = Plain()
    for answer in (
        await caller.get(f"{LIVE}/listeners"),
        await caller.delete(f"{LIVE}/listeners/7", admin=False),
        await caller.delete(f"{LIVE}/source", admin=False),
        await caller.post(f"{LIVE}/title", {"text": "x"}, admin=False),
        await caller.post(f"{LIVE}/move", {"to": "/stream"}, admin=False),
        await caller.get("/mounts/nope/listeners"),
    ):
        assert answer.status == 401
    assert caller.station.done == []


async def test_a_page_of_another_site_can_change_nothing() -> None:
    caller = Plain()
    body, form = b'{"text": "x"}', ("content-type", "text/plain")
    answer = await caller.raw("POST", f"/api{LIVE}/title".encode(), body, form, admin=True)
    assert answer.status == 415
    assert caller.station.done == []


async def test_a_title_is_set_and_remembered() -> None:
    caller = Plain()
    assert (await caller.get(LIVE)).json["title"] is None
    assert (await caller.get(f"{LIVE}/titles")).json == {"titles": []}
    answer = await caller.post(f"{LIVE}/title", {"artist": "Björk", "title": "Jóga\n"})
    told = {"text": "Björk - Jóga", "artist": "Björk", "title": "Jóga", "url": ""}
    assert answer.json == {"title": told}
    await caller.post(f"{LIVE}/title", {"text": "News", "url": "http://example.org/"})
    titles = (await caller.get(f"{LIVE}/titles")).json["titles"]
    assert [each["text"] for each in titles] == ["News", "Björk - Jóga"]
    assert (await caller.get(LIVE)).json["title"]["url"] == "http://example.org/"
    assert (await caller.post(f"{LIVE}/title", {"text": ""})).json == {"title": None}


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 422),
        ({"url": "x"}, 422),
        ({"text": 7}, 400),
        ({"text": None}, 400),
        ({"text": "x" * 1001}, 400),
        ({"song": "x"}, 400),
        ([], 400),
    ],
)
async def test_a_title_that_is_none(fields: object, status: int) -> None:
    caller = Plain()
    assert (await caller.post(f"{LIVE}/title", fields)).status == status
    assert caller.station.done == []


async def test_the_autodj_speaks_for_itself() -> None:
    caller = Caller()
    caller.station.live = False
    assert (await caller.get("/mounts/stream")).json["autodj"] is True
    assert (await caller.post("/mounts/stream/title", {"text": "x"})).status == 409
    assert (await caller.delete("/mounts/stream/source")).status == 409


async def test_who_listens_and_who_shall_not() -> None:
    caller = Plain()
    [told] = (await caller.get(f"{LIVE}/listeners", admin=True)).json["listeners"]
    assert told == {
        "number": 7,
        "ip": "192.0.2.9",
        "user_agent": "VLC",
        "connected": 12.5,
        "lag": 400,
    }
    assert (await caller.delete(f"{LIVE}/listeners/7")).json == {"kicked": True}
    assert (await caller.delete(f"{LIVE}/listeners/8")).status == 404
    assert (await caller.delete(f"{LIVE}/listeners/x")).status == 404
    assert (await caller.delete(f"{LIVE}/source")).json == {"kicked": True}
    path = "/radio/live.mp3"
    assert caller.station.done == [
        f"kick 7 of {path}",
        f"kick 8 of {path}",
        f"kick source of {path}",
    ]


async def test_listeners_are_moved_where_they_can_go_on() -> None:
    caller = Plain()
    assert (await caller.post(MOVE, THERE)).json == {"moved": 3}
    caller.station.audience.can_move = False
    assert (await caller.post(MOVE, THERE)).status == 409
    assert (await caller.post("/mounts/stream/move", {"to": "/stream"})).status == 422
    assert (await caller.post("/mounts/stream/move", {"to": "/nope"})).status == 404
    assert (await caller.post("/mounts/stream/move", {"to": 3})).status == 400
    assert (await caller.post("/mounts/stream/move", {})).status == 400
    mount = caller.station.registry.get("/radio/live.mp3")
    assert mount is not None
    assert mount.source is not None
    mount.leave(mount.source)
    assert (await caller.post(MOVE, THERE)).status == 409
    told = (await caller.get(LIVE)).json
    assert (told["on_air"], told["since"]) == (False, None)


async def test_the_station_in_figures() -> None:
    caller = Plain()
    told = (await caller.get("/status")).json
    assert (told["listeners"], told["on_air"], told["autodj"]) == (3, 2, False)
    assert told["station"]["name"] == "Nova"
    assert "connections" not in told
    private = (await caller.get("/status", admin=True)).json
    assert (private["on_air"], private["connections"]) == (3, 0)
    assert (await Caller().get("/status")).json["autodj"] is True


async def test_without_an_autodj_its_calls_are_not_there() -> None:
    paths = {route.path for route in Plain().api.routes}
    assert "/api/mounts/{mount}/move" in paths
    assert not paths & {"/api/now", "/api/queue", "/api/requests"}
    with_one = {route.path for route in Caller().api.routes}
    assert paths < with_one
