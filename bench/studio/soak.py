"""Days of virtual time in minutes: does the studio's memory stay where it is?

    python -m bench.studio soak --hours 24

Tracks with crossfades, skips, jingles laid over, live sources that come and go, rests: all
that the studio does, with every encoder, in this process. Printed for every virtual hour: memory,
threads and open files, what was played, and how fast. At the end the slope of the memory, by
least squares over the last three quarters; the first one fills caches and the allocator.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.fanout.proc import PAGE
from bench.studio.outputs import CROSSFADE, OUTPUTS
from bench.studio.tracks import make_tracks
from bench.studio.virtual import Diary, Show, Station
from radiocast.studio.commands import Plan, Stream
from radiocast.studio.cues import MixSettings, Transition
from radiocast.studio.mediatime import RATE
from radiocast.studio.worker import ENCODER_THREADS

DIARIES = {
    "usual": Diary(),
    "busy": Diary(skip=4.0, live=12.0, show=5.0, jingle=10.0, rest=60.0),
}
SAMPLES = 24
"""At least, for a slope that means something."""
SHOW_SECONDS = 10
_SHOWS = {
    "audio/mpeg": ("-b:a", "128k", "-f", "mp3"),
    "application/ogg": ("-c:a", "libopus", "-b:a", "96k", "-f", "ogg"),
    "audio/aac": ("-c:a", "aac", "-b:a", "96k", "-f", "adts"),
}


@dataclass(frozen=True, slots=True)
class Sample:
    """How things are at a virtual time."""

    hours: float
    rss: int
    """Bytes."""
    threads: int
    files: int
    """Open descriptors."""
    tracks: int
    lives: int
    splices: int
    speed: float
    """Virtual seconds per real second, since the sample before."""


def slope(points: Sequence[tuple[float, float]]) -> float:
    """The rise of a straight line through the points, by least squares."""
    x_mean = sum(x for x, _ in points) / len(points)
    y_mean = sum(y for _, y in points) / len(points)
    spread = sum((x - x_mean) ** 2 for x, _ in points)
    return sum((x - x_mean) * (y - y_mean) for x, y in points) / spread if spread else 0.0


def growth(samples: Sequence[Sample]) -> float:
    """Bytes per virtual day, over the last three quarters."""
    settled = samples[len(samples) // 4 :]
    return slope([(sample.hours / 24, sample.rss) for sample in settled])


def run(hours: float, names: Sequence[str], diary: str, report: Path | None = None) -> int:
    """Soak and print. Returns the exit status: 1 where something could not be played or heard."""
    streams = tuple(Stream(name, OUTPUTS[name].spec, chained=True) for name in names)
    mix = MixSettings(transition=Transition.FIXED, crossfade=CROSSFADE)
    with (
        tempfile.TemporaryDirectory(prefix="bench-soak-") as directory,
        ThreadPoolExecutor(ENCODER_THREADS) as pool,
    ):
        tracks = make_tracks(Path(directory))
        shows = [_show(tracks[0], content_type) for content_type in _SHOWS]
        station = Station(Plan(mix, streams), tracks, shows, DIARIES[diary], pool)
        print("  hour  RSS MB  threads  files  tracks  lives  splices  x real time")
        samples = _samples(station, hours)
    print(f"slope: {growth(samples) / 1e6:+.2f} MB per day")
    print(*(f"! {problem}" for problem in station.problems[:10]), sep="\n")
    for name in names:
        heard = station.heard[name] / RATE
        print(f"{name}: {heard / 3600:.2f} hours heard")
    if report is not None:
        document = {
            "samples": [asdict(sample) for sample in samples],
            "heard": dict(station.heard),
            "problems": station.problems,
        }
        report.write_text(json.dumps(document, indent=1) + "\n")
    return 1 if station.problems else 0


def _samples(station: Station, hours: float) -> list[Sample]:
    samples: list[Sample] = []
    step = min(1.0, hours / SAMPLES)
    while station.now < hours * 3600 - 1:
        before, start = station.now, time.perf_counter()
        station.run((len(samples) + 1) * step * 3600)
        took = time.perf_counter() - start
        sample = Sample(
            station.now / 3600,
            int(Path("/proc/self/statm").read_text().split()[1]) * PAGE,
            threading.active_count(),
            len(list(Path("/proc/self/fd").iterdir())),
            station.heard["TrackStarted"],
            station.heard["LiveStarted"],
            station.heard["Spliced"],
            (station.now - before) / took,
        )
        samples.append(sample)
        print(
            f"{sample.hours:6.2f} {sample.rss / 1e6:7.1f} {sample.threads:8} {sample.files:6} "
            f"{sample.tracks:7} {sample.lives:6} {sample.splices:8} {sample.speed:12.0f}",
            flush=True,
        )
    return samples


def _show(track: Path, content_type: str) -> Show:
    command = ["ffmpeg", "-nostdin", "-v", "error", "-i", str(track), "-t", str(SHOW_SECONDS)]
    made = subprocess.run([*command, *_SHOWS[content_type], "-"], check=True, capture_output=True)
    return Show(content_type, made.stdout, SHOW_SECONDS)
