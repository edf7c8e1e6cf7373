"""Who we say we are: `icecast.server_id`, in every answer and in statistics."""

from __future__ import annotations

import pytest
import trio

from radiocast import __version__
from tests.server.talk import ask, parse_answer
from tests.station import running_station

CASES = {
    "a page": b"GET / HTTP/1.0\r\n\r\n",
    "a refusal": b"GET /nothing HTTP/1.0\r\n\r\n",
    "options": b"OPTIONS / HTTP/1.0\r\n\r\n",
    "statistics": b"GET /status-json.xsl HTTP/1.0\r\n\r\n",
}


@pytest.mark.parametrize("asked", CASES.values(), ids=CASES)
async def test_every_answer_says_what_the_operator_wants_it_to(asked: bytes) -> None:
    with trio.fail_after(10):
        async with running_station('[icecast]\nserver_id = "Icecast 2.4.4"\n') as station:
            answer = parse_answer(await ask(station.port, asked))
            assert answer.head.headers["server"] == "Icecast 2.4.4"
            assert f"radiocast {__version__}".encode() not in answer.body
            if b"json" in asked:
                assert b'"server_id":"Icecast 2.4.4"' in answer.body
            station.reload("")
            answer = parse_answer(await ask(station.port, asked))
            assert answer.head.headers["server"] == f"radiocast {__version__}"


async def test_the_administrations_pages_say_so_too() -> None:
    with trio.fail_after(10):
        async with running_station('[icecast]\nserver_id = "Icecast 2.4.4"\n') as station:
            login = b"Authorization: Basic YWRtaW46bGV0bWVpbg==\r\n"
            page = await ask(station.port, b"GET /admin/stats.xsl HTTP/1.0\r\n" + login + b"\r\n")
            assert b"<p>Icecast 2.4.4</p>" in page
