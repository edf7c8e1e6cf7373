"""Who may call what, how, and what those hear who may not."""

from __future__ import annotations

import json
from typing import Any

import pytest
import trio
from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.admin.control.api import Api, is_of_api
from radiocast.errors import PeerError

from .made import ANNA, Caller, FakeStation


async def routes(caller: Caller) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = (await caller.get("")).json["api"]
    return listed


def example(path: str) -> str:
    return path.removeprefix("/api").replace("{number}", "1").replace("{name}", "0" * 16)


async def test_only_what_is_public_is_told_without_a_password() -> None:
    caller = Caller()
    for route in await routes(caller):
        target = f"/api{example(route['path'])}".encode()
        kind = ("content-type", "application/json")
        answer = await caller.raw(route["method"], target, b"", kind)
        assert (answer.status == 401) == (route["for"] == "admin"), route
        assert ("www-authenticate" in answer.headers) == (route["for"] == "admin")
    assert caller.autodj.done == []


async def test_every_change_but_a_listeners_needs_the_password() -> None:
    changes = [each for each in await routes(Caller()) if each["method"] != "GET"]
    assert {each["for"] for each in changes} == {"admin", "listeners"}
    assert [each["path"] for each in changes if each["for"] == "listeners"] == ["/api/requests"]


@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded", ""])
async def test_a_page_of_another_site_changes_nothing(kind: str | None) -> None:
    caller = Caller()
    headers = [] if kind is None else [("content-type", kind)]
    for path in ("/skip", "/live/kick", "/playlists/reload", "/queue"):
        answer = await caller.raw("POST", f"/api{path}".encode(), b"{}", *headers, admin=True)
        assert (answer.status, "needs the header" in answer.json["error"]) == (415, True)
    assert caller.autodj.done == []


async def test_a_header_of_ones_own_is_as_good_as_json() -> None:
    caller = Caller()
    answer = await caller.raw("POST", b"/api/skip", b"", ("x-requested-with", "curl"), admin=True)
    assert answer.status == 200
    kind = ("content-type", "Application/JSON; charset=utf-8")
    assert (await caller.raw("POST", b"/api/skip", b"", kind, admin=True)).status == 200


async def test_wrong_methods_are_refused_with_the_right_ones() -> None:
    caller = Caller()
    for target, method, allowed in (
        ("/queue", "PUT", "DELETE, GET, HEAD, POST"),
        ("/skip", "GET", "POST"),
        ("/now", "DELETE", "GET, HEAD"),
        ("/queue/1", "GET", "DELETE"),
    ):
        answer = await caller.raw(method, f"/api{target}".encode(), admin=True)
        assert (answer.status, answer.headers["allow"]) == (405, allowed)


async def test_head_is_as_good_as_get() -> None:
    caller = Caller()
    for route in await routes(caller):
        if route["method"] == "GET":
            target = f"/api{example(route['path'])}".encode()
            got = await caller.raw("GET", target, admin=True)
            assert (await caller.raw("HEAD", target, admin=True)).status == got.status


async def test_there_is_nothing_else() -> None:
    for target in ("/nothing", "/queue/1/move/2", "/art", "/art/1/2", "/nowplaying/a/b"):
        assert (await Caller().get(target, admin=True)).status == 404
    assert (await Caller().get("/now/")).status == 200, "a slash more means the same"


def test_the_api_has_its_own_paths_and_no_others() -> None:
    assert is_of_api("/api")
    assert is_of_api("/api/x")
    assert not is_of_api("/apiary")


async def test_without_an_auto_dj_the_missing_setting_is_named() -> None:
    caller = Caller()
    caller.api = Api(caller.station, None)
    answer = await caller.get("/now")
    assert answer.status == 404
    assert "[outputs" in answer.json["error"]
    assert "[outputs" not in (await Caller().get("/nothing")).json["error"]


async def test_a_listener_asks_for_a_track_if_that_is_allowed() -> None:
    caller = Caller()
    (found,) = (await caller.get("/requests?q=anna")).json["tracks"]
    assert "key" not in found
    answer = await caller.raw("POST", b"/api/requests", b'{"id":"%s"}' % found["id"].encode())
    assert answer.status == 201, "a listener's request needs no header: it proves nobody"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.json["requested"]["title"] == "Go"
    refused = Caller(station=FakeStation(requests=False))
    for method in ("GET", "POST"):
        answer = await refused.raw(method, b"/api/requests")
        assert (answer.status, "control.requests" in answer.json["error"]) == (403, True)


async def test_a_listener_who_asks_too_often_is_told_when_to_come_again() -> None:
    caller = Caller()
    tracks = (await caller.get("/requests")).json["tracks"]
    assert [each["title"] for each in tracks if "listening" in each["title"]] == []
    bodies = [b'{"id":"%s"}' % each["id"].encode() for each in tracks]
    target = b"/api/requests"
    assert (await caller.raw("POST", target, bodies[0], caller="a")).status == 201
    again = await caller.raw("POST", target, bodies[1], caller="a")
    assert (again.status, "try again in" in again.json["error"]) == (429, True)
    same = await caller.raw("POST", target, bodies[0], caller="b")
    assert (same.status, "asked for or played" in same.json["error"]) == (409, True)
    assert (await caller.raw("POST", target, bodies[1], caller="b")).status == 201


@pytest.mark.parametrize("body", [b"", b"{}", b'{"id":5}', b'{"key":"/music/anna.mp3"}', b"["])
async def test_a_listener_names_tracks_by_their_ids_only(body: bytes) -> None:
    assert (await Caller().raw("POST", b"/api/requests", body)).status == 400
    unknown = await Caller().raw("POST", b"/api/requests", b'{"id":"0000000000000000"}')
    assert unknown.status == 404


PATHS = st.one_of(
    st.binary(max_size=60),
    st.sampled_from(
        [
            *(b"now", b"events", b"nowplaying/1", b"history", b"art/now", b"requests", b"search"),
            *(b"queue", b"queue/1", b"queue/1/move", b"simulate", b"upcoming", b"playlists"),
        ]
    ),
)
QUERIES = st.one_of(
    st.just(b""),
    st.binary(max_size=40),
    st.tuples(
        st.sampled_from([b"count", b"hours", b"from", b"to", b"q", b"limit", b"format"]),
        st.one_of(st.binary(max_size=20), st.integers(-5, 10**12).map(lambda n: b"%d" % n)),
    ).map(b"=".join),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)
FIELDS = st.dictionaries(st.sampled_from(["id", "key", "path", "position", "x"]), JSON)
BODIES = st.one_of(
    st.binary(max_size=60),
    st.just(b"[" * 60_000),
    st.just(b"1" * 60_000),
    (FIELDS | JSON).map(lambda value: json.dumps(value).encode()),
)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["GET", "HEAD", "POST", "DELETE", "PUT", "PATCH", "BREW"]),
    PATHS,
    QUERIES,
    BODIES,
    st.booleans(),
)
def test_nothing_that_is_sent_is_our_fault(
    method: str, path: bytes, query: bytes, body: bytes, admin: bool
) -> None:
    async def ask() -> None:
        caller = Caller()
        caller.autodj.enqueue(ANNA.key)
        target = b"/api/" + path + (b"?" + query if query else b"")
        kind = ("content-type", "application/json")
        try:
            answer = await caller.raw(method, target, body, kind, admin=admin)
        except PeerError:
            return  # by the head alone: it is refused before anybody is called
        assert 200 <= answer.status < 500
        if answer.status >= 400:
            assert answer.json["error"]
            assert isinstance(answer.response.body.decode(), str)

    trio.run(ask)
