"""DJs who follow one another, and one who is cut off, as listeners hear and see it.

It takes real time, as all sound does: see `test_switches`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
import trio

from tests.clients.dj import Diary, Ending, go_live
from tests.clients.ears import Recording, decode_ears
from tests.clients.hearing import Samples, Sweep, hear, silence, spells, steps
from tests.clients.need import need
from tests.clients.shows import ANNAS, BERTAS, TRACK, Show, make_show
from tests.clients.stage import playing, until
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


@dataclass(frozen=True, slots=True, repr=False)
class Day:
    """All that was heard and shown."""

    recordings: Mapping[str, Recording]
    """By codec."""
    parts: Mapping[str, tuple[float, float]]
    """When what happened, on trio's clock."""
    shown: list[tuple[float, str]]
    """What the status said of the MP3, and since when, while Anna was cut off."""
    gone: float
    """When she was cut off for good."""

    def of(self, codec: str, part: str) -> Samples:
        """What was heard of a part."""
        return self.recordings[codec].between(*self.parts[part])


async def spend(directory: Path) -> Day:
    annas = await make_show(directory, "mp3 48", seconds=SHOW)
    short = await make_show(directory, "aac 48", seconds=GUEST)
    bertas = await make_show(directory, "opus", start=BERTAS, seconds=GUEST)
    parts: dict[str, tuple[float, float]] = {}
    shown: list[tuple[float, str]] = []

    @asynccontextmanager
    async def part(name: str) -> AsyncIterator[None]:
        began = trio.current_time()
        yield
        await trio.sleep(PAUSE)
        parts[name] = began, trio.current_time()

    async with playing(directory, settings=SETTINGS, codecs=CODECS) as stage:
        port, title = stage.station.port, stage.autodj.now.title
        await trio.sleep(0.5)
        async with part("guest"), trio.open_nursery() as nursery:
            nursery.start_soon(go_live, port, "/mp3", annas, Diary())
            await trio.sleep(ENTRY)
            hers = partial(go_live, user="berta", password="hers")
            nursery.start_soon(hers, port, "/opus", bertas, Diary())
        async with part("takeover"), trio.open_nursery() as nursery:
            nursery.start_soon(go_live, port, "/mp3", annas, Diary())
            await trio.sleep(ENTRY)
            nursery.start_soon(go_live, port, "/mp3", bertas, Diary())
        async with part("stalled"), trio.open_nursery() as nursery:
            nursery.start_soon(go_live, port, "/opus", short, Diary(), Ending.STALL)
            await trio.sleep(GUEST + AWAY)
            nursery.start_soon(go_live, port, "/opus", bertas, Diary())
        await until(lambda: stage.autodj.now.title == title)
        async with part("cut off"), trio.open_nursery() as nursery:
            nursery.start_soon(watch, port, shown)
            await cut_off(port, short)
            await trio.sleep(AWAY)
            await cut_off(port, short)
            gone = trio.current_time()
            await trio.sleep(GRACE + 1)
            nursery.cancel_scope.cancel()
    return Day(await decode_ears(stage.heard, directory), parts, shown, gone)


async def cut_off(port: int, show: Show) -> None:
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


TURNS = {
    "guest": ["track", "anna", "berta", "anna", "track"],
    "takeover": ["track", "anna", "berta", "track"],
    "stalled": ["track", "anna", "track", "berta", "track"],
    "cut off": ["track", "anna", "track", "anna", "track"],
}


@pytest.mark.parametrize("part", TURNS)
@pytest.mark.parametrize("codec", CODECS)
def test_one_follows_the_other(day: Day, codec: str, part: str) -> None:
    heard = day.of(codec, part)
    assert [spell.name for spell in spells(heard, BANDS)] == TURNS[part]
    assert silence(heard) == 0
    assert steps(heard) == []


@pytest.mark.parametrize("part", ["guest", "takeover"])
@pytest.mark.parametrize("codec", CODECS)
def test_all_of_the_second_show_is_heard(day: Day, codec: str, part: str) -> None:
    show = hear(day.of(codec, part), Sweep(BERTAS, GUEST))
    assert show is not None
    assert show.jumps == ()
    assert abs(show.first) <= INAUDIBLE
    assert show.last >= GUEST - INAUDIBLE


@pytest.mark.parametrize("codec", CODECS)
def test_decoders_have_nothing_to_say(day: Day, codec: str) -> None:
    assert day.recordings[codec].said == ()


def test_titles_do_not_change_while_she_is_away(day: Day) -> None:
    """But after the grace they do."""
    (_, before), (_, hers), (changed, after) = day.shown
    assert before == after == "Anna - Töne"
    assert hers == HERS
    assert GRACE <= changed - day.gone <= GRACE + 1
