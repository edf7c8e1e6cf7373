"""The document says what the API answers: no more calls, no fewer, and in these shapes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from radiocast.admin.control.api import Api
from radiocast.admin.control.openapi import operation_id

from .made import ANNA, BJORK, NOON, Caller, FakeStation, entry

DRAFT = "https://json-schema.org/draft/2020-12/schema"


async def document(caller: Caller) -> dict[str, Any]:
    told = (await caller.get("/openapi.json")).json
    assert isinstance(told, dict)
    return told


async def test_it_has_just_the_calls_there_are() -> None:
    for caller in (Caller(), Caller()):
        told = await document(caller)
        named = [(method.upper(), path) for path, item in told["paths"].items() for method in item]
        assert sorted(named) == sorted((each.method, each.path) for each in caller.api.routes)
        caller.api = Api(caller.station, None)


async def test_every_call_has_a_name_of_its_own() -> None:
    names = [operation_id(route) for route in Caller().api.routes]
    assert len(set(names)) == len(names)


async def test_what_is_refused_is_said() -> None:
    told = (await document(Caller()))["paths"]
    kick = told["/api/mounts/{mount}/source"]["delete"]
    assert set(kick["responses"]) == {"200", "400", "401", "404", "409"}
    assert kick["security"] == [{"administrator": []}]
    assert kick["parameters"][0]["name"] == "mount"
    skip = told["/api/skip"]["post"]
    assert set(skip["responses"]) == {"200", "401", "415"}
    assert skip["parameters"][0]["name"] == "X-Requested-With"
    assert set(told["/api/requests"]["post"]["responses"]) >= {"201", "403", "409", "429"}
    assert told["/api/mounts"]["get"]["security"] == [{}, {"administrator": []}]
    assert "security" not in told["/api/nowplaying"]["get"]


def references(schema: object) -> Iterator[str]:
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield schema["$ref"]
        for each in schema.values():
            yield from references(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from references(each)


async def test_every_shape_is_there_and_used() -> None:
    told = await document(Caller())
    shapes = {f"#/components/schemas/{name}" for name in told["components"]["schemas"]}
    assert set(references(told)) == shapes
    for schema in told["components"]["schemas"].values():
        jsonschema_rs.meta.validate({"$schema": DRAFT, **schema})


def busy() -> Caller:
    """An auto-DJ with something of everything."""
    caller = Caller(station=FakeStation(requests=True))
    caller.autodj.play(ANNA, since=NOON)
    caller.autodj.enqueue(BJORK.key)
    caller.autodj.entries = [entry(NOON - 200, "Go"), entry(NOON, "Now", duration=None)]
    return caller


CALLS = [
    ("get", "", ""),
    ("get", "/status", ""),
    ("get", "/mounts", ""),
    ("get", "/mounts/stream", "/mounts/{mount}"),
    ("get", "/mounts/stream/titles", "/mounts/{mount}/titles"),
    ("get", "/mounts/stream/listeners", "/mounts/{mount}/listeners"),
    ("get", "/now", ""),
    ("get", "/nowplaying", ""),
    ("get", "/nowplaying/1", "/nowplaying/{name}"),
    ("get", "/history", ""),
    ("get", "/requests", ""),
    ("get", "/queue", ""),
    ("get", "/upcoming", ""),
    ("get", "/explain", ""),
    ("get", "/simulate?hours=1", "/simulate"),
    ("get", "/search", ""),
    ("get", "/playlists", ""),
    ("delete", "/queue", ""),
    ("delete", "/queue/1", "/queue/{number}"),
    ("delete", "/mounts/stream/source", "/mounts/{mount}/source"),
    ("delete", "/mounts/stream/listeners/7", "/mounts/{mount}/listeners/{number}"),
    ("post", "/mounts/stream/title", "/mounts/{mount}/title"),
    ("post", "/queue", ""),
    ("post", "/queue/1/move", "/queue/{number}/move"),
    ("post", "/playlists/reload", ""),
    ("post", "/skip", ""),
    ("post", "/live/kick", ""),
]
BODIES = {
    "/mounts/stream/title": {"text": "A - B"},
    "/queue": {"key": ANNA.key},
    "/queue/1/move": {"position": 0},
}


@pytest.mark.parametrize("admin", [False, True])
@pytest.mark.parametrize(("method", "target", "path"), CALLS)
async def test_answers_have_the_shape_that_is_said(
    method: str, target: str, path: str, admin: bool
) -> None:
    caller = busy()
    if method == "post":
        answer = await caller.post(target, BODIES.get(target), admin=admin)
    else:
        call = caller.get if method == "get" else caller.delete
        answer = await call(target, admin=admin)
    told = await document(caller)
    operation = told["paths"][f"/api{path or target}"][method]
    if answer.status == 401:
        assert operation["security"] == [{"administrator": []}]
        assert not admin
    else:
        assert answer.status in (200, 201), answer.json
    content = operation["responses"][str(answer.status)]["content"]["application/json"]
    schema = {"components": told["components"], **content["schema"]}
    jsonschema_rs.validate(schema, json.loads(answer.response.body))


async def test_the_page_has_every_call_and_no_script() -> None:
    caller = Caller()
    answer = await caller.get("/docs")
    page = answer.response.body.decode()
    for route in caller.api.routes:
        assert f"<code>{route.method} {route.path}</code>" in page
    assert "<script" not in page
    assert "http" not in page.replace("&quot;http&quot;", "")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
