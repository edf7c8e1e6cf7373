"""What a listener received, as sound; and what decoders had to say about it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import trio

from tests.clients.hearing import RATE, Samples
from tests.clients.listen import Heard
from tests.clients.processes import run

FFMPEG = (
    f"ffmpeg -nostdin -v error -i pipe:0 -af pan=mono|c0=c0,asetpts=N/SR/TB -ar {RATE} -f f32le -"
)
"""The left channel. Times are counted afresh, because an output of ffmpeg's cannot go back in time
where a chained Ogg stream does. It reads from a pipe: of a file it would look at the end first, as
no radio can, and complain if a link has begun there that it does not know yet."""

REFEREES = {
    "opus": "opusdec --quiet --force-stereo --rate 48000 {heard} {raw}",
    "vorbis": "oggdec --quiet --raw {heard} -o {raw}",
}
"""The decoders of those who made the formats: what they write is 16-bit stereo at `RATE`. They
have the last word on chained streams. ffmpeg does not begin Vorbis afresh where a link begins: it
plays 128 samples too many there, of the old link and the new one."""


@dataclass(frozen=True, slots=True, repr=False)
class Recording:
    """What one listener heard, up to the moment `end` on trio's clock."""

    samples: Samples
    said: tuple[str, ...]
    """The decoders' complaints, line by line."""
    end: float

    def second(self, moment: float) -> float:
        """Where in the recording what was on air at a moment of trio's clock is."""
        return len(self.samples) / RATE - (self.end - moment)

    def between(self, begin: float, end: float) -> Samples:
        """What was on air between two moments of trio's clock."""
        first = max(0, round(self.second(begin) * RATE))
        return self.samples[first : round(self.second(end) * RATE)]


async def decode_ears(heard: Mapping[str, Heard], directory: Path) -> dict[str, Recording]:
    """Everybody's, by the name each has: of an Ogg codec's name is who listens to that."""
    recordings: dict[str, Recording] = {}

    async def decode(name: str, ears: Heard) -> None:
        recordings[name] = await _decode(name, bytes(ears.body), ears.at, directory)

    async with trio.open_nursery() as nursery:
        for name, ears in heard.items():
            nursery.start_soon(decode, name, ears)
    return {name: recordings[name] for name in heard}


async def _decode(name: str, body: bytes, end: float, directory: Path) -> Recording:
    by_ffmpeg = await run(FFMPEG.split(), stdin=body)
    said = _lines(by_ffmpeg.stderr)
    samples: Samples = np.frombuffer(by_ffmpeg.stdout, np.float32)
    if name in REFEREES:
        heard, raw = directory / f"heard-{name}", directory / f"heard-{name}.raw"
        heard.write_bytes(body)
        done = await run(shlex.split(REFEREES[name].format(heard=heard, raw=raw)))
        said += _lines(done.stderr)
        left = np.fromfile(raw, np.int16)[::2]
        samples = left.astype(np.float32) / np.float32(32768)
    return Recording(samples, tuple(said), end)


def _lines(stderr: bytes) -> list[str]:
    return [line for line in re.split(r"[\r\n]+", stderr.decode()) if line.strip()]
