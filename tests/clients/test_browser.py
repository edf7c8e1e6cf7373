"""What a station shows and lets a real browser do."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
import trio

from tests.clients.chromium import chromium
from tests.clients.encoders import SONG
from tests.clients.feed import feed
from tests.clients.need import need
from tests.clients.status import set_title, wait_on_air
from tests.clients.tunes import Tune
from tests.station import running_station

pytestmark = pytest.mark.clients


async def test_pressing_play_on_the_status_page_plays(tunes: Mapping[str, Tune]) -> None:
    need("chromium")
    with trio.fail_after(20):
        async with running_station() as station, trio.open_nursery() as nursery:
            await nursery.start(feed, station.port, "/live", tunes["mp3"])
            await wait_on_air(station.port, "/live")
            await set_title(station.port, "/live", SONG)
            async with chromium() as page:
                await page.open(station.url("/"))
                await page.wait_for(f"document.body.innerText.includes({json.dumps(SONG)})")
                await page.click("article .play")
                await page.wait_for("document.querySelector('article audio').currentTime > 1")
                state = await page.evaluate("document.querySelector('article').dataset.state")
                await page.click("article .play")
                await page.wait_for("document.querySelector('article audio').paused")
            nursery.cancel_scope.cancel()
    assert state == "playing"


FETCH = """
(async (url) => {
  const response = await fetch(url, {headers: {"Icy-MetaData": "1"}});
  const {value} = await response.body.getReader().read();
  const seen = ["icy-metaint", "icy-name", "content-type"].map((name) =>
    response.headers.get(name));
  return [response.status, ...seen, value.length > 0];
})("http://localhost:%d/live")
"""


async def test_a_script_from_elsewhere_may_fetch_audio_and_titles(
    tunes: Mapping[str, Tune],
) -> None:
    need("chromium")
    with trio.fail_after(20):
        async with running_station() as station, trio.open_nursery() as nursery:
            await nursery.start(feed, station.port, "/live", tunes["mp3"])
            await wait_on_air(station.port, "/live")
            async with chromium() as page:
                await page.open(station.url("/status-json.xsl"))  # 127.0.0.1 is not localhost
                answer = await page.evaluate(FETCH % station.port)
            nursery.cancel_scope.cancel()
    assert answer == [200, "16000", "/live", "audio/mpeg", True]
