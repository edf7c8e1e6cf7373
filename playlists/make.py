"""Makes the demo tracks again: four short pieces, synthesised here, free for any use (CC0).

Run `python playlists/make.py` from anywhere, with the Python of `make test`; it needs ffmpeg with
libopus. The same versions of these make the same files, to the byte.
"""

from __future__ import annotations

import base64
import struct
import subprocess
import zlib
from pathlib import Path

import numpy as np
from instruments import RATE, Audio
from mutagen.flac import Picture
from mutagen.oggopus import OggOpus
from numpy.typing import NDArray
from pieces import clear_channel, first_light, last_tram, paper_boats

HERE = Path(__file__).parent
ARTIST, ALBUM = "Radiocast", "Between Stations"
BITRATE = "56k"
COVER = 360
"""Pixels."""

COLOURS = (
    (24, 28, 58),
    (58, 46, 92),
    (122, 66, 112),
    (201, 98, 103),
    (240, 156, 96),
    (255, 214, 140),
)


def cover() -> bytes:
    """A picture for the album, as PNG: an evening sky, a mast, and the waves it sends."""
    y, x = np.mgrid[0:COVER, 0:COVER] / COVER
    picture = np.minimum(y * 6, 4).astype(np.uint8)
    distance = np.hypot(x - 0.5, y - 0.34)
    waves = (distance % 0.09 < 0.012) & (distance > 0.05) & (distance < 0.42)
    picture[waves & (np.abs(x - 0.5) > np.abs(y - 0.34))] = 5
    mast = (np.abs(x - 0.5) < 0.012 + (y - 0.34) * 0.16) & (y > 0.34)
    hollow = (np.abs(x - 0.5) < (y - 0.40) * 0.14) & (np.sin(y * 60) > -0.75)
    picture[(mast & ~hollow) | (y > 0.9) | (distance < 0.022)] = 0
    return _png(picture)


def _png(picture: NDArray[np.uint8]) -> bytes:
    rows = b"".join(b"\0" + row.tobytes() for row in picture)
    height, width = picture.shape
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        (b"PLTE", bytes(part for colour in COLOURS for part in colour)),
        (b"IDAT", zlib.compress(rows, 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def encode(sound: Audio, path: Path) -> None:
    """Write an Opus file."""
    source = f"-f f32le -ar {RATE} -ac 2 -i -".split()
    codec = f"-c:a libopus -b:a {BITRATE} -vbr constrained -bitexact".split()
    subprocess.run(
        ["ffmpeg", "-v", "error", "-y", *source, *codec, str(path)],
        input=sound.astype("<f4").tobytes(),
        check=True,
    )


def tag(path: Path, title: str, number: int, picture: bytes) -> None:
    """Say in the file what it is."""
    image = Picture()
    image.type, image.mime, image.data = 3, "image/png", picture
    image.width = image.height = COVER
    image.depth = 8
    file = OggOpus(path)
    file.update(
        artist=ARTIST,
        title=title,
        album=ALBUM,
        tracknumber=str(number),
        license="CC0-1.0",
        metadata_block_picture=base64.b64encode(image.write()).decode(),
    )
    file.save()


def main() -> None:
    """Make all pieces and the playlist of them."""
    lines, picture = ["#EXTM3U"], cover()
    for number, make in enumerate((first_light, clear_channel, last_tram, paper_boats), start=1):
        piece = make()
        sound = piece.finish()
        name = piece.title.lower().replace(" ", "-") + ".opus"
        encode(sound, HERE / name)
        tag(HERE / name, piece.title, number, picture)
        lines += [f"#EXTINF:{round(len(sound) / RATE)},{ARTIST} - {piece.title}", name]
    (HERE / "demo.m3u").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
