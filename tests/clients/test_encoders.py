"""Real encoders push to a station; what a listener gets is decoded and is the tune they sent."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
import trio

from tests.clients import butt
from tests.clients.decode import decode_all
from tests.clients.encoders import ENCODERS, SONG, start
from tests.clients.forward import adjoining
from tests.clients.listen import Heard, listen
from tests.clients.need import need
from tests.clients.status import wait_on_air, wait_song
from tests.clients.sweep import check_sounds, check_sweep
from tests.clients.tunes import Tune
from tests.station import running_station

pytestmark = pytest.mark.clients

STATION = """
[mount]
grace = "200ms"
"""
"""Listeners are let go as soon as the encoder has left, so that a body ends with a whole frame."""

LISTENING = 3.0
"""Seconds."""

HEARD = 2.0
"""Seconds of the encoder's audio that must have come by then."""

STARTING = 20.0
"""Seconds the slowest of them (liquidsoap) may take until it is on air."""


async def hear(
    port: int,
    encoder: AbstractAsyncContextManager[object],
    mounts: Sequence[str],
    directory: Path,
    *,
    song: str | None,
) -> list[array[int]]:
    """Listen to all mounts from the first moment until the encoder is ended; then decode."""
    heard = [Heard() for _ in mounts]
    with trio.fail_after(STARTING + 10):
        async with trio.open_nursery() as nursery:
            async with encoder:
                with trio.fail_after(STARTING):
                    await wait_on_air(port, *mounts)
                for mount, ear in zip(mounts, heard, strict=True):
                    await nursery.start(listen, port, mount, ear)
                await trio.sleep(LISTENING)
                if song is not None:
                    for mount in mounts:
                        await wait_song(port, mount, song)
        return await decode_all([bytes(ear.body) for ear in heard], directory)


@pytest.mark.parametrize("name", ENCODERS)
async def test_what_an_encoder_pushes_is_heard(
    name: str, tunes: Mapping[str, Tune], tmp_path: Path
) -> None:
    encoder = ENCODERS[name]
    need(encoder.program)
    async with (
        running_station(STATION) as station,
        adjoining(station.port, station.shoutcast_port) as port,
    ):
        process = start(encoder, port, tunes, tmp_path)
        heard = await hear(station.port, process, encoder.mounts, tmp_path, song=encoder.song)
    for samples in heard:
        check_sweep(samples, at_least=HEARD)


@pytest.mark.parametrize("codec", ["mp3", "ogg"])
async def test_what_butt_pushes_is_heard(
    codec: str, tunes: Mapping[str, Tune], tmp_path: Path
) -> None:
    need("butt", "Xvfb")
    async with running_station(STATION) as station:
        studio = butt.studio(codec, station.port, tunes["flac"], tmp_path)
        [samples] = await hear(station.port, studio, ["/live"], tmp_path, song=SONG)
    check_sounds(samples, at_least=HEARD)  # the microphone is not faithful: see butt.py
