"""Telling web servers, also slow ones."""

from __future__ import annotations

import pytest
import trio

from radiocast.access import notices as module
from radiocast.access.notices import Notices, Post
from tests.web_client.server import WebServer, web_server


def post(server: WebServer, number: int) -> Post:
    return Post(f"{server.url}/{number}", b"a=b", "radiocast", None, 5.0, "listener_remove")


def told(server: WebServer) -> list[int]:
    return [int(asked.split(b" ")[1][1:]) for asked in server.asked]


async def test_one_worker_keeps_the_order_and_drain_waits_for_all() -> None:
    async with web_server() as server, trio.open_nursery() as nursery:
        notices = Notices(1)
        for number in range(20):
            notices.put(post(server, number))
        nursery.start_soon(notices.run)
        with trio.fail_after(10):
            await notices.drain()
        assert told(server) == list(range(20))
        nursery.cancel_scope.cancel()


async def test_a_slow_web_server_loses_nothing_but_what_is_beyond_the_bound(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 10)
    async with web_server() as server, trio.open_nursery() as nursery:
        server.may_answer = trio.Event()
        notices = Notices(2)
        nursery.start_soon(notices.run)
        for number in range(15):
            notices.put(post(server, number))
        assert caplog.text.count("more are lost until it answers") == 1
        server.may_answer.set()
        with trio.fail_after(10):
            await notices.drain()
        assert sorted(told(server)) == list(range(10))
        assert "5 notices to web servers were lost" in caplog.text
        nursery.cancel_scope.cancel()


async def test_what_cannot_be_told_is_a_line_and_the_next_is_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with web_server(b"nonsense\r\n\r\n") as server, trio.open_nursery() as nursery:
        notices = Notices(1)
        nursery.start_soon(notices.run)
        notices.put(post(server, 1))
        notices.put(post(server, 2))
        with trio.fail_after(10):
            await notices.drain()
        assert told(server) == [1, 2]
        assert caplog.text.count("illegal status line") == 2
        nursery.cancel_scope.cancel()
