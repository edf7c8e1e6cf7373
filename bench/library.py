"""What does a library cost? `python -m bench.library [FILES]`: scans, restarts, and measuring.

The files are as small as files with tags can be: reading tags is what is timed, not the disk.
For each kind of scan the time of the wall clock counts, as one thread does it; for measuring,
the CPU time of the analyser, and the best of some rounds: the others were disturbed.
"""

from __future__ import annotations

import shutil
import sys
import time
from datetime import UTC
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.encoders import music
from radiocast.autodj.analyses import Analyses, Analysis
from radiocast.autodj.database import Database
from radiocast.autodj.scan import Scan, Scanner
from radiocast.autodj.state import Rules
from radiocast.autodj.watch import open_watch
from radiocast.codecs.encode import make_encoder
from radiocast.codecs.loudness import measure
from radiocast.codecs.spec import OutputSpec
from radiocast.config.autodj import AutoDjConfig, PlaylistConfig

FILES = 10_000
PER_ALBUM = 20
TAGGED = Path(__file__).parents[1] / "tests" / "media" / "tagged"
SOURCES = ("id3v2.mp3", "flac.flac", "vorbis.ogg")
SECONDS, REPEATS = 20, 12  # of the sound to measure: the same again and again
ROUNDS = 4


def fill(folder: Path, count: int) -> None:
    """Albums of small files."""
    for number in range(count):
        source = TAGGED / SOURCES[number % len(SOURCES)]
        album = folder / f"album {number // PER_ALBUM}"
        album.mkdir(exist_ok=True)
        shutil.copyfile(source, album / f"{number}{source.suffix}")


def scan(what: str, scanner: Scanner) -> Scan:
    """Look until all is read, and say how long that took."""
    began = time.perf_counter()
    while (found := scanner.scan(time.time())).unread:
        pass
    print(f"{what:<28}{time.perf_counter() - began:8.2f} s")
    return found


def scans(folder: Path, count: int) -> None:
    """A library from its first scan to the second start of the station."""
    music_folder = folder / "music"
    music_folder.mkdir()
    fill(music_folder, count)
    playlists = {"main": PlaylistConfig(source=str(music_folder))}
    rules = Rules(AutoDjConfig(settle=0), playlists, UTC)
    database = Database(folder / "autodj.db")
    analyses = Analyses(database)
    scanner = Scanner(rules, analyses)
    found = scan(f"first scan of {count} files", scanner)
    for path, stamp in found.unanalysed:
        analysis = Analysis(-14.0, 0.9, 0.1, 200.0, 195.0)
        analyses.put(path, stamp, analysis)
        scanner.mark_analysed(path, stamp, analysis)
    scan("all of them are measured", scanner)
    scan("nothing has changed", scanner)
    with open_watch() as watch:
        began = time.perf_counter()
        watch.follow(found.folders)
        print(f"{f'watch {watch.count} directories':<28}{time.perf_counter() - began:8.2f} s")
    found = scan("the station starts again", Scanner(rules, analyses))
    assert not found.unanalysed
    database.close()


def measuring(folder: Path) -> None:
    """How much faster than it sounds a file is measured."""
    sound = music(SECONDS)
    for spec in (OutputSpec("mp3", 192_000), OutputSpec("aac", 192_000)):
        encoder = make_encoder(spec)
        packets = [encoder.encode(sound) for _ in range(REPEATS)]
        path = folder / f"sound.{spec.codec}"
        path.write_bytes(b"".join(packet.data for some in packets for packet in some))
        best = 0.0
        for _ in range(ROUNDS):
            began = time.process_time()
            measure(path)
            best = max(best, SECONDS * REPEATS / (time.process_time() - began))
        print(f"{f'measure {spec.codec}':<28}{best:8.0f} x real time")


def main() -> None:
    """Print a line for each figure."""
    with TemporaryDirectory() as folder:
        scans(Path(folder), int(sys.argv[1]) if len(sys.argv) > 1 else FILES)
        measuring(Path(folder))


if __name__ == "__main__":
    main()
