"""The API on the station's port: passwords, methods, bodies, and events without end."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import trio

from radiocast.admin.control.api import Api
from radiocast.server import events
from radiocast.server.pages import is_ours
from tests.admin.control.made import ANNA, BJORK, FakeAutoDj
from tests.station import RunningStation

from .made import put, station, until
from .talk import Answer, Talk, ask, basic, get, parse_answer, request_head, talk

ADMIN = basic("letmein", "admin")
JSON = "Content-Type: application/json"


@asynccontextmanager
async def steered(extra: str = "") -> AsyncIterator[tuple[RunningStation, FakeAutoDj]]:
    """A station whose API steers an auto-DJ without sound."""
    async with station(extra) as on:
        autodj = FakeAutoDj()
        broadcast = on.station.broadcast
        broadcast.api = Api(broadcast, autodj)
        yield on, autodj


async def post(on: RunningStation, target: str, body: bytes, *headers: str) -> Answer:
    said = ["Host: x", "Connection: close", f"Content-Length: {len(body)}", JSON, *headers]
    return parse_answer(await ask(on.port, request_head("POST", target, "HTTP/1.1", said), body))


async def test_without_outputs_the_missing_setting_is_named() -> None:
    async with station() as on:
        for target in ("/api/now", "/api/events", "/api/nothing", "/api/queue"):
            answer = await get(on.port, target)
            assert answer.head.status == 404
            assert "[outputs" in json.loads(answer.body)["error"]


async def test_the_administrators_password_opens_what_is_private() -> None:
    async with steered() as (on, autodj):
        body = json.dumps({"key": ANNA.key}).encode()
        for header in ("X: y", basic("sesame"), basic("sesame", "admin"), basic("letmein")):
            assert (await post(on, "/api/queue", body, header)).head.status == 401
        assert list(autodj.queue) == []
        assert (await post(on, "/api/queue", body, ADMIN)).head.status == 201
        assert [each.track for each in autodj.queue] == [ANNA]
        assert (await get(on.port, "/api/queue")).head.status == 401
        told = json.loads((await get(on.port, "/api/queue", ADMIN)).body)
        assert told["queue"][0]["track"]["key"] == ANNA.key


async def test_a_connection_serves_several_calls() -> None:
    async with steered() as (on, autodj), talk(on.port) as peer:
        for _ in range(3):
            await peer.send(
                request_head("POST", "/api/skip", "HTTP/1.1", ["Host: x", ADMIN, JSON, "X: y"])
            )
            assert (await peer.read_sized()).head.status == 200
        await peer.send(request_head("GET", "/api/now", "HTTP/1.1", ["Host: x"]))
        assert (await peer.read_sized()).head.status == 200
        assert autodj.done == ["skip"] * 3


async def test_no_method_of_a_source_takes_the_api_for_a_mount() -> None:
    async with steered() as (on, _):
        assert is_ours("/api")
        assert is_ours("/api/now")
        answer = await get(on.port, "/api/now", basic("sesame"), method="PUT")
        assert (answer.head.status, answer.head.headers["allow"]) == (405, "GET, HEAD")
        refused = await ask(on.port, put("/api/now").replace(b"PUT", b"SOURCE", 1))
        assert refused.startswith(b"HTTP/1.0 403 ")
        assert on.registry.get("/api/now") is None


async def test_a_body_is_bounded() -> None:
    async with steered("[limits]\nbody = 1024") as (on, autodj):
        body = json.dumps({"key": ANNA.key, "x": "y" * 1024}).encode()
        assert (await post(on, "/api/queue", body, ADMIN)).head.status == 413
        assert list(autodj.queue) == []


async def test_a_listener_is_known_by_its_address() -> None:
    async with steered("[control]\nrequests = true") as (on, _):
        tracks = json.loads((await get(on.port, "/api/requests")).body)["tracks"]
        bodies = [json.dumps({"id": each["id"]}).encode() for each in tracks]
        assert (await post(on, "/api/requests", bodies[0])).head.status == 201
        assert (await post(on, "/api/requests", bodies[1])).head.status == 429


async def test_links_lead_to_where_the_caller_reached_us() -> None:
    async with steered() as (on, autodj):
        autodj.play()
        request = request_head("GET", "/api/nowplaying/1", "HTTP/1.1", ["Host: radio.example"])
        async with talk(on.port) as peer:
            await peer.send(request)
            told = json.loads((await peer.read_sized()).body)
        assert told["now_playing"]["song"]["art"].startswith("http://radio.example/api/art/")
        assert told["station"]["public_player_url"] == "http://radio.example/"


async def next_event(peer: Talk) -> dict[str, Any]:
    """The next event of a stream of them, with its data as JSON; comments are passed over."""
    while True:
        lines = (await peer.read_until(b"\n\n")).decode().strip("\n").split("\n")
        fields = dict(line.split(": ", 1) for line in lines if not line.startswith(":"))
        if "data" in fields:
            return {**fields, "data": json.loads(fields["data"])}


@asynccontextmanager
async def following(on: RunningStation) -> AsyncIterator[Talk]:
    """A page that follows the events."""
    async with talk(on.port) as peer:
        await peer.send(request_head("GET", "/api/events", "HTTP/1.1", ["Host: x"]))
        head = await peer.read_head()
        assert head.status == 200
        assert head.headers["content-type"].startswith("text/event-stream")
        assert head.headers["access-control-allow-origin"] == "*"
        assert "content-length" not in head.headers
        yield peer


async def test_events_begin_with_what_is_heard_and_go_on_with_what_changes() -> None:
    async with steered() as (on, autodj):
        autodj.play(ANNA, since=1000.0)
        async with following(on) as peer:
            first = await next_event(peer)
            assert (first["event"], first["id"]) == ("now", "1")
            assert first["data"]["text"] == "Anna - Go"
            assert first["data"]["at"] == 1000.0
            assert first["data"]["clock"] > 1000.0
            assert first["data"]["streams"] == []
            autodj.play(BJORK, since=2000.0)
            second = await next_event(peer)
            assert (second["id"], second["data"]["at"]) == ("2", 2000.0)
            assert second["data"]["text"] == "Björk - Jóga"
            autodj.enqueue("http://example.org/Nova.mp3")
            assert (await next_event(peer))["data"]["next"]["text"] == "Nova"


async def test_a_change_that_is_taken_back_at_once_is_not_told() -> None:
    async with steered() as (on, autodj):
        autodj.play(ANNA)
        async with following(on) as peer:
            await next_event(peer)
            number = autodj.enqueue(ANNA.key).number
            autodj.dequeue(number)
            await trio.sleep(3 * events.SETTLED)
            autodj.play(BJORK)
            assert (await next_event(peer))["data"]["text"] == "Björk - Jóga"


async def test_who_listens_to_silence_hears_a_heartbeat(monkeypatch: Any) -> None:
    monkeypatch.setattr(events, "HEARTBEAT", 0.02)
    async with steered() as (on, autodj), following(on) as peer:
        await next_event(peer)
        assert await peer.read_until(b"\n\n") == b":\n\n"
        autodj.play(ANNA)
        await next_event(peer)
        assert await peer.read_until(b"\n\n") == b":\n\n", "it waits for news again"


async def test_a_page_that_left_is_forgotten(monkeypatch: Any) -> None:
    monkeypatch.setattr(events, "HEARTBEAT", 0.02)
    async with steered() as (on, _):
        async with following(on) as peer:
            await next_event(peer)
            assert on.station.broadcast.sessions == 1
        await until(lambda: on.station.broadcast.sessions == 0)


async def test_a_station_that_stops_ends_the_events() -> None:
    async with steered() as (on, _), following(on) as peer:
        await next_event(peer)
        on.station.stop()
        assert await peer.read_all() == b""


async def test_head_of_the_events_has_an_end() -> None:
    async with steered() as (on, _):
        answer = await get(on.port, "/api/events", method="HEAD")
        assert answer.head.headers["content-type"].startswith("text/event-stream")
