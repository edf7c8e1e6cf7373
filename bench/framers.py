"""How fast are the framers? `python -m bench.framers`: one line per format.

Files of `tests/media`, repeated until they last a minute, fed in the pieces a socket gives. The
best of some rounds counts: the others were disturbed by something else on the machine.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable
from time import perf_counter

from radiocast.formats import Event, Frame, Framer, StreamStart
from radiocast.formats.adts import AdtsFramer
from radiocast.formats.flac import FlacFramer
from radiocast.formats.mpeg_audio import MpegAudioFramer
from radiocast.formats.ogg.framer import OggFramer
from radiocast.formats.passthrough import PassthroughFramer
from radiocast.formats.webm.framer import WebmFramer
from tests.media import media

BENCHED: dict[str, Callable[[], Framer]] = {
    "cbr128.mp3": MpegAudioFramer,
    "vbr-info-id3.mp3": MpegAudioFramer,
    "cbr320.mp3": MpegAudioFramer,
    "layer2.mp2": MpegAudioFramer,
    "lc.aac": AdtsFramer,
    "free-format.mp3": PassthroughFramer,
    "vorbis-small-pages.ogg": OggFramer,
    "opus.opus": OggFramer,
    "flac.oga": OggFramer,
    "live.flac": FlacFramer,
    "opus-live.webm": WebmFramer,
    "vorbis.webm": WebmFramer,
}

PIECE = 4096  # bytes
ROUNDS = 5
AT_LEAST = 60.0  # seconds of audio
AT_LEAST_BYTES = 1_000_000
"""Where nobody knows how long the audio lasts."""


def duration(events: Iterable[Event]) -> float:
    """Seconds of audio in these frames."""
    seconds, rate = 0.0, 0
    for event in events:
        if isinstance(event, StreamStart):
            rate = event.sample_rate
        elif isinstance(event, Frame) and rate:
            seconds += event.samples / rate
    return seconds


def cut(make: Callable[[], Framer], pieces: list[bytes]) -> tuple[float, list[Event]]:
    """Seconds it took, and what came out."""
    framer = make()
    events: list[Event] = []
    start = perf_counter()
    for piece in pieces:
        events += framer.feed(piece)
    events += framer.close()
    return perf_counter() - start, events


def main() -> None:
    print(f"python {platform.python_version()}, {PIECE}-byte pieces, best of {ROUNDS}")
    for name, make in BENCHED.items():
        data = media(name)
        seconds = duration(cut(make, [data])[1])
        times = AT_LEAST / seconds if seconds else AT_LEAST_BYTES / len(data)
        data *= int(times) + 1
        pieces = [data[at : at + PIECE] for at in range(0, len(data), PIECE)]
        took, events = min((cut(make, pieces) for _ in range(ROUNDS)), key=lambda one: one[0])
        speed = f"{duration(events) / took:9,.0f} x real time" if seconds else " " * 21
        print(f"{make.__name__:18} {name:22} {len(data) / took / 1e6:8.1f} MB/s {speed}")


if __name__ == "__main__":
    main()
