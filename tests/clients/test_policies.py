"""Live that is copied: to listeners untouched, in turn with the studio or with files.

Stations of both policies play in all codecs at the same time, and a DJ comes twice to each: once
to leave, once to stall. What is heard of the switches is the same as with the policy mix, but that
live begins at full level: for a fade it would have to be decoded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import trio

from tests.clients.dj import Diary, Ending, go_live
from tests.clients.ears import Recording, decode_ears
from tests.clients.hearing import Passage, hear, silence, spells
from tests.clients.need import need
from tests.clients.processes import run
from tests.clients.shows import TRACK, Show, make_show, make_track
from tests.clients.stage import playing

pytestmark = pytest.mark.clients

SHOWS = {
    "mp3": "mp3 48",
    "aac": "aac 48",
    "opus": "opus",
    "vorbis": "vorbis",
    "flac": "ogg flac",
}
"""What a DJ sends to an output of each codec: its very format."""

TRACKS = {
    "mp3": "track.mp3",
    "aac": "track.aac",
    "opus": "track.opus",
    "vorbis": "track.ogg",
}
"""What a copied mount of each codec finds among them all."""

ENDINGS = ("close", "stall")
POLICIES = ("hybrid", "copy")

SHOW = 2.0
"""Seconds of sound in a show."""

PAUSE = 1.5
"""Seconds from the end of a show to the next one."""

FLUSHED = 2
"""Pieces that an encoder makes of silence when a show ends. The DJ here is cut off before."""

PAGES = {"opus": 0.2, "vorbis": 0.2, "flac": 0.2}
"""Seconds that the first two pages of a live source take."""

DELIVERY = 0.2
"""Seconds from being on air to being received by a listener, where six stations share a machine."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One show, from its connection to the next one's. Times are trio's."""

    show: Show
    begin: float
    over: float
    end: float


@dataclass(frozen=True, slots=True, repr=False)
class Evening:
    """What one listener received, and when the DJ was there."""

    body: bytes
    recording: Recording
    turns: dict[str, Turn]

    def passage(self, ending: str) -> Passage:
        """The show as heard."""
        turn = self.turns[ending]
        heard = hear(self.recording.between(turn.begin, turn.end), turn.show.sweep)
        assert heard is not None
        return heard


async def make_copied_track(path: Path) -> None:
    """A track whose Ogg pages, if it has any, are short: no live source comes within one."""
    await make_track(path.with_suffix(".flac"))
    command = ["ffmpeg", "-nostdin", "-v", "error", "-i", str(path.with_suffix(".flac"))]
    if path.suffix in (".ogg", ".opus"):
        command += ["-page_duration", "100000"]
    done = await run([*command, str(path)])
    assert done.returncode == 0, done.stderr
    path.with_suffix(".flac").unlink()


async def perform(directory: Path, policy: str, codecs: Sequence[str]) -> dict[str, Evening]:
    """One station."""
    tracks = directory / "tracks"
    tracks.mkdir(parents=True)
    if policy == "copy":
        for name in TRACKS.values():
            await make_copied_track(tracks / name)
    else:
        await make_track(tracks / "track.flac")
    shows = {}
    for codec in codecs:
        show = await make_show(directory, SHOWS[codec], seconds=SHOW)
        shows[codec] = replace(show, pieces=show.pieces[:-FLUSHED])
    mono = "mono = true" if codecs == ("flac",) and policy == "hybrid" else ""
    turns: dict[str, dict[str, Turn]] = {codec: {} for codec in codecs}

    async def go(port: int, codec: str, ending: str, how: Ending) -> None:
        diary, show = Diary(), shows[codec]
        async with trio.open_nursery() as nursery:
            nursery.start_soon(go_live, port, f"/{codec}", show, diary, how, PAUSE)
            await trio.sleep(show.pieces[-1].due + PAUSE)
        turns[codec][ending] = Turn(show, diary.connected, diary.over, trio.current_time())

    outputs = f'policy = "{policy}"\n{mono}'
    async with playing(directory, outputs=outputs, codecs=codecs) as stage:
        await trio.sleep(1)
        for ending, how in zip(ENDINGS, (Ending.CLOSE, Ending.STALL), strict=True):
            async with trio.open_nursery() as nursery:
                for codec in codecs:
                    nursery.start_soon(go, stage.station.port, codec, ending, how)
    recordings = await decode_ears(stage.heard, directory)
    return {
        codec: Evening(bytes(stage.heard[codec].body), recordings[codec], turns[codec])
        for codec in codecs
    }


async def perform_all(directory: Path) -> dict[tuple[str, str], Evening]:
    evenings: dict[tuple[str, str], Evening] = {}

    async def station(policy: str, codecs: Sequence[str]) -> None:
        place = directory / f"{policy}-{codecs[0]}"
        for codec, evening in (await perform(place, policy, codecs)).items():
            evenings[policy, codec] = evening

    async with trio.open_nursery() as nursery:
        nursery.start_soon(station, "copy", tuple(TRACKS))
        for codec in SHOWS:
            nursery.start_soon(station, "hybrid", (codec,))
    return evenings


@pytest.fixture(scope="module")
def evenings(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Evening]:
    need("ffmpeg", "opusdec", "oggdec")
    return trio.run(perform_all, tmp_path_factory.mktemp("policies"))


EVENINGS = [
    *(("hybrid", codec) for codec in SHOWS),
    *(("copy", codec) for codec in TRACKS),
]
each_evening = pytest.mark.parametrize(("policy", "codec"), EVENINGS)
each_ending = pytest.mark.parametrize("ending", ENDINGS)
Evenings = dict[tuple[str, str], Evening]


@each_evening
def test_decoders_have_nothing_to_say(evenings: Evenings, policy: str, codec: str) -> None:
    assert evenings[policy, codec].recording.said == ()


@each_evening
def test_listeners_get_the_very_bytes(evenings: Evenings, policy: str, codec: str) -> None:
    evening = evenings[policy, codec]
    pieces = [piece.data for piece in evening.turns["close"].show.pieces]
    whole = b"".join(pieces[3:-1])
    assert evening.body.count(whole) == 2


@each_evening
@each_ending
def test_nobody_hears_silence(evenings: Evenings, policy: str, codec: str, ending: str) -> None:
    evening = evenings[policy, codec]
    turn = evening.turns[ending]
    assert silence(evening.recording.between(turn.begin, turn.end)) == 0


@each_evening
@each_ending
def test_live_and_the_auto_dj_take_turns(
    evenings: Evenings, policy: str, codec: str, ending: str
) -> None:
    evening = evenings[policy, codec]
    turn = evening.turns[ending]
    heard = evening.recording.between(turn.begin, turn.end)
    turns = [spell.name for spell in spells(heard, [TRACK, turn.show.band]) if spell.name]
    assert turns == ["track", "live", "track"]


@each_evening
@each_ending
def test_the_whole_show_is_heard(evenings: Evenings, policy: str, codec: str, ending: str) -> None:
    passage = evenings[policy, codec].passage(ending)
    assert passage.jumps == ()
    assert abs(passage.first) <= 0.05
    assert passage.last >= SHOW - 0.05 - FLUSHED * 0.1


@each_evening
@each_ending
def test_live_is_on_air_at_once(evenings: Evenings, policy: str, codec: str, ending: str) -> None:
    begin = evenings[policy, codec].passage(ending).begin
    assert begin <= 0.7 + DELIVERY + PAGES.get(codec, 0.0)
