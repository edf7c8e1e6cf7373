"""What does a second of sound cost? `python -m bench.encoders`: CPU milliseconds per codec.

Music-like sound (chords that come and go, a drum of noise, noise in the background) in blocks of
the bus, one thread. The best of some rounds counts: the others were disturbed by something else
on the machine.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Callable

import av
import numpy as np

from radiocast.codecs.audio import RATE, Audio
from radiocast.codecs.decode import StreamDecoder
from radiocast.codecs.encode import Encoder, make_encoder
from radiocast.codecs.encode_av import AvEncoder
from radiocast.codecs.lame import LameEncoder, lame_library
from radiocast.codecs.spec import OutputSpec
from radiocast.formats import StreamStart
from radiocast.mux.ogg import OggMuxer

SECONDS = 10
ROUNDS = 3
BLOCK = 960

_CHORD = {110: 0.3, 220: 0.6, 277: 0.5, 330: 0.4, 440: 0.7, 1320: 0.2, 2640: 0.8, 5280: 0.5}
"""Frequency in Hz: how far to the right."""


def music(seconds: int) -> Audio:
    """Something with tones, stereo and attacks in it."""
    t = np.arange(seconds * RATE) / RATE
    sound = np.zeros((len(t), 2))
    for frequency, right in _CHORD.items():
        swell = 0.5 + 0.5 * np.sin(2 * np.pi * (0.5 + frequency / 1000) * t)
        tone = 12 / (frequency + 60) * np.sin(2 * np.pi * frequency * t) * swell
        sound += tone[:, None] * [1 - right, right]
    noise = np.random.default_rng(1).normal(0, 1, (len(t), 2))
    drum = 0.15 * np.exp(-30 * (2 * t % 1))
    # Without a background AAC and Vorbis would have nothing to do above the chord.
    return (sound + noise * (drum[:, None] + 0.01)).astype(np.float32)


def encode(make: Callable[[OutputSpec], Encoder], spec: OutputSpec, sound: Audio) -> list[bytes]:
    """Through the encoder and, where it belongs to it, the muxer: what a listener gets."""
    encoder = make(spec)
    muxer = OggMuxer(1, spec.codec, encoder.headers) if encoder.headers else None
    pieces = [e.header for e in (muxer.link() if muxer else []) if isinstance(e, StreamStart)]
    for at in range(0, len(sound), BLOCK):
        for packet in encoder.encode(sound[at : at + BLOCK]):
            if muxer is None:
                pieces.append(packet.data)
            else:
                events = muxer.add(packet.data, packet.samples)
                pieces += [event.data for event in events if hasattr(event, "data")]
    return pieces


def best(work: Callable[[], object]) -> float:
    """CPU milliseconds per second of sound."""
    took = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        took.append(time.process_time() - start)
    return min(took) * 1000 / SECONDS


def main() -> None:
    encoders: dict[str, tuple[Callable[[OutputSpec], Encoder], OutputSpec]] = {
        "mp3, PyAV": (AvEncoder, OutputSpec("mp3", 128_000)),
        "aac": (make_encoder, OutputSpec("aac", 128_000)),
        "opus": (make_encoder, OutputSpec("opus", 128_000)),
        "vorbis": (make_encoder, OutputSpec("vorbis", 128_000)),
        "flac": (make_encoder, OutputSpec("flac", 0)),
    }
    if lame_library():
        encoders = {"mp3, system": (LameEncoder, OutputSpec("mp3", 128_000)), **encoders}
    print(f"python {platform.python_version()}, PyAV {av.__version__}, best of {ROUNDS}")
    print(f"{'':12} {'encode':>9} {'decode':>9}   {'kbit/s':>6}   (CPU ms per second of sound)")
    sound = music(SECONDS)
    for name, (make, spec) in encoders.items():
        pieces = encode(make, spec, sound)
        content_type = {"mp3": "audio/mpeg", "aac": "audio/aac"}.get(spec.codec, "audio/ogg")

        def listen(pieces: list[bytes] = pieces, content_type: str = content_type) -> None:
            decoder = StreamDecoder(content_type)
            for piece in pieces:
                decoder.feed(piece)

        cost = best(lambda make=make, spec=spec: encode(make, spec, sound))  # type: ignore[misc]
        rate = sum(map(len, pieces)) * 8 / SECONDS / 1000
        print(f"{name:12} {cost:9.2f} {best(listen):9.2f}   {rate:6.0f}")


if __name__ == "__main__":
    main()
