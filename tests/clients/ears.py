"""What a listener received, as sound; and what decoders had to say about it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import trio

from tests.clients.hearing import RATE, Samples
from tests.clients.listen import Heard
from tests.clients.processes import run

FILTER = "pan=mono|c0=c0,asetpts=N/SR/TB"
"""The left channel; times are counted afresh, because an output of ffmpeg's cannot go back in
time where a chained Ogg stream does."""

REFEREES = {"opus": "opusdec --quiet", "vorbis": "oggdec --quiet"}
"""The decoders of those who made the formats: they know chained streams, ffmpeg does not quite."""


@dataclass(frozen=True, slots=True)
class Recording:
    """What one listener heard, up to the moment `end` on trio's clock."""

    samples: Samples
    said: tuple[str, ...]
    """The decoder's complaints, line by line."""
    end: float

    def second(self, moment: float) -> float:
        """Where in the recording what was on air at a moment of trio's clock is."""
        return len(self.samples) / RATE - (self.end - moment)

    def between(self, begin: float, end: float) -> Samples:
        """What was on air between two moments of trio's clock."""
        first = max(0, round(self.second(begin) * RATE))
        return self.samples[first : round(self.second(end) * RATE)]


async def decode_ears(heard: Mapping[str, Heard], directory: Path) -> dict[str, Recording]:
    """Everybody's, by the name each has."""
    recordings: dict[str, Recording] = {}

    async def decode(name: str, ears: Heard) -> None:
        body, end = bytes(ears.body), ears.at
        path = directory / f"heard-{name}"
        path.write_bytes(body)
        command = ["ffmpeg", "-nostdin", "-v", "error", "-i", str(path), "-af", FILTER]
        done = await run([*command, "-ar", str(RATE), "-f", "f32le", "-"])
        said = done.stderr.decode().splitlines()
        recordings[name] = Recording(np.frombuffer(done.stdout, np.float32), tuple(said), end)

    async with trio.open_nursery() as nursery:
        for name, ears in heard.items():
            nursery.start_soon(decode, name, ears)
    return {name: recordings[name] for name in heard}


async def referees_say(codec: str, body: bytes, directory: Path) -> list[str]:
    """What the reference decoder of an Ogg codec has to say, line by line."""
    path = directory / f"judged.{codec}"
    path.write_bytes(body)
    done = await run([*REFEREES[codec].split(), str(path), "-o", str(directory / "judged.wav")])
    lines = re.split(r"[\r\n]+", done.stderr.decode())
    return [line for line in lines if line.strip()] + [f"exit {done.returncode}"] * bool(
        done.returncode
    )
