"""Live takes over and the auto-DJ takes back, in every way a show can end, as listeners hear it.

One station plays one programme to listeners of all codecs, and every test looks at another side of
what they heard. All of it takes real time: the studio's worker makes sound as fast as its clock
goes, and players hear no faster.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median

import numpy as np
import pytest
import trio

from tests.clients.dj import Diary, Ending, go_live
from tests.clients.ears import Recording, decode_ears
from tests.clients.hearing import (
    AUDIBLE,
    HOP,
    LOOK,
    Passage,
    Samples,
    hear,
    level,
    silence,
    slips,
    spells,
    steps,
)
from tests.clients.need import need
from tests.clients.shows import TRACK, TRACK_HZ, Show, make_broken_show, make_show
from tests.clients.stage import CODECS, Stage, playing

pytestmark = pytest.mark.clients

SHOWS = {
    "close": "mp3",
    "reset": "vorbis",
    "stall": "webm",
    "kick": "aac",
    "silence": "flac",
}
"""How a show ends, and its format."""

STATIONS = {"sound": ("close", "reset", "stall", "kick"), "silence": ("silence",)}
"""Which shows each of two stations has."""

COMPLETE = ("close", "reset", "stall")
"""Ends before which the DJ said something that everybody has to hear."""

SHOW = 2.0
"""Seconds of sound in a show."""

PAUSE = 1.5
"""Seconds from the end of a show to the next one."""

SILENCE = 1.0
"""Seconds of silence from a live source after which the auto-DJ plays."""

BUFFER = 0.4
"""Seconds of a live source that the studio waits for before it is heard."""

SETTINGS = f"[live]\nsilence = {SILENCE}\nbuffer = {BUFFER}"

INAUDIBLE = 0.05
"""Seconds at the very beginning and end of a fade that are too soft to be measured."""

DELIVERY = 0.1
"""Seconds from being on air to being received by a listener."""


ON_AIR = 0.7
"""Seconds from a DJ's connection to her first sound on air, with pieces of no length."""

BACK = {"close": BUFFER + 0.2, "reset": BUFFER + 0.2, "stall": 1.0, "kick": 0.5}
"""Seconds from the end of a show to the auto-DJ's first sound, by how it ends."""

BUSY = 1.6
"""That much more it may be once."""


@dataclass(frozen=True, slots=True)
class Switch:
    """One show, from its connection to the next one's. Times are trio's."""

    station: str
    show: Show
    begin: float
    over: float
    """When its last byte was sent, or it was kicked."""
    end: float


@dataclass(frozen=True, slots=True, repr=False)
class Performance:
    """All that was heard. Both stations are on air at the same time."""

    recordings: dict[tuple[str, str], Recording]
    """By codec and station."""
    switches: dict[str, Switch]
    """By how the show ended."""

    def of(self, codec: str, ending: str) -> Samples:
        """What the listener of a codec heard of it."""
        switch = self.switches[ending]
        return self.recordings[codec, switch.station].between(switch.begin, switch.end)

    def show(self, codec: str, ending: str) -> Passage:
        """The show as heard."""
        heard = hear(self.of(codec, ending), self.switches[ending].show.sweep)
        assert heard is not None
        return heard

    def back(self, codec: str, ending: str) -> float:
        """Seconds from the end of the show to the auto-DJ's first sound."""
        switch = self.switches[ending]
        audible = level(self.of(codec, ending), TRACK) > AUDIBLE
        alone = int(np.argmin(audible))  # the first moment without it
        first = alone + int(np.argmax(audible[alone:]))
        return first * HOP + LOOK / 2 - (switch.over - switch.begin)


async def perform(directory: Path) -> Performance:
    performance = Performance({}, {})
    async with trio.open_nursery() as nursery:
        for name, endings in STATIONS.items():
            nursery.start_soon(broadcast, performance, name, endings, directory / name)
    return performance


async def broadcast(
    performance: Performance, name: str, endings: Sequence[str], directory: Path
) -> None:
    """The programme of one station: a show for each ending."""
    async with playing(directory, SETTINGS) as stage:
        shows = {ending: await prepare(directory, ending) for ending in endings}
        await trio.sleep(1)
        for number, ending in enumerate(endings):
            codec = CODECS[number % len(CODECS)]
            performance.switches[ending] = await play(stage, name, codec, shows[ending], ending)
    for codec, recording in (await decode_ears(stage.heard, directory)).items():
        performance.recordings[codec, name] = recording


async def prepare(directory: Path, ending: str) -> Show:
    if ending == "silence":
        silence = SILENCE + 1.5
        return await make_broken_show(directory, SHOWS[ending], seconds=SHOW, silence=silence)
    return await make_show(directory, SHOWS[ending], seconds=SHOW + (ending == "kick"))


async def play(stage: Stage, station: str, codec: str, show: Show, ending: str) -> Switch:
    """Go live on one of the outputs; a show is heard on all of them."""
    diary = Diary()
    how = {"reset": Ending.RESET, "stall": Ending.STALL}.get(ending, Ending.CLOSE)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(go_live, stage.station.port, f"/{codec}", show, diary, how, PAUSE)
        await trio.sleep(SHOW if ending == "kick" else show.pieces[-1].due)
        if ending == "kick":
            diary.over = trio.current_time()
            assert stage.autodj.kick_live()
        await trio.sleep(PAUSE)
    return Switch(station, show, diary.connected, diary.over, trio.current_time())


@pytest.fixture(scope="module")
def performance(tmp_path_factory: pytest.TempPathFactory) -> Performance:
    need("ffmpeg", "opusdec", "oggdec")
    return trio.run(perform, tmp_path_factory.mktemp("switches"))


@pytest.mark.parametrize("station", STATIONS)
@pytest.mark.parametrize("codec", CODECS)
def test_decoders_have_nothing_to_say(performance: Performance, codec: str, station: str) -> None:
    assert performance.recordings[codec, station].said == ()


@pytest.mark.parametrize("ending", SHOWS)
@pytest.mark.parametrize("codec", CODECS)
def test_nobody_hears_silence_or_a_jump(performance: Performance, codec: str, ending: str) -> None:
    heard = performance.of(codec, ending)
    if ending == "silence":  # the DJ's own, until it is too long
        assert SILENCE * 1000 - 300 <= silence(heard) <= SILENCE * 1000 + 50
    else:
        assert silence(heard) == 0
        assert steps(heard) == []
        assert slips(heard, TRACK_HZ) == []


@pytest.mark.parametrize("ending", SHOWS)
@pytest.mark.parametrize("codec", CODECS)
def test_live_and_the_auto_dj_take_turns(performance: Performance, codec: str, ending: str) -> None:
    show = performance.switches[ending].show
    turns = [spell.name for spell in spells(performance.of(codec, ending), [TRACK, show.band])]
    if ending == "silence":
        assert turns == ["track", "live", "", "track", "live", "track"]
    else:
        assert turns == ["track", "live", "track"]


@pytest.mark.parametrize("ending", COMPLETE)
@pytest.mark.parametrize("codec", CODECS)
def test_the_whole_show_is_heard(performance: Performance, codec: str, ending: str) -> None:
    show = performance.show(codec, ending)
    assert show.jumps == ()
    assert abs(show.first) <= INAUDIBLE
    assert show.last >= SHOW - INAUDIBLE


@pytest.mark.parametrize("codec", CODECS)
def test_live_is_on_air_at_once(performance: Performance, codec: str) -> None:
    parts = []
    for ending, switch in performance.switches.items():
        pieces = switch.show.pieces
        longest = max(after.due - before.due for before, after in pairwise(pieces))
        parts.append(performance.show(codec, ending).begin / (ON_AIR + longest + DELIVERY))
    check_times(parts)


@pytest.mark.parametrize("codec", CODECS)
def test_the_auto_dj_is_back_in_time(performance: Performance, codec: str) -> None:
    back = {ending: performance.back(codec, ending) for ending in BACK}
    assert min(back.values()) > 0
    check_times([back[ending] / (BACK[ending] + DELIVERY) for ending in BACK])


def check_times(parts: Sequence[float]) -> None:
    """Asserts that most take no more than the time they have, and that none takes much more: the
    machine may be busy with something else just then."""
    assert median(parts) <= 1, parts
    assert max(parts) <= BUSY, parts
