"""Listeners are moved between mounts, and their decoders have nothing to say about it."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from itertools import groupby
from pathlib import Path

import pytest
import trio

from tests.clients.decode import FILTER
from tests.clients.feed import feed
from tests.clients.listen import Heard, listen
from tests.clients.processes import run
from tests.clients.status import wait_on_air
from tests.clients.sweep import RATE, SETTLING, check_sounds, check_sweep, places
from tests.clients.tunes import FORMATS, Tune
from tests.icy import strip
from tests.server.talk import basic, get
from tests.station import RunningStation, running_station

pytestmark = pytest.mark.clients

CHAINING = [suffix for suffix in FORMATS if suffix not in ("flac", "webm")]
SPEED = 5.0
APART = 10.0
"""Seconds of the tune by which the two mounts differ: what was heard tells which one it was."""
JUMP = 2.0
"""Seconds that are no hole between two frames, but another mount."""
MOVES = 4
PAUSE = 2.0
"""Seconds of the tune between two of them."""
HEARD = 10.0
"""Seconds of it that are decoded."""
METAINT = 16_000


async def move(station: RunningStation, start: str, end: str) -> bytes:
    target = f"/admin/moveclients?mount={start}&destination={end}"
    return (await get(station.port, target, basic("letmein", "admin"))).body


async def another_stream(tune: Tune, directory: Path) -> Tune:
    """The same tune, in Ogg with another serial number."""
    path = directory / f"another.{tune.format.suffix}"
    command = ["ffmpeg", "-nostdin", "-v", "error", "-i", str(tune.path), "-c", "copy"]
    done = await run([*command, "-serial_offset", "7", "-f", "ogg", str(path)])
    assert done.returncode == 0, done.stderr
    return replace(tune, path=path)


@pytest.mark.parametrize(
    ("suffix", "kind"),
    [
        *[(suffix, "same") for suffix in CHAINING],
        *[(suffix, "other serial") for suffix in CHAINING if suffix not in ("mp3", "aac")],
        ("mp3", "icy"),
        ("aac", "icy"),
    ],
)
async def test_who_is_moved_hears_one_mount_and_then_the_other(
    suffix: str, kind: str, tunes: Mapping[str, Tune], tmp_path: Path
) -> None:
    tune, heard, is_icy = tunes[suffix], Heard(), kind == "icy"
    other = await another_stream(tune, tmp_path) if kind == "other serial" else tune
    with trio.fail_after(30):
        async with running_station() as station, trio.open_nursery() as nursery:
            for path, music, lead in (("/here", tune, 2.0), ("/there", other, 2.0 + APART)):
                source = partial(feed, lead=lead, speed=SPEED)
                await nursery.start(source, station.port, path, music)
                await wait_on_air(station.port, path)
            headers = "Icy-MetaData: 1\r\n" if is_icy else ""
            enough = (HEARD + 5) * tune.byte_rate
            listener = partial(listen, headers=headers, at_least=enough)
            await nursery.start(listener, station.port, "/here", heard)
            for number in range(MOVES):
                await trio.sleep(PAUSE / SPEED)
                mounts = ("/here", "/there") if number % 2 == 0 else ("/there", "/here")
                assert b"<return>1</return>" in await move(station, *mounts)
            while len(heard.body) < enough:  # noqa: ASYNC110 -- the tune goes on by itself
                await trio.sleep(0.05)
            nursery.cancel_scope.cancel()
    body = strip(bytes(heard.body), METAINT)[0] if is_icy else bytes(heard.body)
    samples = await decode_stream(body)
    check_sounds(samples, at_least=HEARD)
    assert jumps(places(samples[SETTLING:])) == ["on", "back"] * (MOVES // 2)


async def decode_stream(body: bytes, *, seconds: float = 3600.0) -> array[int]:
    """The left channel of what a player got. From a pipe: in a file, ffmpeg looks at the end
    first, and calls it an error if another link of the chain begins there."""
    command = ["ffmpeg", "-nostdin", "-v", "error", "-i", "pipe:0", "-map", "0:a", "-af", FILTER]
    done = await run(
        [*command, "-ar", str(RATE), "-t", str(seconds), "-f", "s16le", "pipe:1"], stdin=body
    )
    assert (done.returncode, done.stderr) == (0, b"")
    return array("h", done.stdout)


def jumps(heard: list[float]) -> list[str]:
    """Where the tune jumped, from where in it each tenth of a second comes. One in which it
    jumps sounds like no place at all; so those before and after it are looked at."""
    steps = [later - earlier for earlier, later in zip(heard, heard[3:], strict=False)]
    told = ["on" if step > JUMP else "back" if step < -JUMP else "" for step in steps]
    return [direction for direction, _ in groupby(told) if direction]


@pytest.mark.parametrize("suffix", ["flac", "webm", "other"])
async def test_who_cannot_go_on_elsewhere_stays(suffix: str, tunes: Mapping[str, Tune]) -> None:
    here, there = (tunes["mp3"], tunes["aac"]) if suffix == "other" else (tunes[suffix],) * 2
    heard = Heard()
    with trio.fail_after(30):
        async with running_station() as station, trio.open_nursery() as nursery:
            for path, tune in (("/here", here), ("/there", there)):
                source = partial(feed, lead=2.0, speed=SPEED)
                await nursery.start(source, station.port, path, tune)
                await wait_on_air(station.port, path)
            await nursery.start(listen, station.port, "/here", heard)
            assert b"<return>0</return>" in await move(station, "/here", "/there")
            while len(heard.body) < 6 * here.byte_rate:  # noqa: ASYNC110 -- as above
                await trio.sleep(0.05)
            nursery.cancel_scope.cancel()
    check_sweep(await decode_stream(bytes(heard.body), seconds=5.0), at_least=4.9)
