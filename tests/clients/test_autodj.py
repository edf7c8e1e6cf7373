"""Real encoders take over from the auto-DJ and hand back, and listeners hear no gap.

It takes real time, as all sound does: see `test_switches`.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path

import pytest
import trio

from tests.clients import butt
from tests.clients.ears import Recording, decode_ears
from tests.clients.encoders import SONG
from tests.clients.hearing import Band, hear, silence, spells
from tests.clients.listen import Heard, listen
from tests.clients.need import need
from tests.clients.processes import running
from tests.clients.shows import TRACK, make_show
from tests.clients.stage import Stage, playing, until
from tests.clients.status import wait_song
from tests.clients.tunes import Tune

pytestmark = pytest.mark.clients

OUTPUT = '[outputs."/live"]\npolicy = "mix"'
SHOW = 3.0
"""Seconds of an encoder."""

PAUSE = 1.5
"""Seconds in which the auto-DJ has come back."""

TUNE = Band("live", 250, 1000)
"""Where the tune of `tunes` begins."""

INAUDIBLE = 0.05
"""Seconds at the very end of a fade that are too soft to be measured."""


async def record(stage: Stage, ears: Heard, directory: Path) -> Recording:
    """What was heard once the auto-DJ is back."""
    await until(lambda: not stage.autodj.now.source)
    await trio.sleep(PAUSE)
    return (await decode_ears({"mp3": ears}, directory))["mp3"]


def check_turns(recording: Recording, live: Band) -> None:
    """The auto-DJ, then live, then the auto-DJ, and no silence between."""
    turns = [spell.name for spell in spells(recording.samples, [TRACK, live]) if spell.name]
    assert turns == ["track", "live", "track"]
    assert silence(recording.samples) == 0
    assert recording.said == ()


async def test_ffmpeg_takes_over_and_hands_back(tmp_path: Path) -> None:
    need("ffmpeg")
    show = await make_show(tmp_path, "mp3", seconds=SHOW)
    (tmp_path / "show.mp3").write_bytes(b"".join(piece.data for piece in show.pieces))
    ears = Heard()
    async with (
        playing(tmp_path, settings=OUTPUT, codecs=[]) as stage,
        trio.open_nursery() as nursery,
    ):
        await nursery.start(listen, stage.station.port, "/live", ears)
        ffmpeg = f"ffmpeg -nostdin -v error -re -i {tmp_path}/show.mp3 -c copy -f mp3"
        command = [*shlex.split(ffmpeg), stage.station.source_url("/live")]
        async with running(command, tmp_path / "ffmpeg.log") as process:
            await process.wait()
        recording = await record(stage, ears, tmp_path)
        nursery.cancel_scope.cancel()
    check_turns(recording, show.band)
    heard = hear(recording.samples, show.sweep)
    assert heard is not None
    assert heard.jumps == ()
    assert heard.last >= SHOW - INAUDIBLE


async def test_butt_takes_over_and_hands_back(tunes: Mapping[str, Tune], tmp_path: Path) -> None:
    need("butt", "Xvfb", "ffmpeg")
    ears = Heard()
    async with (
        playing(tmp_path, settings=OUTPUT, codecs=[]) as stage,
        trio.open_nursery() as nursery,
    ):
        port = stage.station.port
        await nursery.start(listen, port, "/live", ears)
        async with butt.studio("mp3", port, tunes["flac"], tmp_path):
            await until(lambda: stage.autodj.now.source)
            await wait_song(port, "/live", SONG)
            await trio.sleep(SHOW)
        recording = await record(stage, ears, tmp_path)
        nursery.cancel_scope.cancel()
    check_turns(recording, TUNE)
