"""Listeners join at any moment, and never is there anything wrong with what they get."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from random import Random

import pytest
import trio

from tests.clients.chromium import AUTOPLAY, chromium
from tests.clients.decode import decode_all
from tests.clients.feed import feed
from tests.clients.listen import Heard, listen
from tests.clients.need import need
from tests.clients.status import wait_on_air
from tests.clients.sweep import check_sweep
from tests.clients.tunes import FORMATS, SECONDS, Tune
from tests.station import running_station

pytestmark = pytest.mark.clients

JOINS = 100

SPEED = 5.0
"""The source sends that much faster than in real time, for joins at more places of the tune."""

LEAD = 2.0
"""Seconds of the tune that are there when the first joins."""

STAY = 4.0
"""Seconds of the tune a listener stays for; what it gets last may be half a frame."""

DECODED = 3.0
"""Seconds of it that are decoded."""

STARTS_WITHIN = 0.5
"""Seconds a browser may take from the click to the sound."""


@pytest.mark.parametrize("suffix", FORMATS)
async def test_a_hundred_joins_decode_without_a_word(
    suffix: str, tunes: Mapping[str, Tune], tmp_path: Path
) -> None:
    tune = tunes[suffix]
    chance = Random(suffix)
    moments = sorted(chance.uniform(0, (SECONDS - LEAD - STAY) / SPEED) for _ in range(JOINS))
    heard = [Heard() for _ in moments]
    with trio.fail_after(60):
        async with running_station() as station, trio.open_nursery() as nursery:
            source = partial(feed, lead=LEAD, speed=SPEED)
            await nursery.start(source, station.port, "/live", tune)
            began = trio.current_time()
            await wait_on_air(station.port, "/live")
            listener = partial(listen, at_least=STAY * tune.byte_rate)
            for moment, ear in zip(moments, heard, strict=True):
                await trio.sleep_until(began + moment)
                nursery.start_soon(listener, station.port, "/live", ear)
        bodies = [bytes(ear.body) for ear in heard]
        for samples in await decode_all(bodies, tmp_path, seconds=DECODED):
            check_sweep(samples, at_least=DECODED - 0.1)


JOIN_AGAIN_AND_AGAIN = """
(async (joins, lanes) => {
  const join = () => new Promise((resolve) => {
    const audio = new Audio();
    const began = performance.now();
    const end = (outcome) => {
      audio.onerror = audio.onplaying = null;
      audio.removeAttribute("src");
      audio.load();
      resolve(outcome);
    };
    audio.onplaying = () => end((performance.now() - began) / 1000);
    audio.onerror = () => end(audio.error.message);
    audio.src = "/live";
    audio.play().catch(() => {});
  });
  const outcomes = [];
  const lane = async () => {
    while (joins-- > 0) {
      await new Promise((resolve) => setTimeout(resolve, 100 * Math.random()));
      outcomes.push(await join());
    }
  };
  await join();
  await Promise.all(Array.from({length: lanes}, lane));
  return outcomes;
})(%d, 2)
"""
"""Two at a time: a browser opens only six connections to one host. The first join is not counted:
it also starts the browser's own audio service."""


@pytest.mark.parametrize("suffix", FORMATS)
async def test_a_hundred_joins_start_in_a_browser_at_once(
    suffix: str, tunes: Mapping[str, Tune]
) -> None:
    need("chromium")
    with trio.fail_after(60):
        async with running_station() as station, trio.open_nursery() as nursery:
            await nursery.start(partial(feed, lead=6.0), station.port, "/live", tunes[suffix])
            await wait_on_air(station.port, "/live")
            async with chromium(AUTOPLAY) as page:
                await page.open(station.url("/status-json.xsl"))
                outcomes = await page.evaluate(JOIN_AGAIN_AND_AGAIN % JOINS)
            nursery.cancel_scope.cancel()
    assert len(outcomes) == JOINS
    late = [
        outcome
        for outcome in outcomes
        if not isinstance(outcome, float | int) or outcome > STARTS_WITHIN
    ]
    assert late == []
