"""What the switches are judged by survives the codecs: they alone make no jump of it."""

from __future__ import annotations

import shlex
from functools import reduce
from math import pi
from pathlib import Path

import numpy as np
import pytest

from tests.clients.ears import decode_ears
from tests.clients.hearing import PERIOD, RATE, STEP, Samples, silence, slips, steps
from tests.clients.listen import Heard
from tests.clients.need import need
from tests.clients.processes import run
from tests.clients.shows import ANNAS, BOTH, LOUD, TRACK_HZ, make_show
from tests.clients.stage import CODECS, bitrate
from tests.clients.test_hearing import crossed

pytestmark = pytest.mark.clients

ENCODERS = {
    "mp3": "libmp3lame -f mp3",
    "aac": "aac -f adts",
    "opus": "libopus -f ogg",
    "vorbis": "libvorbis -f ogg",
}
"""ffmpeg's, by codec."""

SHIFTS = range(0, 2048, 173)
"""Samples by which the shows are shifted: a frame begins elsewhere in each of them."""


def track(seconds: float) -> Samples:
    moments = np.arange(round(seconds * RATE)) / RATE
    return (LOUD * np.sin(2 * pi * TRACK_HZ * moments)).astype(np.float32)


@pytest.mark.parametrize("codec", CODECS)
async def test_a_codec_makes_no_step_of_a_sweep(codec: str, tmp_path: Path) -> None:
    need("ffmpeg", "opusdec", "oggdec")
    show = await make_show(tmp_path, "webm", start=ANNAS, seconds=2 * PERIOD)
    body = b"".join(piece.data for piece in show.pieces)
    (live,) = (await decode_ears({"live": Heard(body=bytearray(body))}, tmp_path)).values()
    parts = [track(1)]
    for shift in SHIFTS:
        parts += [live.samples, track(1 + shift / RATE)]
    programme = reduce(crossed, parts)

    options = f"-af {BOTH} -b:a {bitrate(codec)}k -c:a {ENCODERS[codec]} -"
    encode = f"ffmpeg -nostdin -v error -f f32le -ar {RATE} -ac 1 -i pipe:0 {options}"
    done = await run(shlex.split(encode), stdin=programme.tobytes())
    assert done.stderr == b""
    heard = await decode_ears({codec: Heard(body=bytearray(done.stdout))}, tmp_path)
    samples = heard[codec].samples[: len(programme)]
    assert silence(samples) == 0
    assert steps(samples, STEP / 2) == []
    assert slips(samples, TRACK_HZ) == []
