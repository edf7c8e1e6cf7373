"""What the tests play: half a minute whose every moment sounds different.

On the left a pure tone rises by 40 Hz in each second, so what was heard tells
where in the tune it comes from, whatever the codec did to it (see `sweep`).
On the right another one with noise keeps encoders busy: MP3 frames then lean
on their predecessors, which is what makes joining hard.
"""

from __future__ import annotations

import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path

SECONDS = 30.0
ARTIST = "Björk"
TITLE = "Jóga"

SOUND = (
    "aevalsrc=exprs='0.3*sin(2*PI*(300*t+20*t*t))"
    "|0.2*sin(2*PI*(500*t+15*t*t))+0.2*(random(1)-0.5)*(1+sin(3*t))':s=44100:d=30"
)


@dataclass(frozen=True, slots=True)
class Format:
    """A format sources send."""

    codec: str
    """As ffprobe names it."""
    content_type: str
    encode: str
    """ffmpeg's options that make the tune from sound."""
    mux: str
    """ffmpeg's options that send it on unchanged."""
    suffix: str


FORMATS = {
    format_.suffix: format_
    for format_ in (
        Format("mp3", "audio/mpeg", "-c:a libmp3lame -b:a 128k", "-f mp3", "mp3"),
        Format("aac", "audio/aac", "-c:a aac -b:a 128k", "-f adts", "aac"),
        Format("vorbis", "audio/ogg", "-c:a libvorbis -b:a 128k", "-f ogg", "ogg"),
        Format("opus", "audio/ogg", "-ar 48000 -c:a libopus -b:a 96k", "-f ogg", "opus"),
        Format("flac", "audio/ogg", "-c:a flac -sample_fmt s16", "-f ogg", "oga"),
        Format("flac", "audio/flac", "-c:a flac -sample_fmt s16", "-f flac", "flac"),
        Format(
            "opus",
            "audio/webm",
            "-ar 48000 -c:a libopus -b:a 96k",
            "-f webm -live 1 -cluster_time_limit 500",
            "webm",
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Tune:
    """The tune in one format, on disk."""

    format: Format
    path: Path

    @property
    def audio(self) -> bytes:
        return self.path.read_bytes()

    @property
    def byte_rate(self) -> float:
        """Bytes in a second."""
        return self.path.stat().st_size / SECONDS


def make_tunes(directory: Path) -> dict[str, Tune]:
    """The tune in all formats, by suffix; ffmpeg is one that everybody's players understand."""
    command = ["ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", SOUND]
    command += ["-metadata", f"artist={ARTIST}", "-metadata", f"title={TITLE}"]
    tunes = {}
    for suffix, format_ in FORMATS.items():
        tunes[suffix] = Tune(format_, directory / f"tune.{suffix}")
        command += ["-map", "0:a", *shlex.split(f"{format_.encode} {format_.mux}")]
        command.append(str(tunes[suffix].path))
    subprocess.run(command, check=True)
    return tunes
