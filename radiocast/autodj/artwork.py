"""The picture of a track: in its file, or beside it. Blocks: call it in a thread."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from radiocast.autodj.tags import MAX_ARTWORK, Artwork, TagsError, image_type, read_artwork

NAMES = ("cover", "folder", "front", "album")
"""What pictures beside the music are called, the best first."""

ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".gif")

MAX_BESIDE = 10_000
"""Entries of a directory that are looked at."""


def find_artwork(path: str) -> Artwork | None:
    """The picture of a local file; None: there is none, or none that can be read."""
    try:
        found = read_artwork(path)
    except TagsError:
        found = None
    return found or next(_beside(path), None)


def _beside(path: str) -> Iterator[Artwork]:
    """Pictures of an album in the directory of one of its files."""
    for picture in sorted(_candidates(Path(path).parent), key=_rank):
        try:
            # Only a file: whoever opens a pipe waits for ever.
            if picture.is_file() and picture.stat().st_size <= MAX_ARTWORK:
                data = picture.read_bytes()
                if content_type := image_type(data):
                    yield Artwork(data, content_type)
        except OSError:
            continue


def _candidates(directory: Path) -> list[Path]:
    try:
        with os.scandir(directory) as entries:
            some = [entry.name for entry, _ in zip(entries, range(MAX_BESIDE), strict=False)]
    except (OSError, ValueError):
        return []
    return [path for name in some if _is_known(path := directory / name)]


def _is_known(path: Path) -> bool:
    return path.stem.lower() in NAMES and path.suffix.lower() in ENDINGS


def _rank(path: Path) -> tuple[int, int]:
    return NAMES.index(path.stem.lower()), ENDINGS.index(path.suffix.lower())
