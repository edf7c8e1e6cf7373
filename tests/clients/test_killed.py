"""The studio's worker is killed, again and again, and no listener hears it.

It takes real time, as all sound does: see `test_switches`.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import trio

from tests.clients.dj import Diary, go_live
from tests.clients.ears import Recording, decode_ears
from tests.clients.hearing import RATE, SETTLING, Band, Samples, Sweep, silence, spells, steps
from tests.clients.need import need
from tests.clients.shows import ANNAS, make_show, make_track
from tests.clients.stage import CODECS, Stage, playing, until

pytestmark = pytest.mark.clients

TRACK = 8.0
"""Seconds; a quarter of it overlaps the next one at most."""

CROSSFADE = 2.0
SETTINGS = f'crossfade = "fixed"\ncrossfade_time = {CROSSFADE}'

AHEAD = 3.0
"""Seconds the worker has mixed when it is killed."""

SHOW = 4.0

AFTER = 4.0
"""Seconds to wait after a kill: longer than what was mixed before it lasts."""

KILLS = ("track", "crossfade", "live")
"""What was mixed when it happened."""

LIVE = Sweep(ANNAS, SHOW).band("live")
HERTZ = (4000, 5000)
BANDS = [Band(f"track {number}", hertz - 120, hertz + 120) for number, hertz in enumerate(HERTZ)]


@dataclass(frozen=True, slots=True, repr=False)
class Night:
    """All that was heard."""

    recordings: Mapping[str, Recording]
    """By codec."""
    kills: Mapping[str, float]
    """When on trio's clock."""
    over: float
    """When the live show's last byte was sent."""

    def after(self, codec: str, kill: str) -> Samples:
        """What was heard of a kill."""
        at = self.kills[kill]
        return self.recordings[codec].between(at - 0.5, at + AFTER)


async def spend(directory: Path) -> Night:
    (directory / "tracks").mkdir()
    for number, hertz in enumerate(HERTZ):
        path = directory / "tracks" / f"{number}.flac"
        await make_track(path, hertz=hertz, seconds=TRACK, tags=[f"title={number}"])
    show = await make_show(directory, "opus", seconds=SHOW)
    kills, diary = {}, Diary()
    async with playing(directory, settings=SETTINGS) as stage:
        began = trio.current_time()
        await trio.sleep(1)
        kills["track"] = kill(stage)
        await trio.sleep_until(began + TRACK - CROSSFADE / 2 - AHEAD)
        kills["crossfade"] = kill(stage)
        await trio.sleep(AFTER - 0.5)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(go_live, stage.station.port, "/mp3", show, diary)
            await until(lambda: stage.autodj.now.source)
            await trio.sleep(1)
            kills["live"] = kill(stage)
        await trio.sleep(2)
    return Night(await decode_ears(stage.heard, directory), kills, diary.over)


def kill(stage: Stage) -> float:
    pid = stage.autodj.studio_pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    return trio.current_time()


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    need("ffmpeg", "opusdec", "oggdec")
    return trio.run(spend, tmp_path_factory.mktemp("killed"))


@pytest.mark.parametrize("killed", KILLS)
@pytest.mark.parametrize("codec", CODECS)
def test_nobody_hears_a_kill(night: Night, codec: str, killed: str) -> None:
    heard = night.after(codec, killed)
    assert silence(heard) == 0
    if killed != "live":  # of live a new worker has what is to come, but not what was
        assert steps(heard) == []


@pytest.mark.parametrize("codec", CODECS)
def test_the_programme_goes_on(night: Night, codec: str) -> None:
    recording = night.recordings[codec]
    first, second, *others = spells(recording.samples[round(SETTLING * RATE) :], [*BANDS, LIVE])
    assert {first.name, second.name} == {band.name for band in BANDS}
    live = [spell for spell in others if spell.name == LIVE.name]
    assert live[-1].end >= recording.second(night.over) - SETTLING, "live is back"
    assert others[-1].name != LIVE.name, "and so is the auto-DJ"


@pytest.mark.parametrize("codec", CODECS)
def test_decoders_have_nothing_to_say_of_a_kill(night: Night, codec: str) -> None:
    assert night.recordings[codec].said == ()
