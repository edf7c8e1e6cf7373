"""Real programs that read a station as they would read a SHOUTcast server."""

from __future__ import annotations

import json
import wave
from array import array
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pytest
import trio

from tests.clients.encoders import SONG
from tests.clients.feed import feed
from tests.clients.need import need, need_npm
from tests.clients.processes import run, running
from tests.clients.status import set_title, wait_on_air
from tests.clients.sweep import RATE, check_sweep
from tests.clients.tunes import Tune
from tests.server.made import until
from tests.station import running_station

pytestmark = pytest.mark.clients

NPM = Path(__file__).parent / "npm"

MONITOR = """settings.init.allow_root.set(true)
s = input.http("{url}")
s.on_metadata(fun (m) -> print("title is " ^ m["title"]))
output.file(fallible=true, %wav(stereo=true, header=true), "{file}", s)
"""
HEARD = 3.0
"""Seconds that it must have recorded."""

CD = 44_100
"""Samples per second that it records: four for each one that is looked at."""


async def test_what_npm_packages_read(tunes: Mapping[str, Tune]) -> None:
    need("node")
    need_npm(NPM)
    with trio.fail_after(20):
        async with running_station() as station, trio.open_nursery() as nursery:
            await nursery.start(feed, station.port, "/stream", tunes["mp3"])
            await wait_on_air(station.port, "/stream")
            await set_title(station.port, "/stream", SONG)
            done = await run(["node", str(NPM / "read.mjs"), station.url(""), "/stream"])
            nursery.cancel_scope.cancel()
    assert done.returncode == 0, done.stderr.decode()
    told = json.loads(done.stdout)
    assert told["parser"]["StreamTitle"] == SONG
    assert told["stream"]["title"] == SONG
    for server in ("v1", "v2"):
        assert (told[server]["title"], told[server]["fetchsource"]) == (
            SONG,
            f"SHOUTCAST_{server.upper()}",
        )
        assert int(told[server]["listeners"]) >= 0


async def test_what_a_liquidsoap_hears(tunes: Mapping[str, Tune], tmp_path: Path) -> None:
    need("liquidsoap")
    record, script, log = tmp_path / "heard.wav", tmp_path / "monitor.liq", tmp_path / "log"
    with trio.fail_after(30):
        async with running_station() as station, trio.open_nursery() as nursery:
            await nursery.start(partial(feed, lead=4.0), station.port, "/stream", tunes["mp3"])
            await wait_on_air(station.port, "/stream")
            await set_title(station.port, "/stream", SONG)
            script.write_text(MONITOR.format(url=station.url("/;?sid=1"), file=record))
            async with running(["liquidsoap", str(script)], log):
                size = int(HEARD * CD) * 4 + 4096
                await until(lambda: record.exists() and record.stat().st_size > size)
                await until(lambda: f"title is {SONG}" in log.read_text(errors="replace"))
            nursery.cancel_scope.cancel()
    with wave.open(str(record)) as heard:
        stereo = array("h", heard.readframes(int(HEARD * CD)))
    check_sweep(stereo[:: 2 * (CD // RATE)], at_least=HEARD - 0.5)
