"""What is opened is let go of: memory, threads and descriptors stay where they are.

`python -m bench.studio soak` does the same for days of virtual time.
"""

import ctypes
import gc
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.fanout.proc import PAGE
from bench.studio.virtual import Diary, Show, Station
from radiocast.codecs.audio import RATE
from radiocast.codecs.encode import make_encoder
from radiocast.codecs.spec import OutputSpec
from radiocast.codecs.stream import StreamDecoder
from radiocast.studio.readahead import ReadAhead
from tests.media import MEDIA
from tests.studio.fakes import noise
from tests.studio.made import MP3, OPUS, plan, write_wav

TRACKS = sorted((MEDIA / "gapless").iterdir())
SPECS = [
    OutputSpec("mp3", 128_000),
    OutputSpec("aac", 128_000),
    OutputSpec("opus", 96_000),
    OutputSpec("vorbis", 128_000),
    OutputSpec("flac", 0),
    OutputSpec("mp3", 64_000, 44_100, 1),
]
LIVE = {
    "audio/mpeg": MEDIA / "cbr128.mp3",
    "audio/aac": MEDIA / "lc.aac",
    "application/ogg": MEDIA / "vorbis.ogg",
    "audio/webm": MEDIA / "opus-live.webm",
}
ENOUGH = 4_000_000
"""Bytes that the allocator may move by. A decoder or an encoder that is kept is 100,000 and
more."""
PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class Held:
    """What this process has."""

    memory: int
    threads: int
    files: int


def held() -> Held:
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return Held(pages * PAGE, threading.active_count(), len(list(Path("/proc/self/fd").iterdir())))


def assert_nothing_stays(work: Callable[[int], None], times: int) -> None:
    """The first quarter fills caches; the rest must leave everything as it was."""
    for number in range(times // 4):
        work(number)
    before = held()
    for number in range(times):
        work(number)
    after, deadline = held(), time.monotonic() + PATIENCE
    while after.threads > before.threads and time.monotonic() < deadline:
        time.sleep(0.01)  # threads that were told to end are doing so
        after = held()
    assert after.threads <= before.threads
    assert after.files <= before.files
    assert after.memory - before.memory < ENOUGH


def test_three_hundred_tracks_leave_nothing_behind() -> None:
    def play(number: int) -> None:
        sound = ReadAhead(str(TRACKS[number % len(TRACKS)]), 0.0)
        sound.read(RATE // 10 if number % 2 else RATE)  # skipped, or played to its end
        sound.close()

    assert_nothing_stays(play, 300)


def test_encoders_that_come_and_go_leave_nothing_behind() -> None:
    sound = noise(1, RATE // 2)

    def encode(number: int) -> None:
        encoder = make_encoder(SPECS[number % len(SPECS)])
        assert encoder.encode(sound)
        if number % 2:
            encoder.flush()

    assert_nothing_stays(encode, 90)


def test_a_hundred_live_sources_leave_nothing_behind() -> None:
    streams = [(content_type, path.read_bytes()) for content_type, path in LIVE.items()]

    def listen(number: int) -> None:
        content_type, data = streams[number % len(streams)]
        decoder = StreamDecoder(content_type)
        assert len(decoder.feed(data))
        if number % 3:
            decoder.close()

    assert_nothing_stays(listen, 100)


def test_a_studio_in_which_much_happens_stays_as_it_is(tmp_path: Path) -> None:
    tracks = [Path(write_wav(tmp_path / f"{n}.wav", noise(n, 12 * RATE))) for n in range(2)]
    data = LIVE["audio/mpeg"].read_bytes()
    station = Station(
        plan(MP3, OPUS),
        tracks,
        [Show("audio/mpeg", data, len(data) * 8 / 128_000)],
        Diary(skip=3.0, live=9.0, show=3.0, jingle=4.0, rest=9.0),
    )
    station.run(25.0)
    before = held()
    station.run(85.0)
    after = held()
    assert station.problems == []
    assert station.heard["Spliced"] > 20
    assert station.heard["LiveStarted"] > 5
    assert station.heard["Resting"] > 5
    # What plays, what fades, what is loaded, a jingle: more or fewer at any moment.
    assert abs(after.threads - before.threads) <= 3
    assert abs(after.files - before.files) <= 3
    assert after.memory - before.memory < 4 * ENOUGH
