"""Titles change when the sound does, for whoever listens, and arrive as they were written.

Each track has a tone and a title of its own, and comes from another kind of file. It takes real
time, as all sound does: see `test_switches`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
import trio
from mutagen.oggopus import OggOpus

from tests.clients.dj import Diary, Said, go_live
from tests.clients.ears import Recording, decode_ears
from tests.clients.hearing import Band, Spell, Sweep, spells
from tests.clients.listen import Heard, listen
from tests.clients.need import need
from tests.clients.shows import ANNAS, BERTAS, make_duet, make_track
from tests.clients.stage import playing
from tests.clients.status import on_air
from tests.icy import strip

pytestmark = pytest.mark.clients

ARTIST = "Ñandú & Вера"  # noqa: RUF001
TITLES = {
    "mp3": "ñ Ж 漢 😀",
    "flac": "Ça là, “Ω”",
    "opus": "カタカナ; it's 'so'",
    "m4a": "Привет, ẞtraße",
}
"""By the kind of file whose tags they are in."""

TRACK = 1.6
"""Seconds."""

HALF = 1.5
"""Seconds of each of two sweeps of a live show."""

SAID = {"anna": "Anna — «Ёлка»", "berta": "Berta - 漢字"}
"""What the DJ says they are."""

HOLD = 0.1
"""Seconds from a DJ's connection to the first sound: some tell the title before it."""

METAINT = 4000
"""Bytes of MP3, a quarter of a second, from one place for a title to the next."""

BYTE_RATE = 16_000
"""Bytes of MP3 in a second."""

NEAR = 0.08
"""Seconds, some three frames of MP3: the DJ's encoder keeps one back, a fade is as long as one,
and a title comes with a whole one of ours."""

IN_LINK = 0.1
"""Seconds a link of Ogg may be off the sound."""

IN_STATUS = 0.3
"""Seconds in which who asks again and again knows it, too."""

SETTINGS = f"""
crossfade = "off"
[live]
fade = 0.03
grace = 0
[mounts."/mp3"]
metaint = {METAINT}
[outputs."/chained"]
codec = "opus"
chained = true
policy = "mix"
"""

HERTZ = {kind: 4000 + 1000 * number for number, kind in enumerate(TITLES)}
BANDS = [
    *(Band(kind, hertz - 120, hertz + 120) for kind, hertz in HERTZ.items()),
    Sweep(ANNAS, HALF).band("anna"),
    Sweep(BERTAS, HALF).band("berta"),
]
TEXTS = {kind: f"{ARTIST} - {title}" for kind, title in TITLES.items()} | SAID


@dataclass(frozen=True, slots=True)
class Shown:
    """What the status said of a mount, and since when on trio's clock."""

    since: float
    text: str


@dataclass(frozen=True, slots=True, repr=False)
class Evening:
    """All that was heard and shown."""

    mp3: Recording
    icy: list[tuple[int, str]]
    """Each text in a block, and how many bytes of MP3 were before it."""
    links: list[tuple[str, Recording]]
    """Of the chained stream: what it calls itself, and how it sounds."""
    shown: dict[str, list[Shown]]
    """By mount."""

    @property
    def turns(self) -> list[Spell]:
        """What was heard and when, without the first, whose title was there before."""
        return spells(self.mp3.samples, BANDS)[2:]


async def spend(directory: Path) -> Evening:
    (directory / "tracks").mkdir()
    for kind, title in TITLES.items():
        tags = [f"artist={ARTIST}", f"title={title}"]
        path = directory / "tracks" / f"{kind}.{kind}"
        await make_track(path, hertz=HERTZ[kind], seconds=TRACK, tags=tags)
    duet = await make_duet(directory, "mp3", seconds=HALF)
    mp3, chained = Heard(), Heard()
    shown: dict[str, list[Shown]] = {"/mp3": [], "/opus": []}
    async with (
        playing(directory, settings=SETTINGS, codecs=["mp3", "opus"], listeners=False) as stage,
        trio.open_nursery() as nursery,
    ):
        port = stage.station.port
        nursery.start_soon(watch, port, shown)
        await nursery.start(partial(listen, headers="Icy-MetaData: 1\r\n"), port, "/mp3", mp3)
        await nursery.start(listen, port, "/chained", chained)
        await trio.sleep(TRACK * (len(TITLES) + 0.3))  # and then not when a track ends
        says = [Said(number * HALF, text) for number, text in enumerate(SAID.values())]
        await go_live(port, "/mp3", duet, Diary(), hold=HOLD, says=says)
        await trio.sleep(1.5)
        nursery.cancel_scope.cancel()
    audio, icy = strip(bytes(mp3.body), METAINT)
    links = {str(number): link for number, link in enumerate(cut(bytes(chained.body)))}
    ears = {name: Heard(body=bytearray(link)) for name, link in links.items()}
    ears["mp3"] = Heard(body=bytearray(audio), at=mp3.at)
    recordings = await decode_ears(ears, directory)
    told = [(comment(link), recordings[name]) for name, link in links.items()]
    return Evening(recordings["mp3"], icy, told, shown)


async def watch(port: int, shown: dict[str, list[Shown]]) -> None:
    """Note whenever the status says something new."""
    while True:
        for path, mount in (await on_air(port)).items():
            if path in shown:
                text = " - ".join(mount[key] for key in ("artist", "title") if key in mount)
                if not shown[path] or shown[path][-1].text != text:
                    shown[path].append(Shown(trio.current_time(), text))
        await trio.sleep(0.05)


def cut(body: bytes) -> list[bytes]:
    """A chained Ogg stream's links: each begins with a page that has the BOS mark."""
    starts = [at for at in range(len(body)) if body[at : at + 6] == b"OggS\0\2"]
    return [body[begin:end] for begin, end in zip(starts, [*starts[1:], len(body)], strict=True)]


def comment(link: bytes) -> str:
    """Artist and title by its Ogg comments."""
    tags = OggOpus(BytesIO(link)).tags  # type: ignore[no-untyped-call]
    assert tags is not None
    return " - ".join(text for key in ("artist", "title") for text in tags.get(key, []))


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Evening:
    need("ffmpeg", "opusdec", "oggdec")
    return trio.run(spend, tmp_path_factory.mktemp("titles"))


def test_everything_was_heard(evening: Evening) -> None:
    heard = [turn.name for turn in evening.turns]
    assert set(heard) == set(TEXTS)
    assert heard[heard.index("anna") + 1] == "berta"


def test_an_icy_title_is_one_block_from_its_sound(evening: Evening) -> None:
    at = iter(evening.icy)
    for turn in evening.turns:
        expected = f"StreamTitle='{TEXTS[turn.name]}';"
        position = next((position for position, text in at if text == expected), None)
        assert position is not None, f"{expected} at {turn.begin:.2f} s, of {evening.icy}"
        off = position / BYTE_RATE - turn.begin
        assert -NEAR <= off <= METAINT / BYTE_RATE + NEAR, (turn, off)


def test_a_link_of_ogg_is_what_its_title_says(evening: Evening) -> None:
    assert len(evening.links) >= len(TITLES)
    for text, recording in evening.links[1:-1]:
        for turn in spells(recording.samples, BANDS):
            assert TEXTS[turn.name] == text or turn.end - turn.begin <= IN_LINK


@pytest.mark.parametrize("path", ["/mp3", "/opus"])
def test_the_status_shows_it_in_time(evening: Evening, path: str) -> None:
    at = iter(evening.shown[path])
    for turn in evening.turns:
        shown = next((each for each in at if each.text == TEXTS[turn.name]), None)
        assert shown is not None, f"{TEXTS[turn.name]}, of {evening.shown[path]}"
        assert abs(evening.mp3.second(shown.since) - turn.begin) <= IN_STATUS, turn
