"""The studio's worker is killed, again and again, and no listener hears it.

It takes real time, as all sound does: see `test_switches`.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import trio

from tests.clients.dj import Diary, go_live
from tests.clients.ears import Recording, decode_ears
from tests.clients.hearing import SETTLING, Band, Samples, Sweep, silence, slips, spells, steps
from tests.clients.need import need
from tests.clients.shows import ANNAS, TRACK, make_show, make_track
from tests.clients.stage import CODECS, Stage, playing, until

pytestmark = pytest.mark.clients

SECONDS = 8.0
"""Seconds; a quarter of it overlaps the next one at most."""

CROSSFADE = 2.0
SETTINGS = f'crossfade = "fixed"\ncrossfade_time = {CROSSFADE}'

AHEAD = 3.0
"""Seconds the worker has mixed when it is killed."""

SHOW = 4.0

AFTER = 3.5
"""Seconds to wait after a kill: longer than what was mixed before it lasts."""

KILLS = ("track", "crossfade", "live")
"""What was mixed when it happened."""

LIVE = Sweep(ANNAS, SHOW).band("live")
HERTZ = (4013, 5017)
BANDS = [Band(f"track {number}", hertz - 120, hertz + 120) for number, hertz in enumerate(HERTZ)]


@dataclass(frozen=True, slots=True, repr=False)
class Night:
    """What was heard on one station."""

    recordings: Mapping[str, Recording]
    """By codec."""
    kills: Mapping[str, float]
    """When on trio's clock, by what was mixed."""
    over: float = 0.0
    """When the live show's last byte was sent."""

    def after(self, codec: str, kill: str) -> Samples:
        """What was heard of a kill."""
        at = self.kills[kill]
        return self.recordings[codec].between(at - 0.5, at + AFTER)


async def kill_tracks(directory: Path) -> Night:
    (directory / "tracks").mkdir(parents=True)
    for number, hertz in enumerate(HERTZ):
        path = directory / "tracks" / f"{number}.flac"
        await make_track(path, hertz=hertz, seconds=SECONDS, tags=[f"title={number}"])
    kills = {}
    async with playing(directory, SETTINGS) as stage:
        began = trio.current_time()
        await trio.sleep(1)
        kills["track"] = kill(stage)
        await trio.sleep_until(began + SECONDS - CROSSFADE / 2 - AHEAD)
        kills["crossfade"] = kill(stage)
        await trio.sleep(AFTER)
    return Night(await decode_ears(stage.heard, directory), kills)


async def kill_live(directory: Path) -> Night:
    show, diary = await make_show(directory, "opus", seconds=SHOW), Diary()
    async with playing(directory) as stage, trio.open_nursery() as nursery:
        await trio.sleep(1)
        nursery.start_soon(go_live, stage.station.port, "/mp3", show, diary)
        await until(lambda: stage.autodj.now.source)
        await trio.sleep(1)
        kills = {"live": kill(stage)}
        await trio.sleep(AFTER + 1)
    return Night(await decode_ears(stage.heard, directory), kills, diary.over)


def kill(stage: Stage) -> float:
    pid = stage.autodj.studio_pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    return trio.current_time()


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Night]:
    """By what was mixed when it happened. Both stations play at the same time."""
    need("ffmpeg", "opusdec", "oggdec")
    directory = tmp_path_factory.mktemp("killed")
    nights = {}

    async def spend(play: Callable[[Path], Awaitable[Night]]) -> None:
        night = await play(directory / play.__name__)
        nights.update(dict.fromkeys(night.kills, night))

    async def spend_both() -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(spend, kill_tracks)
            nursery.start_soon(spend, kill_live)

    (directory / kill_live.__name__).mkdir()
    trio.run(spend_both)
    return nights


Nights = dict[str, Night]


@pytest.mark.parametrize("killed", KILLS)
@pytest.mark.parametrize("codec", CODECS)
def test_nobody_hears_a_kill(nights: Nights, codec: str, killed: str) -> None:
    heard = nights[killed].after(codec, killed)
    assert silence(heard) == 0
    if killed == "track":  # of a crossfade what rises goes on, of live what is to come
        assert steps(heard) == []
        assert [slips(heard, hertz) for hertz in HERTZ] == [[], []]


@pytest.mark.parametrize("codec", CODECS)
def test_one_track_follows_the_other(nights: Nights, codec: str) -> None:
    heard = spells(nights["track"].recordings[codec].samples, BANDS)
    assert len({spell.name for spell in heard if spell.name}) == 2
    assert len([spell for spell in heard if spell.name]) == 2, "and the first is not heard again"


@pytest.mark.parametrize("codec", CODECS)
def test_live_is_heard_to_its_end(nights: Nights, codec: str) -> None:
    recording = nights["live"].recordings[codec]
    *others, last = spells(recording.samples, [TRACK, LIVE])
    assert last.name == TRACK.name
    assert others[-1].name == LIVE.name
    assert others[-1].end >= recording.second(nights["live"].over) - SETTLING


@pytest.mark.parametrize("killed", KILLS)
@pytest.mark.parametrize("codec", CODECS)
def test_decoders_have_nothing_to_say_of_a_kill(nights: Nights, codec: str, killed: str) -> None:
    assert nights[killed].recordings[codec].said == ()
