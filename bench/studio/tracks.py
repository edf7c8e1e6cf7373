"""What both play: the demo's three tracks as MP3, as most libraries have it."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def make_tracks(directory: Path) -> list[Path]:
    """Tracks of some 25 seconds, 192 kbit/s at 44,100 Hz, and `tracks.m3u` beside them.

    The bus has 48,000 Hz, so both programs have to resample. Needs ffmpeg.
    """
    sources = sorted((ROOT / "playlists").glob("*.opus"))
    paths = [directory / f"{source.stem}.mp3" for source in sources]
    for source, path in zip(sources, paths, strict=True):
        command = ["ffmpeg", "-nostdin", "-v", "error", "-i", str(source), "-ar", "44100"]
        subprocess.run([*command, "-b:a", "192k", str(path)], check=True)
    (directory / "tracks.m3u").write_text("".join(f"{path}\n" for path in paths))
    return paths
