"""Everything that has an end: pages, statistics, files, and connections kept for more."""

from __future__ import annotations

import json

import pytest

from .audio import frames
from .made import encoder, player, station
from .talk import ask, get, parse_answer, request_head, talk

STYLE = "/static/style.css"


async def test_the_status_page_shows_what_is_on_air() -> None:
    async with station('[station]\nname = "Our Station"') as on:
        assert b"Our Station" in (await get(on.port, "/")).body
        async with encoder(on, "/live", "ice-name: <Here>", audio=frames(0, 5)), player(on):
            page = await get(on.port, "/")
        assert page.head.line == "HTTP/1.1 200 OK"
        assert page.head.headers["content-type"] == "text/html; charset=utf-8"
        assert "default-src" in page.head.headers["content-security-policy"]
        assert b"/live" in page.body
        assert b"&lt;Here&gt;" in page.body
        assert b"<Here>" not in page.body


async def test_statistics_have_icecasts_shape() -> None:
    async with station() as on:
        assert "source" not in json.loads((await get(on.port, "/status-json.xsl")).body)["icestats"]
        async with encoder(on, "/a", audio=frames(0, 5)), player(on, "/a"):
            answer = await get(on.port, "/status-json.xsl")
            assert answer.head.headers["content-type"].startswith("application/json")
            assert answer.head.headers["access-control-allow-origin"] == "*"
            source = json.loads(answer.body)["icestats"]["source"]
            assert source["listenurl"] == f"http://localhost:{on.port}/a"
            assert (source["listeners"], source["listener_peak"]) == (1, 1)
            async with encoder(on, "/b", audio=frames(0, 5)), player(on, "/b"):
                both = json.loads((await get(on.port, "/status-json.xsl")).body)["icestats"]
                assert len(both["source"]) == 2
                one = json.loads((await get(on.port, "/status-json.xsl?mount=/b")).body)["icestats"]
                assert one["source"]["listenurl"].endswith("/b")


async def test_files_are_kept_by_browsers_until_they_change() -> None:
    async with station() as on:
        first = await get(on.port, STYLE)
        assert first.head.headers["content-type"] == "text/css; charset=utf-8"
        assert "max-age" in first.head.headers["cache-control"]
        etag = first.head.headers["etag"]
        again = await get(on.port, STYLE, f"If-None-Match: {etag}")
        assert (again.head.status, again.body) == (304, b"")
        assert again.head.headers["etag"] == etag
        assert "content-length" not in again.head.headers, "of a 304 it would be the page's"
        changed = await get(on.port, STYLE, 'If-None-Match: "other"')
        assert (changed.head.status, changed.body) == (200, first.body)


async def test_head_of_a_page_is_the_head_of_its_get() -> None:
    async with station() as on:
        whole = await get(on.port, STYLE)
        head = await get(on.port, STYLE, method="HEAD")
        assert head.body == b""
        assert head.head.headers["content-length"] == str(len(whole.body))


async def test_a_connection_may_be_used_again() -> None:
    async with station() as on, talk(on.port) as peer:
        request = request_head("GET", STYLE, "HTTP/1.1", ["Host: x"])
        for _ in range(3):
            await peer.send(request)
            answer = await peer.read_sized()
            assert answer.head.status == 200
        await peer.send(request_head("GET", STYLE, "HTTP/1.1", ["Host: x", "Connection: close"]))
        last = parse_answer(await peer.read_all())
        assert last.body == answer.body
        assert last.head.headers["connection"] == "close"


async def test_requests_may_come_before_the_answers() -> None:
    async with station() as on, talk(on.port) as peer:
        targets = ["/", "/nowhere", STYLE, "/status-json.xsl"]
        await peer.send(b"".join(request_head("GET", t, "HTTP/1.1", ["Host: x"]) for t in targets))
        answers = [await peer.read_sized() for _ in targets]
        assert [answer.head.status for answer in answers] == [200, 404, 200, 200]
        assert b"icestats" in answers[3].body


async def test_a_stream_may_be_asked_for_after_a_page() -> None:
    async with station() as on, encoder(on, audio=frames(0, 5)), talk(on.port) as peer:
        page = request_head("GET", "/", "HTTP/1.1", ["Host: x"])
        await peer.send(page + request_head("GET", "/live", "HTTP/1.1", ["Host: x"]))
        await peer.read_sized()
        assert (await peer.read_head()).line == "HTTP/1.0 200 OK"
        assert await peer.read(4) == frames(0, 1)[:4]


async def test_http_1_0_gets_one_answer_a_connection() -> None:
    async with station() as on:
        answer = parse_answer(await ask(on.port, request_head("GET", STYLE, "HTTP/1.0")))
        assert answer.head.status == 200
        assert len(answer.body) == int(answer.head.headers["content-length"])


@pytest.mark.parametrize("method", ["DELETE", "PATCH", "TRACE", "CONNECT", "BREW"])
async def test_a_method_nobody_knows_is_a_bad_request(method: str) -> None:
    async with station() as on:
        assert (await get(on.port, "/", method=method)).head.status == 400


async def test_a_body_nobody_wants_is_read_and_the_next_request_found_behind_it() -> None:
    async with station() as on, talk(on.port) as peer:
        head = request_head("GET", "/nowhere", "HTTP/1.1", ["Host: x", "Content-Length: 20"])
        second = request_head("GET", STYLE, "HTTP/1.1", ["Host: x"])
        await peer.send(head + b"GET / HTTP/1.1\r\n\r\n\r\n" + second)
        assert (await peer.read_sized()).head.status == 404
        assert (await peer.read_sized()).head.status == 200
