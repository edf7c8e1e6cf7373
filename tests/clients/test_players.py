"""Real players listen to a station; what they play is the tune, and they have no complaint."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pytest
import trio

from tests.clients.decode import decode_all
from tests.clients.encoders import SONG
from tests.clients.feed import feed
from tests.clients.need import need
from tests.clients.players import PLAYERS, TITLE_SHOWERS, Player
from tests.clients.processes import run
from tests.clients.status import set_title, wait_on_air
from tests.clients.sweep import check_sweep
from tests.clients.tunes import FORMATS, Tune
from tests.station import RunningStation, running_station

pytestmark = pytest.mark.clients

STATION = """
[mount]
grace = "200ms"
"""
"""Players stop by themselves soon after the source has left."""

LEAD = 2.0
"""Seconds of the tune that wait for a player on joining, as on a mount long on air."""

LIVE = 7.0
"""Seconds more that come while it plays."""

PLAYED = 2.5
"""Seconds that every player must have played, even one that was slow to start."""


async def play(
    player: Player, station: RunningStation, tune: Tune, directory: Path, faults: dict[str, str]
) -> None:
    """One player on a mount with one format. What is wrong goes into `faults`."""
    suffix = tune.format.suffix
    try:
        played = await player.play(station.url(f"/live.{suffix}"), directory)
        [samples] = await decode_all([played], directory, seconds=PLAYED)
        check_sweep(samples, at_least=PLAYED - 0.1)
    except AssertionError as error:
        faults[suffix] = str(error)


def make_public(directory: Path) -> Path:
    """For players that run as someone else."""
    directory.mkdir()
    directory.chmod(0o777)
    return directory


@pytest.mark.parametrize("name", PLAYERS)
async def test_a_player_plays_every_format_without_complaint(
    name: str, tunes: Mapping[str, Tune], public_path: Path
) -> None:
    player = PLAYERS[name]
    need(player.program)
    faults: dict[str, str] = {}
    with trio.fail_after(30):
        async with running_station(STATION) as station, trio.open_nursery() as nursery:
            for suffix, tune in tunes.items():
                source = partial(feed, lead=LEAD, seconds=LEAD + LIVE)
                await nursery.start(source, station.port, f"/live.{suffix}", tune)
            await wait_on_air(station.port, *(f"/live.{suffix}" for suffix in tunes))
            for suffix, tune in tunes.items():
                directory = make_public(public_path / suffix)
                nursery.start_soon(play, player, station, tune, directory, faults)
    assert not faults, "\n".join(f"{suffix}: {fault}" for suffix, fault in faults.items())


@pytest.mark.parametrize("suffix", FORMATS)
async def test_ffprobe_names_the_codec(suffix: str, tunes: Mapping[str, Tune]) -> None:
    need("ffprobe")
    command = "ffprobe -v error -show_entries stream=codec_name -of csv=p=0"
    with trio.fail_after(20):
        async with running_station() as station, trio.open_nursery() as nursery:
            await nursery.start(feed, station.port, "/live", tunes[suffix])
            await wait_on_air(station.port, "/live")
            done = await run([*command.split(), station.url("/live")])
            nursery.cancel_scope.cancel()
    assert done.stdout.decode().strip() == tunes[suffix].format.codec
    assert done.stderr == b""


@pytest.mark.parametrize("name", TITLE_SHOWERS)
async def test_a_player_shows_the_title(
    name: str, tunes: Mapping[str, Tune], public_path: Path
) -> None:
    player = TITLE_SHOWERS[name]
    need(player.program)
    with trio.fail_after(20):
        async with running_station(STATION) as station, trio.open_nursery() as nursery:
            source = partial(feed, lead=1.0, seconds=5.0)
            await nursery.start(source, station.port, "/live", tunes["mp3"])
            await wait_on_air(station.port, "/live")
            await set_title(station.port, "/live", SONG)
            said = await player.said(station.url("/live"), public_path)
    assert SONG in said
