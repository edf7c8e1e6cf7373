"""A source goes, its listeners hear the fallback, the source returns: what decoders make of it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pytest
import trio

from tests.clients.feed import feed
from tests.clients.listen import Heard, listen
from tests.clients.status import wait_on_air
from tests.clients.sweep import SETTLING, check_sounds, places
from tests.clients.test_moves import APART, SPEED, another_stream, decode_stream, jumps
from tests.clients.tunes import Tune
from tests.server.made import mount_of, until
from tests.station import RunningStation, running_station

pytestmark = pytest.mark.clients

MOUNTS = '[mounts."/live"]\nfallback = "/{}"\nfallback_override = true\n'
PAUSE = 3.0
"""Seconds of the tune between two changes."""
WATCHED = 3.0
"""Seconds in which what comes of a file is counted."""


class Encoder:
    """One that can be cut off."""

    def __init__(self, station: RunningStation, tune: Tune, nursery: trio.Nursery) -> None:
        self._port, self._tune, self._nursery = station.port, tune, nursery
        self._scope = trio.CancelScope()

    async def start(self) -> None:
        async def run(task_status: trio.TaskStatus[None]) -> None:
            with self._scope:
                source = partial(feed, lead=2.0, speed=SPEED)
                await source(self._port, "/live", self._tune, task_status=task_status)

        await self._nursery.start(run)
        await wait_on_air(self._port, "/live")

    def cut_off(self) -> None:
        self._scope.cancel()


@pytest.mark.parametrize("suffix", ["mp3", "opus", "ogg"])
async def test_to_another_mount_and_back(
    suffix: str, tunes: Mapping[str, Tune], tmp_path: Path
) -> None:
    tune, heard = tunes[suffix], Heard()
    other = tune if suffix == "mp3" else await another_stream(tune, tmp_path)
    with trio.fail_after(30):
        async with running_station(MOUNTS.format("other")) as on, trio.open_nursery() as nursery:
            standby = partial(feed, lead=2.0 + APART, speed=SPEED)
            await nursery.start(standby, on.port, "/other", other)
            await wait_on_air(on.port, "/other")
            first, second = (Encoder(on, tune, nursery) for _ in range(2))
            await first.start()
            await nursery.start(listen, on.port, "/live", heard)
            await trio.sleep(PAUSE / SPEED)
            first.cut_off()
            await until(lambda: mount_of(on, "/other").counts.listeners == 1)
            await trio.sleep(PAUSE / SPEED)
            await second.start()
            await until(lambda: mount_of(on).counts.listeners == 1)
            await trio.sleep(PAUSE / SPEED)
            nursery.cancel_scope.cancel()
    samples = await decode_stream(bytes(heard.body))
    check_sounds(samples, at_least=2 * PAUSE)
    assert jumps(places(samples[SETTLING:])) == ["on", "back"]


@pytest.mark.parametrize("suffix", ["mp3", "opus"])
async def test_to_a_file_that_plays_at_its_own_speed(
    suffix: str, tunes: Mapping[str, Tune], tmp_path: Path
) -> None:
    tune, heard = tunes[suffix], Heard()
    name = f"silence.{suffix}"
    other = tune if suffix == "mp3" else await another_stream(tune, tmp_path)
    (tmp_path / name).write_bytes(other.audio)
    settings = f'[files]\nroot = "{tmp_path}"\n' + MOUNTS.format(name)
    with trio.fail_after(30):
        async with running_station(settings) as on, trio.open_nursery() as nursery:
            encoder = Encoder(on, tune, nursery)
            await encoder.start()
            await nursery.start(listen, on.port, "/live", heard)
            await trio.sleep(PAUSE / SPEED)
            encoder.cut_off()
            await until(lambda: on.registry.get(f"/{name}") is not None)
            await until(lambda: mount_of(on, f"/{name}").counts.listeners == 1)
            await trio.sleep(0.5)  # it is under way
            began, before = trio.current_time(), len(heard.body)
            await trio.sleep(WATCHED)
            rate = (len(heard.body) - before) / (trio.current_time() - began)
            nursery.cancel_scope.cancel()
    assert rate == pytest.approx(tune.byte_rate, rel=0.12)  # two blocks of 0.2 s in 3
    check_sounds(await decode_stream(bytes(heard.body)), at_least=PAUSE + WATCHED)
