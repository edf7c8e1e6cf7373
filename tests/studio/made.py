"""What the tests of the worker need: files, plans, and what a listener would hear."""

from __future__ import annotations

import subprocess
import wave
from itertools import pairwise
from pathlib import Path

import numpy as np

from radiocast.codecs.audio import Audio
from radiocast.codecs.spec import OutputSpec
from radiocast.codecs.stream import StreamDecoder
from radiocast.studio.commands import Plan, Stream
from radiocast.studio.cues import MixSettings, Transition
from radiocast.studio.playout import Playout
from radiocast.studio.reports import Packets, Report, StreamBegan

MP3 = Stream("mp3", OutputSpec("mp3", 128_000))
AAC = Stream("aac", OutputSpec("aac", 128_000))
OPUS = Stream("opus", OutputSpec("opus", 96_000), chained=True)
OPUS_WHOLE = Stream("whole", OutputSpec("opus", 96_000))
VORBIS = Stream("vorbis", OutputSpec("vorbis", 128_000), chained=True)
VORBIS_WHOLE = Stream("vorbis whole", OutputSpec("vorbis", 128_000))
FLAC = Stream("flac", OutputSpec("flac", 0), chained=True)
TYPES = {
    "mp3": "audio/mpeg",
    "aac": "audio/aac",
    "opus": "application/ogg",
    "vorbis": "application/ogg",
    "flac": "application/ogg",
}
SMOOTH = MixSettings(transition=Transition.OFF, tone=False)


def plan(*streams: Stream, mix: MixSettings = SMOOTH, lead: float = 3.0) -> Plan:
    return Plan(mix, streams, lead)


def write_wav(path: Path, audio: Audio, rate: int = 48_000) -> str:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(audio, -1, 1) * 32767).astype("<i2").tobytes())
    return str(path)


def mp3(source: str) -> bytes:
    """What a DJ's encoder sends: FFmpeg's `source` at 44,100 Hz."""
    command = f"ffmpeg -v error -f lavfi -i {source} -ac 2 -ar 44100 -b:a 128k -f mp3 -"
    return subprocess.run(command.split(), check=True, capture_output=True).stdout


def stream_bytes(reports: list[Report], stream: str) -> bytes:
    """What a listener of the stream receives who is there from the start."""
    parts = []
    for report in reports:
        if isinstance(report, StreamBegan) and report.stream == stream:
            parts.append(report.header)
        elif isinstance(report, Packets) and report.stream == stream:
            parts.append(report.data)
    return b"".join(parts)


def decode(reports: list[Report], stream: Stream) -> Audio:
    decoder = StreamDecoder(TYPES[stream.spec.codec])
    data = stream_bytes(reports, stream.id)
    pieces = [decoder.feed(data[at : at + 4096]) for at in range(0, len(data), 4096)]
    pieces.append(decoder.close())
    assert decoder.failures == 0
    return np.concatenate(pieces)


def audible(reports: list[Report]) -> list[Report]:
    """What remains of them for listeners, and questions and the like first."""
    playout = Playout()
    at_once = [each for report in reports for each in playout.put(report)]
    return at_once + playout.due(1 << 60)


def packets_of(reports: list[Report], stream: str) -> list[Packets]:
    return [each for each in reports if isinstance(each, Packets) and each.stream == stream]


def assert_contiguous(reports: list[Report], stream: Stream) -> None:
    """Each message goes on where the one before ended."""
    packets = packets_of(reports, stream.id)
    for before, after in pairwise(packets):
        assert abs(after.at - before.end) <= 1, (before.at, before.end, after.at)
