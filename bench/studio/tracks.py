"""What both play: the demo's three tracks as MP3, as most libraries have it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("first-light", "last-tram-home", "paper-boats")


def make_tracks(directory: Path) -> list[Path]:
    """Three tracks of 23 to 26 seconds, 192 kbit/s at 44,100 Hz, and `tracks.m3u` beside them.

    The bus has 48,000 Hz, so both programs have to resample. Needs ffmpeg.
    """
    paths = [directory / f"{name}.mp3" for name in NAMES]
    for name, path in zip(NAMES, paths, strict=True):
        source = ROOT / "playlists" / f"{name}.opus"
        command = ["ffmpeg", "-nostdin", "-v", "error", "-i", str(source), "-ar", "44100"]
        subprocess.run([*command, "-b:a", "192k", str(path)], check=True)
    (directory / "tracks.m3u").write_text("".join(f"{path}\n" for path in paths))
    return paths


def is_possible() -> bool:
    """Whether ffmpeg is here."""
    return shutil.which("ffmpeg") is not None
