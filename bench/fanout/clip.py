"""A stretch of audio that is played over and over, at the pace of a live encoder.

The audio is pink noise, so that no part of it repeats and an encoder told 128 kbit/s needs them.
"""

from __future__ import annotations

import subprocess
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

BITRATE = 128_000  # bit/s: what most music stations send
CLIP_SECONDS = 60
WEBM_PIECE = 320  # bytes: 20 ms; WebM is cut anywhere, as an encoder's output buffer does


@dataclass(frozen=True, slots=True)
class Codec:
    """How to make a clip, and what to call it."""

    name: str
    content_type: str
    arguments: tuple[str, ...]
    """For ffmpeg."""


CODECS = {
    codec.name: codec
    for codec in (
        Codec("mp3", "audio/mpeg", ("-c:a", "libmp3lame", "-write_xing", "0", "-f", "mp3")),
        Codec("aac", "audio/aac", ("-c:a", "aac", "-f", "adts")),
        Codec(
            "ogg",
            "application/ogg",
            ("-c:a", "libopus", "-vbr", "off", "-page_duration", "200000", "-f", "ogg"),
        ),
        Codec(
            "webm",
            "audio/webm",
            ("-c:a", "libopus", "-vbr", "off", "-f", "webm", "-cluster_time_limit", "500"),
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Clip:
    """Encoded audio that plays in a loop. Positions count bytes from the first play on."""

    data: bytes
    seconds: float
    boundaries: Sequence[int]
    """Where a frame or page ends, ascending; the last one is the end of the clip."""

    @property
    def rate(self) -> float:
        """Bytes per second."""
        return len(self.data) / self.seconds

    def position_at(self, elapsed: float) -> int:
        """How far a live encoder has got after `elapsed` seconds: whole frames only."""
        plays, offset = divmod(int(elapsed * self.rate), len(self.data))
        index = bisect_right(self.boundaries, offset)
        return plays * len(self.data) + (self.boundaries[index - 1] if index else 0)

    def between(self, start: int, end: int) -> bytes:
        """The bytes from position `start` up to `end`."""
        size = len(self.data)
        first = start - start % size
        plays = -(-(end - first) // size)
        return (self.data * plays)[start - first : end - first]

    def continues(self, received: bytes, probe: int = 2048) -> bool:
        """Whether `received` is this clip from some byte on, without a gap, looped as needed.

        Servers may begin with headers or a frame of their own, so the first half may differ: the
        last `probe` bytes of that half say where we are, and all that follows is compared.
        """
        anchor = len(received) // 2
        needle = received[max(0, anchor - probe) : anchor]
        if not needle:
            return False
        at = (self.data + self.data[: len(needle)]).find(needle)
        rest = received[anchor:]
        start = at + len(needle)
        return at >= 0 and self.between(start, start + len(rest)) == rest


def make_file(codec: Codec, path: Path, seconds: float = CLIP_SECONDS) -> None:
    """Encode a clip. Raises CalledProcessError where ffmpeg cannot, OSError where it is missing."""
    noise = f"anoisesrc=color=pink:amplitude=0.4:sample_rate=48000:seed=1:duration={seconds}"
    # 44.1 kHz would be usual for MP3, but at 48 kHz its frames are 384 bytes without padding.
    command = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-f", "lavfi", "-i", noise, "-ac", "2"]
    encode = ["-b:a", str(BITRATE), "-map_metadata", "-1", "-id3v2_version", "0"]
    if codec.name != "mp3":
        encode = encode[:-2]
    subprocess.run([*command, *encode, *codec.arguments, str(path)], check=True)


def load(codec: Codec, path: Path, seconds: float = CLIP_SECONDS) -> Clip:
    """Read a clip that `make_file` made."""
    data = path.read_bytes()
    return Clip(data, seconds, frame_ends(codec.name, data))


def frame_ends(name: str, data: bytes) -> list[int]:
    """Where the frames (MP3, AAC), pages (Ogg) or pieces (WebM) of a clean clip end.

    Raises ValueError where the bytes are not what `name` says.
    """
    ends = []
    position = 0
    while position < len(data):
        position = min(position + _length_at(name, data, position), len(data))
        ends.append(position)
    return ends


def _length_at(name: str, data: bytes, at: int) -> int:
    if name == "mp3" and data[at : at + 2] in (b"\xff\xfb", b"\xff\xfa"):
        return 144 * BITRATE // 48000 + (data[at + 2] >> 1 & 1)
    if name == "aac" and data[at] == 0xFF and data[at + 1] & 0xF6 == 0xF0:
        return (data[at + 3] & 3) << 11 | data[at + 4] << 3 | data[at + 5] >> 5
    if name == "ogg" and data[at : at + 4] == b"OggS":
        segments = data[at + 26]
        return 27 + segments + sum(data[at + 27 : at + 27 + segments])
    if name == "webm":
        return WEBM_PIECE
    raise ValueError(f"no {name} frame starts at byte {at}")
