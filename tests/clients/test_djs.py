"""DJs who follow one another, and one who is cut off, as listeners hear and see it.

It takes real time, as all sound does: see `test_switches`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
import trio

from radiocast.config.live import LiveConfig
from tests.clients.dj import Diary, Ending, go_live
from tests.clients.ears import decode_ears
from tests.clients.hearing import Samples, Sweep, hear, silence, spells, steps
from tests.clients.need import need
from tests.clients.shows import ANNAS, BERTAS, TRACK, Show, make_show
from tests.clients.stage import Stage, playing, until
from tests.clients.status import on_air, set_title

pytestmark = pytest.mark.clients

CODECS = ("mp3", "opus")

GRACE = 2.0
"""Seconds a DJ who was cut off has to come back."""

AWAY = 1.2
"""Seconds she needs."""

SETTINGS = f"""
[live]
grace = {GRACE}
[mounts."/mp3"]
takeover = true
[djs.berta]
password = "hers"
priority = 10
"""

BANDS = [TRACK, Sweep(ANNAS, 0).band("anna"), Sweep(BERTAS, 0).band("berta")]

SHOW = 4.2
"""Seconds of Anna's show."""

ENTRY = 1.2
"""Seconds of it until Berta comes."""

GUEST = 1.5
"""Seconds of Berta's show, and of Anna's when she is cut off."""

PAUSE = 1.5
"""Seconds in which the auto-DJ has come back."""

HERS = "Anna - Live"

INAUDIBLE = 0.05
"""Seconds at the very end of a fade that are too soft to be measured."""


@dataclass(slots=True, repr=False)
class Day:
    """All that was heard and shown."""

    heard: dict[tuple[str, str], Samples] = field(default_factory=dict)
    """By codec and part."""
    said: list[str] = field(default_factory=list)
    """What decoders had to say."""
    shown: list[tuple[float, str]] = field(default_factory=list)
    """What the status said of the MP3, and since when, while Anna was cut off."""
    gone: float = 0.0
    """When she was cut off for good."""


async def spend(directory: Path) -> Day:
    """Every part has a station of its own: so they take the time of one."""
    day = Day()
    async with trio.open_nursery() as nursery:
        for part in (guest, takeover, stalled, cut_off):
            nursery.start_soon(play, day, part, directory / part.__name__)
    return day


Part = Callable[[Day, Stage, Path], Awaitable[None]]
"""What happens on a station."""


async def play(day: Day, part: Part, directory: Path) -> None:
    async with playing(directory, SETTINGS, codecs=CODECS) as stage:
        began = trio.current_time()
        await part(day, stage, directory)
        await trio.sleep(PAUSE)
        end = trio.current_time()
    for codec, recording in (await decode_ears(stage.heard, directory)).items():
        day.heard[codec, part.__name__] = recording.between(began, end)
        day.said += recording.said


async def guest(_: Day, stage: Stage, directory: Path) -> None:
    """Berta has priority, and gives the air back."""
    annas = await make_show(directory, "mp3 48", seconds=SHOW)
    bertas = await make_show(directory, "opus", start=BERTAS, seconds=GUEST)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(go_live, stage.station.port, "/mp3", annas, Diary())
        await trio.sleep(ENTRY)
        hers = partial(go_live, user="berta", password="hers")
        nursery.start_soon(hers, stage.station.port, "/opus", bertas, Diary())


async def takeover(_: Day, stage: Stage, directory: Path) -> None:
    """Who comes later replaces who was there."""
    annas = await make_show(directory, "mp3 48", seconds=SHOW)
    bertas = await make_show(directory, "opus", start=BERTAS, seconds=GUEST)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(go_live, stage.station.port, "/mp3", annas, Diary())
        await trio.sleep(ENTRY)
        nursery.start_soon(go_live, stage.station.port, "/mp3", bertas, Diary())


async def stalled(_: Day, stage: Stage, directory: Path) -> None:
    """Anna's connection is broken, and nobody knows; another one comes."""
    annas = await make_show(directory, "aac 48", seconds=GUEST)
    bertas = await make_show(directory, "opus", start=BERTAS, seconds=GUEST)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(go_live, stage.station.port, "/opus", annas, Diary(), Ending.STALL)
        await until(lambda: stage.autodj.now.source)
        await until(lambda: not stage.autodj.now.source)
        nursery.start_soon(go_live, stage.station.port, "/opus", bertas, Diary())


async def cut_off(day: Day, stage: Stage, directory: Path) -> None:
    """Anna's connection breaks off; she comes back, and the next time she does not."""
    show = await make_show(directory, "aac 48", seconds=GUEST)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(watch, stage.station.port, day.shown)
        await break_off(stage.station.port, show)
        await trio.sleep(AWAY)
        await break_off(stage.station.port, show)
        day.gone = trio.current_time()
        await trio.sleep(GRACE + 1)
        nursery.cancel_scope.cancel()


async def break_off(port: int, show: Show) -> None:
    """A show that says its title and breaks off."""
    diary = Diary()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(go_live, port, "/mp3", show, diary, Ending.RESET)
        await until(lambda: diary.connected)
        await set_title(port, "/mp3", HERS)


async def watch(port: int, shown: list[tuple[float, str]]) -> None:
    """Note whenever the status says something new."""
    while True:
        text = (await on_air(port))["/mp3"].get("title", "")
        if not shown or shown[-1][1] != text:
            shown.append((trio.current_time(), text))
        await trio.sleep(0.05)


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Day:
    need("ffmpeg", "opusdec", "oggdec")
    return trio.run(spend, tmp_path_factory.mktemp("djs"))


TURNS = {  # of each part
    "guest": ["track", "anna", "berta", "anna", "track"],
    "takeover": ["track", "anna", "berta", "track"],
    "stalled": ["track", "anna", "track", "berta", "track"],
    "cut_off": ["track", "anna", "track", "anna", "track"],
}


@pytest.mark.parametrize("part", TURNS)
@pytest.mark.parametrize("codec", CODECS)
def test_one_follows_the_other(day: Day, codec: str, part: str) -> None:
    heard = day.heard[codec, part]
    assert [spell.name for spell in spells(heard, BANDS)] == TURNS[part]
    assert silence(heard) == 0
    assert steps(heard) == []


@pytest.mark.parametrize("part", ["guest", "takeover", "stalled"])
@pytest.mark.parametrize("codec", CODECS)
def test_all_of_the_second_show_is_heard(day: Day, codec: str, part: str) -> None:
    show = hear(day.heard[codec, part], Sweep(BERTAS, GUEST))
    assert show is not None
    assert show.jumps == ()
    assert abs(show.first) <= INAUDIBLE
    assert show.last >= GUEST - INAUDIBLE


def test_decoders_have_nothing_to_say(day: Day) -> None:
    assert day.said == []


def test_titles_do_not_change_while_she_is_away(day: Day) -> None:
    """But after the grace they do."""
    (_, before), (_, hers), (changed, after) = day.shown
    assert before == after == "Anna - Töne"
    assert hers == HERS
    # It counts from when she is no longer heard, which may be before we know that she is gone.
    assert GRACE - LiveConfig().buffer <= changed - day.gone <= GRACE + 1
