"""The auto-DJ as listeners hear it: it plays at once, hands over, takes over, and never stops."""

from __future__ import annotations

import os
import signal
from array import array
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from urllib.parse import quote

import pytest
import trio

from radiocast.formats import Title
from tests.clients.decode import decode
from tests.clients.feed import feed
from tests.clients.listen import Heard, listen
from tests.clients.need import need
from tests.clients.processes import run
from tests.clients.sweep import RATE, frequency, longest_silence
from tests.clients.tunes import Tune
from tests.station import RunningStation, running_station

pytestmark = pytest.mark.clients

CODECS = ("mp3", "aac", "opus", "vorbis")
TRACK_HZ = 3000
"""What the auto-DJ's one track sounds; the tune of live sources stays below."""
LEAD = 3.0
"""Seconds the studio mixes ahead."""


async def make_track(directory: Path) -> None:
    """A minute of one tone: any gap in it is ours."""
    done = await run([
        "ffmpeg", "-v", "error", "-f", "lavfi", "-i", f"sine={TRACK_HZ}:duration=60",
        "-af", "volume=8dB", "-metadata", "artist=Anna", "-metadata", "title=Töne",
        str(directory / "track.flac"),
    ])  # fmt: skip
    assert done.returncode == 0, done.stderr


@asynccontextmanager
async def playing(directory: Path) -> AsyncIterator[tuple[RunningStation, dict[str, Heard]]]:
    """A station whose auto-DJ plays, and a listener on each of its outputs."""
    need("ffmpeg")
    await make_track(directory)
    outputs = "".join(f'[outputs."/{each}"]\ncodec = "{each}"\n' for each in CODECS)
    settings = f'[playlists.all]\nsource = "{directory}"\n[autodj]\nsettle = 0\n{outputs}'
    async with running_station(settings, patience=90) as on, trio.open_nursery() as nursery:
        heard = {codec: Heard() for codec in CODECS}
        for codec, ears in heard.items():
            await nursery.start(listen, on.port, f"/{codec}", ears)
        await until(lambda: on.registry.get("/mp3").log.titles.latest() is not None)  # type: ignore[union-attr]
        yield on, heard
        nursery.cancel_scope.cancel()


async def set_title(port: int, song: str) -> bytes:
    async with await trio.open_tcp_stream("127.0.0.1", port) as stream:
        target = f"/admin/metadata?mode=updinfo&mount=/mp3&song={quote(song)}&pass=sesame"
        await stream.send_all(f"GET {target} HTTP/1.0\r\n\r\n".encode())
        return b"".join([bytes(data) async for data in stream])


async def until(true: object) -> None:
    while not true():  # type: ignore[operator]  # noqa: ASYNC110
        await trio.sleep(0.05)


async def decoded(heard: Mapping[str, Heard], directory: Path) -> dict[str, array[int]]:
    """What each heard, without a word from a decoder; the first second is the first decoder's
    start, and the tone with which a station begins."""
    return {codec: await decode(bytes(ears.body), directory) for codec, ears in heard.items()}


def gaps(samples: array[int]) -> float:
    """The longest silence in seconds, but for the encoder's first breath."""
    return longest_silence(samples[RATE // 5 :]) / RATE


async def test_live_takes_over_and_hands_back_and_nobody_hears_a_gap(
    tunes: Mapping[str, Tune], tmp_path: Path
) -> None:
    async with playing(tmp_path) as (on, heard):
        await trio.sleep(2)
        async with trio.open_nursery() as nursery:
            await nursery.start(partial(feed, on.port, "/mp3", tunes["ogg"], lead=0.5, seconds=6.0))
            answer = await set_title(on.port, "Live - Now")
            assert b"successful" in answer
        titles = on.registry.get("/mp3").log.titles  # type: ignore[union-attr]
        await until(lambda: titles.latest() == Title("Live - Now"))
        await trio.sleep(LEAD + 3)
    for codec, samples in (await decoded(heard, tmp_path)).items():
        assert gaps(samples) <= 0.02, codec
        sounds = [
            frequency(samples[at : at + RATE // 5])
            for at in range(RATE, len(samples) - RATE // 5, RATE // 5)
        ]
        is_track = [abs(hertz - TRACK_HZ) < 20 for hertz in sounds]
        assert is_track[-3:] == [True] * 3, f"{codec}: the auto-DJ is back"
        assert 20 <= is_track.count(False) <= 45, f"{codec}: live was heard for six seconds"


async def test_a_killed_studio_is_not_heard(tmp_path: Path) -> None:
    async with playing(tmp_path) as (on, heard):
        autodj = on.station.broadcast.autodj
        assert autodj is not None
        await trio.sleep(1)
        pid = autodj.studio_pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        await trio.sleep(LEAD + 4)
        assert autodj.studio_pid not in (None, pid)
    for codec, samples in (await decoded(heard, tmp_path)).items():
        assert gaps(samples) <= 0.02, codec
        assert len(samples) > 6 * RATE


async def test_the_title_is_the_tracks(tmp_path: Path) -> None:
    async with playing(tmp_path) as (on, _):
        title = on.registry.get("/opus").log.titles.latest()  # type: ignore[union-attr]
        assert title is not None
        assert (title.artist, title.title) == ("Anna", "Töne")
