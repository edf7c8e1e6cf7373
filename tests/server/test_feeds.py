"""Statistics as they change: for who asks with STATS, and Icecast 2.5's events."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import trio

from radiocast.admin.icecast.feeds import MAX_VALUE
from radiocast.formats import Title
from radiocast.server import feeds
from tests.icecast.stage import LIVE, on_air
from tests.protocols.recorded import icecast

from .audio import frames
from .made import encoder, mount_of, player, station, until
from .talk import Talk, ask, basic, request_head, talk

ADMIN = basic("letmein", "admin")
NEW = '[icecast]\nversion = "2.5"'


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "INTERVAL", 0.01)


@asynccontextmanager
async def watching(port: int, method: str, target: str) -> AsyncIterator[Talk]:
    async with talk(port) as peer:
        await peer.send(request_head(method, target, "HTTP/1.0", [ADMIN]))
        await peer.read_until(b"\r\n\r\n")
        yield peer


async def test_stats_begin_with_everything_as_icecast_names_it() -> None:
    recorded = icecast("admin-stats-stream")[1].partition(b"\r\n\r\n")[2]
    async with station() as on, on_air(on, LIVE):
        async with watching(on.port, "STATS", "/admin/stats") as peer:
            told = await peer.read_until(b"/live.mp3 user_agent ")
    names = [line.split()[2] for line in told.splitlines() if line.startswith(b"EVENT global ")]
    theirs = [line.split()[2] for line in recorded.splitlines() if b" global " in line]
    assert names == theirs[: len(names)], "what follows has changed since"
    known = {line.split()[2] for line in recorded.splitlines() if b" /live.mp3 " in line}
    ours = {line.split()[2] for line in told.splitlines() if b" /live.mp3 " in line}
    assert known - ours <= {b"title"}, "there is none here"


async def test_stats_go_on_with_what_changes() -> None:
    async with station() as on:
        async with watching(on.port, "STATS", "/") as peer:
            await peer.read_until(b"stats_connections 0\n")
            async with encoder(on, audio=frames(0, 5)):
                assert b"EVENT /live listeners 0\n" in await peer.read_until(b"/live stream_start ")
                async with player(on):
                    await peer.read_until(b"EVENT /live listeners 1\n")
                mount_of(on).set_title(Title("A Title"))
                await peer.read_until(b"EVENT /live title A Title\n")
                mount_of(on).set_title(Title("x" * (MAX_VALUE + 1)))
                mount_of(on).set_title(Title("y"))
                assert b"xxx" not in await peer.read_until(b"EVENT /live title y\n")
        await until(lambda: on.station.broadcast.sessions == 0)


async def test_a_mount_that_is_gone_is_told_of() -> None:
    async with station("[mount]\ngrace = 0") as on:
        async with encoder(on, audio=frames(0, 5)) as source:
            await until(lambda: mount_of(on).log.end > 0)
            async with watching(on.port, "STATS", "/") as peer:
                await peer.read_until(b"/live total_bytes_sent 0\n")
                await source.close()
                await peer.read_until(b"EVENT /live null null\n")


async def test_nobody_else_may_watch() -> None:
    async with station(NEW) as on:
        for line in ("STATS / HTTP/1.0", "GET /admin/eventfeed HTTP/1.0"):
            for header in ("", f"{basic('sesame')}\r\n"):
                answer = await ask(on.port, f"{line}\r\n{header}\r\n".encode())
                assert answer.startswith(b"HTTP/1.1 401 ")


async def test_2_4_has_no_event_feed() -> None:
    async with station() as on:
        answer = await ask(on.port, request_head("GET", "/admin/eventfeed", "HTTP/1.0", [ADMIN]))
        assert answer.startswith(b"HTTP/1.1 400 ")


async def test_who_reads_nothing_is_hung_up_on_and_costs_nobody_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(feeds, "event_lines", lambda before, now: bytes(1 << 20))
    async with station("[limits]\nheader_timeout = 0.3") as on:
        async with talk(on.port, receive_buffer=4096) as peer:
            await peer.send(request_head("STATS", "/", "HTTP/1.0", [ADMIN]))
            await until(lambda: on.station.broadcast.sessions == 1)
            await until(lambda: on.station.broadcast.sessions == 0)


async def next_event(peer: Talk) -> dict[str, object]:
    lines = (await peer.read_until(b"\r\n\r\n")).decode().splitlines()
    number, data = (line.partition(": ") for line in lines if line)
    assert (number[0], data[0]) == ("id", "data")
    event = json.loads(data[2])
    assert isinstance(event, dict)
    return event


def trigger(event: dict[str, object]) -> object:
    crude = event["crude"]
    assert isinstance(crude, dict)
    return crude.get("trigger")


async def test_events_are_those_of_icecast() -> None:
    recorded = [
        json.loads(line.removeprefix(b"data: "))
        for line in icecast("admin-eventfeed", "2.5")[1].splitlines()
        if line.startswith(b"data: ") and line.endswith(b"}")
    ]
    by_trigger = {trigger(event): event for event in recorded}
    async with station("[mount]\ngrace = 0\n") as on:
        on.reload(f"[mount]\ngrace = 0\n{NEW}")
        async with watching(on.port, "GET", "/admin/eventfeed") as peer:
            on.reload("[mount]\ngrace = 0\n")
            async with encoder(on, audio=frames(0, 5)) as source:
                seen = [await next_event(peer)]
                async with player(on):
                    seen.append(await next_event(peer))
                    mount_of(on).set_title(Title("Hello"))
                    seen += [await next_event(peer), await next_event(peer)]
                    await source.close()
                    with trio.fail_after(5):
                        while trigger(seen[-1]) != "source-disconnect":
                            seen.append(await next_event(peer))
    assert [trigger(event) for event in seen[:4]] == [
        "source-connect",
        "source-listeners-changed",
        "format-metadata-changed",
        None,
    ]
    assert seen[3]["vc"] == {"X_ICY_TITLE": ["Hello"]}
    for event in seen[1:4]:
        theirs = by_trigger[trigger(event)]
        assert event.keys() == theirs.keys()
        ours, crude = event["crude"], theirs["crude"]
        assert isinstance(ours, dict)
        assert isinstance(crude, dict)
        assert ours.keys() == crude.keys()


async def test_events_of_one_mount_alone() -> None:
    async with station() as on:
        on.reload(NEW)
        async with watching(on.port, "GET", "/admin/eventfeed?mount=/b") as peer:
            on.reload("")
            async with encoder(on, "/a", audio=frames(0, 5)), encoder(on, "/b", audio=frames(0, 5)):
                assert (await next_event(peer))["mount"] == "/b"
