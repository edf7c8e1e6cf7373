"""A sine cut into a hundred files by other people's encoders is one sine again on the bus."""

import subprocess
import time
import wave
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from itertools import accumulate
from pathlib import Path

import numpy as np
import pytest

from radiocast.codecs.audio import RATE, Audio
from radiocast.studio.cues import Cue, MixSettings, Transition
from radiocast.studio.events import MixEvent, NeedTrack, TrackEnded, TrackFailed, TrackStarted, Why
from radiocast.studio.mixer import Mixer
from radiocast.studio.readahead import ReadAhead
from tests.clients.need import need

pytestmark = pytest.mark.clients

COUNT = 100
HERTZ = 600.0
"""FFmpeg 5.1's AAC encoder is true to this tone: of 800 or 2000 Hz its own level errs by 1 dB."""
AMPLITUDE = 0.4
UNIT = RATE // 300
"""44,100 and 48,000 Hz both have whole samples in a 300th of a second."""
WINDOW = RATE // 200
"""5 ms: whole periods of the sine."""
OPEN_TIMEOUT = 20.0

FFMPEG = ("ffmpeg", "-nostdin", "-v", "error", "-y", "-i", "-")
ENCODERS = {
    "flac": ("flac", "--silent", "--force", "-", "-o"),
    "mp3": ("lame", "--quiet", "-b", "192", "-"),
    "opus": ("opusenc", "--quiet", "--bitrate", "128", "-"),
    "ogg": ("oggenc", "--quiet", "-q", "6", "-", "-o"),
    "m4a": (*FFMPEG, "-c:a", "aac", "-b:a", "160k"),
}
KINDS = [(kind, rate) for kind in ENCODERS for rate in (44_100, 48_000)]


@dataclass(frozen=True, slots=True)
class Piece:
    """A file with a part of the sine, in samples of the bus."""

    path: Path
    start: int
    length: int


def sine(start: int, length: int, rate: int, hertz: float) -> np.ndarray:
    """`start` and `length` are samples of the bus; what comes has its own rate."""
    at = start / RATE + np.arange(length * rate // RATE) / rate
    return AMPLITUDE * np.sin(2 * np.pi * hertz * at)


def write(piece: Piece, rate: int, channels: int, hertz: float = HERTZ) -> None:
    wav = BytesIO()
    with wave.open(wav, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        whole = np.rint(sine(piece.start, piece.length, rate, hertz) * 32767).astype("<i2")
        file.writeframes(np.repeat(whole, channels).tobytes())
    command = [*ENCODERS[piece.path.suffix[1:]], str(piece.path)]
    subprocess.run(command, input=wav.getvalue(), check=True, capture_output=True, timeout=60)


def make_pieces(directory: Path) -> list[Piece]:
    lengths = np.random.default_rng(4).integers(270, 331, COUNT) * UNIT
    starts = accumulate(map(int, lengths), initial=0)
    pieces, jobs = [], []
    for number, (length, start) in enumerate(zip(lengths, starts, strict=False)):
        kind, rate = KINDS[number * 7 % len(KINDS)]  # so that all kinds meet
        piece = Piece(directory / f"{number}.{kind}", start, int(length))
        pieces.append(piece)
        jobs.append((piece, rate, 1 + (number // len(KINDS)) % 2))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda job: write(*job), jobs))
    return pieces


def open_ready(path: str, start: float) -> ReadAhead:
    """As the worker opens files, but waited for, however busy this machine is."""
    sound = ReadAhead(path, start)
    deadline = time.monotonic() + OPEN_TIMEOUT
    while not sound.check() and time.monotonic() < deadline:
        time.sleep(0.001)
    return sound


def play(mixer: Mixer, cues: Sequence[Cue], samples: int) -> tuple[Audio, list[MixEvent]]:
    """Give it a cue whenever it asks for one."""
    left: Iterator[Cue] = iter(cues)
    mixer.load(next(left))
    pieces: list[Audio] = []
    events: list[MixEvent] = []
    while mixer.at < samples:
        audio, happened = mixer.render(960)
        pieces.append(audio)
        events += happened
        if any(isinstance(event, NeedTrack) for event in happened) and (cue := next(left, None)):
            mixer.load(cue)
    return np.concatenate(pieces)[:samples], events


def levels(audio: np.ndarray) -> np.ndarray:
    """In dB to a sine of AMPLITUDE: of the 5 ms from each sample on."""
    power = np.concatenate([[0.0], np.cumsum(np.square(audio, dtype=np.float64))])
    sums = power[WINDOW:] - power[:-WINDOW]
    relative: np.ndarray = sums / WINDOW / (AMPLITUDE**2 / 2)
    return 10 * np.log10(relative + 1e-12)


def tone_levels(audio: Audio, hertz: float) -> np.ndarray:
    """Of one tone among others: of each 5 ms, in dB."""
    wave = np.exp(-2j * np.pi * hertz / RATE * np.arange(WINDOW))
    levels: np.ndarray = 20 * np.log10(abs(audio[:, 0].reshape(-1, WINDOW) @ wave))
    return levels


def test_a_sine_in_a_hundred_files_comes_out_whole(tmp_path: Path) -> None:
    need("ffmpeg", "lame", "flac", "opusenc", "oggenc")
    pieces = make_pieces(tmp_path)
    mixer = Mixer(MixSettings(transition=Transition.OFF, tone=False), open_ready)
    total = pieces[-1].start + pieces[-1].length
    audio, events = play(mixer, [Cue(p.path.name, str(p.path)) for p in pieces], total)

    assert not [event for event in events if isinstance(event, TrackFailed)]
    started = [(event.at, event.id) for event in events if isinstance(event, TrackStarted)]
    assert started[:COUNT] == [(piece.start, piece.path.name) for piece in pieces]
    for channel in audio.T:
        level = levels(channel)
        assert abs(level).max() <= 0.5, "nothing missing, nothing doubled"
        assert abs(level[WINDOW:] - level[:-WINDOW]).max() <= 0.5, "no step"


def test_a_crossfade_of_two_files_has_the_curves_of_equal_power(tmp_path: Path) -> None:
    need("lame", "opusenc")
    length, crossfade = 12 * RATE, 3 * RATE
    hertz = (600.0, 1000.0)  # whole periods of both in a window: they are told apart exactly
    leaving, coming = Piece(tmp_path / "a.mp3", 0, length), Piece(tmp_path / "b.opus", 0, length)
    write(leaving, 44_100, 2, hertz[0])
    write(coming, 48_000, 1, hertz[1])
    settings = MixSettings(transition=Transition.FIXED, crossfade=crossfade / RATE, tone=False)
    cues = [Cue(piece.path.name, str(piece.path)) for piece in (leaving, coming)]
    audio, events = play(Mixer(settings, open_ready), cues, length + 2 * RATE)

    begin = length - crossfade
    assert TrackStarted(begin, "b.opus") in events
    assert TrackEnded(length, "a.mp3", Why.FINISHED) in events
    place = (np.arange(crossfade) + 0.5) / crossfade * np.pi / 2
    for tone, curve, alone in (
        (hertz[0], np.cos(place), slice(RATE, 2 * RATE)),
        (hertz[1], np.sin(place), slice(length + RATE, length + 2 * RATE)),
    ):
        full = np.median(tone_levels(audio[alone], tone))
        gains = tone_levels(audio[begin:length], tone) - full
        meant = 20 * np.log10(curve.reshape(-1, WINDOW).mean(axis=1))
        audible = meant > -30
        assert abs(gains - meant)[audible].max() <= 0.5
