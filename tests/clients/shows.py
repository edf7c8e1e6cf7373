"""What live sources and the auto-DJ play for `hearing` to judge: sweeps and steady tones."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from radiocast.formats import Frame, Skipped, StreamStart
from radiocast.formats.detect import framer_for
from tests.clients.hearing import Band, Sweep
from tests.clients.processes import run

LOUD = 0.3
"""The amplitude of all of them."""

TRACK_HZ = 4013
TRACK = Band("track", TRACK_HZ - 120, TRACK_HZ + 120)
"""The auto-DJ's tone. No frame of any codec holds whole waves of it: see `slips`."""

ANNAS = 450.0
BERTAS = 2200.0
"""Hz at which the sweeps of two DJs begin, who are told apart by them."""


BOTH = "pan=stereo|c0=c0|c1=c0"
"""ffmpeg's own way to two channels makes both 3 dB softer."""


@dataclass(frozen=True, slots=True)
class Format:
    """What a live source sends."""

    content_type: str
    suffix: str
    options: str
    """ffmpeg's."""
    rate: int = 48_000
    channels: int = 2


FORMATS = {
    "mp3": Format("audio/mpeg", "mp3", "-c:a libmp3lame -b:a 128k", 44_100),
    "mp3 48": Format("audio/mpeg", "mp3", "-c:a libmp3lame -b:a 128k"),
    "aac": Format("audio/aac", "aac", "-c:a aac -b:a 96k -f adts", 44_100, 1),
    "aac 48": Format("audio/aac", "aac", "-c:a aac -b:a 128k -f adts"),
    "vorbis": Format("audio/ogg", "ogg", "-c:a libvorbis -b:a 192k -page_duration 100000"),
    "opus": Format("audio/ogg", "opus", "-c:a libopus -b:a 96k -page_duration 100000"),
    "flac": Format("audio/flac", "flac", "-c:a flac -sample_fmt s16", 44_100),
    "ogg flac": Format("audio/ogg", "oga", "-c:a flac -sample_fmt s16 -page_duration 1", 48_000, 1),
    "webm": Format(
        "audio/webm", "webm", "-c:a libopus -b:a 96k -f webm -live 1 -cluster_time_limit 100"
    ),
}
"""By the name of each. Vorbis of less, encoded twice, is rough where a sweep begins again."""


@dataclass(frozen=True, slots=True)
class Piece:
    """The least that is sent at a time: when it is due, in seconds, and its bytes."""

    due: float
    data: bytes


@dataclass(frozen=True, slots=True)
class Show:
    """A sweep in a format, cut into pieces."""

    format: Format
    sweep: Sweep
    pieces: tuple[Piece, ...]
    band: Band


async def make_show(
    directory: Path, format_: str, *, start: float = ANNAS, seconds: float = 3.0, name: str = "live"
) -> Show:
    """Have ffmpeg make one."""
    sweep = Sweep(start, seconds)
    sound = f"aevalsrc=exprs={_sweep(sweep)}:s={FORMATS[format_].rate}:d={seconds}"
    if FORMATS[format_].channels == 2:
        sound += f",{BOTH}"
    body = await _encode(directory, format_, sound)
    return Show(FORMATS[format_], sweep, _cut(FORMATS[format_], body), sweep.band(name))


async def make_broken_show(
    directory: Path, format_: str, *, seconds: float, silence: float
) -> Show:
    """A sweep, digital silence, and the same again."""
    sweep = Sweep(ANNAS, seconds)
    first = f"aevalsrc=exprs={_sweep(sweep)}:s={FORMATS[format_].rate}:d={seconds}"
    graph = f"{first},apad=pad_dur={silence}[a];{first}[b];[a][b]concat=v=0:a=1,{BOTH}"
    body = await _encode(directory, format_, graph)
    return Show(FORMATS[format_], sweep, _cut(FORMATS[format_], body), sweep.band("live"))


async def make_duet(directory: Path, format_: str, *, seconds: float) -> Show:
    """Anna's sweep and then Berta's, in one stream. What the show says of itself is of Anna's."""
    both = [Sweep(start, seconds) for start in (ANNAS, BERTAS)]
    rate = FORMATS[format_].rate
    sounds = [f"aevalsrc=exprs={_sweep(sweep)}:s={rate}:d={seconds}" for sweep in both]
    graph = f"{sounds[0]}[a];{sounds[1]}[b];[a][b]concat=v=0:a=1,{BOTH}"
    body = await _encode(directory, format_, graph)
    return Show(FORMATS[format_], both[0], _cut(FORMATS[format_], body), both[0].band("anna"))


async def make_track(
    path: Path, *, hertz: float = TRACK_HZ, seconds: float = 60, tags: Sequence[str] = ()
) -> None:
    """A steady tone in what the path's suffix says, with tags as `title=Töne`."""
    sound = f"aevalsrc={LOUD}*sin(2*PI*{hertz}*t):s=48000:d={seconds}"
    command = ["ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", f"{sound},{BOTH}"]
    for tag in tags:
        command += ["-metadata", tag]
    done = await run([*command, str(path)])
    assert done.returncode == 0, done.stderr


def _sweep(sweep: Sweep) -> str:
    return f"'{LOUD}*sin({sweep.phase()})'"


async def _encode(directory: Path, format_: str, sound: str) -> bytes:
    made = FORMATS[format_]
    path = directory / f"show.{made.suffix}"
    command = ["ffmpeg", "-nostdin", "-y", "-v", "error", "-f", "lavfi", "-i", sound]
    command += shlex.split(made.options)
    done = await run([*command, "-flush_packets", "1", str(path)])
    assert done.returncode == 0, done.stderr
    return path.read_bytes()


def _cut(format_: Format, body: bytes) -> tuple[Piece, ...]:
    """Each piece is due when its sound would have been spoken into a microphone."""
    detected = framer_for(format_.content_type, body)
    assert detected is not None
    framer = detected.make()
    pieces: list[Piece] = []
    rate, samples = 0, 0
    for event in [*framer.feed(body), *framer.close()]:
        match event:
            case StreamStart():
                rate = event.sample_rate
                pieces.append(Piece(0.0, event.header))
            case Frame():
                samples += event.samples
                pieces.append(Piece(samples / rate, event.data))
            case Skipped():
                pass
    return tuple(pieces)
