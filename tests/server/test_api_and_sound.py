"""The API over a whole auto-DJ with its studio: what it says is what goes out."""

from __future__ import annotations

import itertools
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import trio

from radiocast.cli.main import main
from tests.station import RunningStation, running_station

from .made import encoder, player
from .talk import Talk, basic, get, request_head, talk

DEMO = Path(__file__).parents[2] / "playlists" / "demo.m3u"
SHOW = (Path(__file__).parents[1] / "media" / "cbr128.mp3").read_bytes()
BYTES_A_SECOND = 16_000
CHUNK = 1600
STREAM_BYTES_A_SECOND = 8_000
ADMIN = basic("letmein", "admin")
CONFIG = f"""
[playlists.demo]
source = "{DEMO}"
[outputs."/stream"]
codec = "mp3"
bitrate = 64
[mounts."/stream"]
metaint = 512
[live]
fade = 0
grace = 0
"""


class Page:
    """A web page that follows the titles."""

    def __init__(self, peer: Talk) -> None:
        self._peer = peer
        self.now: dict[str, Any] = {}

    async def until(self, true: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """What the first event says for which this is true."""
        while not self.now or not true(self.now):
            event = (await self._peer.read_until(b"\n\n")).decode()
            _, found, data = event.partition("\ndata: ")
            if found:
                self.now = json.loads(data)
        return self.now


@asynccontextmanager
async def send_for_ever(source: Talk) -> AsyncIterator[None]:
    """Send a show as fast as it sounds, until the station hangs up."""

    async def send() -> None:
        with suppress(trio.BrokenResourceError):
            for at in itertools.cycle(range(0, len(SHOW), CHUNK)):
                await source.send(SHOW[at : at + CHUNK])
                await trio.sleep(CHUNK / BYTES_A_SECOND)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(send)
        yield
        nursery.cancel_scope.cancel()


async def title_of(on: RunningStation) -> str:
    """What Icecast's page says is heard."""
    stats = json.loads((await get(on.port, "/status-json.xsl")).body)["icestats"]
    return str(stats["source"]["title"])


async def test_titles_agree_everywhere_while_an_operator_steers(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with running_station(CONFIG, patience=40) as on, talk(on.port) as peer:

        async def dj(*arguments: str) -> str:
            said = ["dj", *arguments, "--url", on.url(""), "--password", "letmein"]
            assert await trio.to_thread.run_sync(partial(main, said)) == 0
            return capsys.readouterr().out

        await peer.send(request_head("GET", "/api/events", "HTTP/1.1", ["Host: x"]))
        await peer.read_head()
        page = Page(peer)
        first = await page.until(lambda now: bool(now["id"]))
        assert await title_of(on) == first["text"]
        assert (await dj("now")).startswith(f"{first['text']}\n")

        others = {"First Light", "Paper Boats"} - {first["title"]}
        wanted = min(others)
        assert f"next: Radiocast - {wanted}" in await dj("add", wanted)
        assert wanted in (await dj("upcoming")).splitlines()[1]
        await dj("skip")
        second = await page.until(lambda now: now["title"] == wanted)
        assert second["number"] > first["number"]
        assert second["at"] > first["at"]
        assert await title_of(on) == second["text"]
        assert (await dj("history")).splitlines()[-1].endswith(wanted)
        assert wanted in await dj("history", "--from", "2020-01-01")

        async with encoder(on, "/stream", "ice-name: Dora") as source, send_for_ever(source):
            live = await page.until(lambda now: bool(now["live"]))
            assert (live["text"], live["art"]) == ("Dora", None)
            assert await title_of(on) == "Dora"
            assert await dj("kick") == "sent away\n"
            back = await page.until(lambda now: not now["live"] and bool(now["id"]))
            assert await title_of(on) == back["text"]
        assert await dj("kick") == "nobody is live\n"


async def test_a_page_can_show_titles_in_step_with_what_it_hears() -> None:
    async with running_station(CONFIG, patience=40) as on, talk(on.port) as peer:
        await peer.send(request_head("GET", "/api/events", "HTTP/1.1", ["Host: x"]))
        await peer.read_head()
        page = Page(peer)
        await page.until(lambda now: bool(now["id"]))
        await trio.sleep(1)  # so that there is a burst to be behind by
        async with talk(on.port) as again, player(on, "/stream", "Icy-MetaData: 1") as listener:
            await again.send(request_head("GET", "/api/events", "HTTP/1.1", ["Host: x"]))
            await again.read_head()
            first = await Page(again).until(lambda now: True)
            begun = first["clock"] - first["streams"][0]["behind"]
            await get(on.port, "/api/skip", "X-Requested-With: test", ADMIN, method="POST")
            second = await page.until(lambda now: now["number"] > first["number"])
            while len(listener.titles) < 2:
                await listener.hear(len(listener.body) + 1000)
            heard, text = listener.titles[-1]
        assert second["text"] in text
        assert heard / STREAM_BYTES_A_SECOND == pytest.approx(second["at"] - begun, abs=0.25)
