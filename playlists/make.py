"""Makes the demo tracks again: three short pieces, synthesised here, free for any use (CC0).

Run `python playlists/make.py` from anywhere; it needs numpy, and ffmpeg with libopus. Each
piece is a chord progression with a few voices on top: notes are sums of decaying partials,
and a room of decaying noise goes over everything.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE = 48_000
BITRATE = "60k"
HERE = Path(__file__).parent

Audio = NDArray[np.float64]
Voice = Callable[[float, float], Audio]
"""A note: frequency in Hz and length in seconds to samples."""


def hertz(note: float) -> float:
    """The frequency of a MIDI note."""
    return float(440.0 * 2 ** ((note - 69) / 12))


def partials(frequency: float, length: float, weights: Sequence[float], decay: float) -> Audio:
    """Overtones that die away, the higher the sooner, as on a string."""
    t = np.arange(int(length * RATE)) / RATE
    sound = np.zeros_like(t)
    for n, weight in enumerate(weights, start=1):
        if frequency * n < 14_000:
            sound += weight * np.sin(2 * np.pi * frequency * n * t) * np.exp(-t * decay * n**0.7)
    return sound


def shaped(sound: Audio, attack: float, release: float) -> Audio:
    """`sound` that begins and ends softly; both in seconds."""
    rise, fall = int(attack * RATE), min(int(release * RATE), len(sound))
    sound[:rise] *= np.sin(np.linspace(0, np.pi / 2, rise)) ** 2
    sound[len(sound) - fall :] *= np.cos(np.linspace(0, np.pi / 2, fall)) ** 2
    return sound


def pluck(frequency: float, length: float) -> Audio:
    """A soft guitar or harp."""
    sound = partials(frequency, length + 1.2, (1, 0.5, 0.28, 0.14, 0.08, 0.04), 2.6)
    return shaped(sound, 0.004, 0.3)


def bell(frequency: float, length: float) -> Audio:
    """A music box: partials that are not whole multiples."""
    t = np.arange(int((length + 1.8) * RATE)) / RATE
    sound = np.sin(2 * np.pi * frequency * t) * np.exp(-2.2 * t)
    sound += 0.35 * np.sin(2 * np.pi * frequency * 2.756 * t) * np.exp(-5 * t)
    sound += 0.12 * np.sin(2 * np.pi * frequency * 5.404 * t) * np.exp(-9 * t)
    return shaped(sound, 0.003, 0.3)


def pad(frequency: float, length: float) -> Audio:
    """Slow strings: three voices that are a little out of tune with each other."""
    sound = sum(
        (partials(frequency * f, length + 0.9, (1, 0.45, 0.3, 0.16, 0.1, 0.06), 0.12))
        for f in (0.9965, 1.0, 1.0035)
    )
    return shaped(np.asarray(sound) / 3, 0.5, 0.9)


def bass(frequency: float, length: float) -> Audio:
    """Round and low."""
    return shaped(partials(frequency, length + 0.05, (1, 0.35, 0.12), 1.1), 0.008, 0.08)


def piano(frequency: float, length: float) -> Audio:
    """An electric piano: a tone and a bright touch that is gone at once."""
    sound = partials(frequency, length + 0.8, (1, 0.3, 0.08), 1.5)
    sound += 0.15 * partials(frequency * 7, length + 0.8, (1,), 14)
    return shaped(sound, 0.004, 0.5)


def kick(_: float, __: float) -> Audio:
    """A bass drum: a tone that falls."""
    t = np.arange(int(0.3 * RATE)) / RATE
    return shaped(
        np.sin(2 * np.pi * (48 * t + 4.5 * (1 - np.exp(-30 * t)))) * np.exp(-11 * t), 0.002, 0.05
    )


def brush(_: float, length: float) -> Audio:
    """A brush on a cymbal: high noise."""
    t = np.arange(int(max(length, 0.06) * RATE)) / RATE
    noise = np.random.default_rng(5).standard_normal(len(t))
    return shaped(np.diff(noise, 2, prepend=0, append=0)[: len(t)] * np.exp(-38 * t), 0.002, 0.02)


@dataclass
class Piece:
    """A stereo piece of music that notes are put into."""

    artist: str
    title: str
    beat: float
    """Seconds."""
    beats: float
    sound: Audio = field(init=False)

    def __post_init__(self) -> None:
        self.sound = np.zeros((int((self.beats * self.beat + 4) * RATE), 2))

    def play(
        self, voice: Voice, note: float, at: float, beats: float, level: float, pan: float = 0.0
    ) -> None:
        """Put a note in; `at` in beats, `pan` from -1 (left) to 1."""
        samples = level * voice(hertz(note), beats * self.beat)
        start = int(at * self.beat * RATE)
        stop = min(start + len(samples), len(self.sound))
        angle = (pan + 1) * np.pi / 4
        self.sound[start:stop, 0] += samples[: stop - start] * np.cos(angle)
        self.sound[start:stop, 1] += samples[: stop - start] * np.sin(angle)

    def finish(self, room: float) -> Audio:
        """The piece in a room, at a common loudness, without a click at either end."""
        t = np.arange(int(1.6 * RATE)) / RATE
        noise = np.random.default_rng(11).standard_normal((len(t), 2))
        # A room swallows high tones first: a running mean makes its noise dull.
        dull = np.cumsum(noise, axis=0)
        noise[12:] = (dull[12:] - dull[:-12]) / 12
        echo = noise * np.exp(-4.2 * t)[:, None]
        size = 1 << (len(self.sound) + len(echo) - 1).bit_length()
        wet = np.fft.irfft(
            np.fft.rfft(self.sound, size, axis=0) * np.fft.rfft(echo, size, axis=0), size, axis=0
        )[: len(self.sound)]
        mixed = self.sound + room * wet / np.abs(wet).max() * np.abs(self.sound).max()
        mixed *= 0.12 / np.sqrt(np.mean(mixed**2))
        mixed = np.tanh(mixed * 1.2) / 1.2
        # What can no longer be heard is cut off: on the radio it would be dead air.
        mixed = mixed[: np.flatnonzero(np.abs(mixed).max(axis=1) > 0.012)[-1]]
        fade = RATE // 4
        mixed[-fade:] *= np.cos(np.linspace(0, np.pi / 2, fade))[:, None] ** 2
        return np.asarray(mixed)


def first_light() -> Piece:
    """A bright morning in C: a harp over slow strings."""
    piece = Piece("Radiocast", "First Light", beat=60 / 92, beats=36)
    chords = [
        (48, (60, 64, 67, 71)),
        (45, (60, 64, 67, 69)),
        (41, (60, 65, 69, 72)),
        (43, (59, 62, 67, 74)),
    ]
    melody = [
        (0, 76),
        (1.5, 79),
        (2.5, 83),
        (4, 84),
        (6, 79),
        (8, 81),
        (9.5, 77),
        (10.5, 76),
        (12, 74),
        (14, 71),
    ]
    for bar in range(8):
        root, chord = chords[bar % 4]
        at = 4 * bar
        piece.play(bass, root - 12, at, 3.8, 0.5)
        for n, note in enumerate(chord):
            piece.play(pad, note - 12, at, 3.6, 0.16, pan=(n - 1.5) / 2.2)
        pattern = (0, 2, 1, 3, 2, 1, 3, 2)
        for step, n in enumerate(pattern):
            level = 0.34 if step % 4 == 0 else 0.24
            piece.play(
                pluck,
                chord[n] + (12 if step == 3 else 0),
                at + step / 2,
                0.5,
                level,
                0.5 - step / 8,
            )
    for after, note in melody:
        piece.play(bell, note, 16 + after, 1, 0.26, 0.25)
    for n, note in enumerate((48, 60, 64, 67, 71, 74)):
        piece.play(pluck, note, 32 + n * 0.14, 3, 0.36, (n - 2.5) / 4)
    return piece


def last_tram() -> Piece:
    """A calm night in A minor: electric piano, bass, brushes."""
    piece = Piece("Radiocast", "Last Tram Home", beat=60 / 84, beats=36)
    chords = [
        (45, (60, 64, 67, 71)),
        (41, (57, 60, 64, 67)),
        (38, (57, 60, 65, 69)),
        (40, (56, 62, 64, 71)),
    ]
    melody = [
        (0.5, 76),
        (1.5, 74),
        (2, 71),
        (4.5, 72),
        (5.5, 71),
        (6, 67),
        (8.5, 69),
        (9.5, 72),
        (10, 77),
        (12, 76),
        (13.5, 74),
        (14.5, 71),
    ]
    for bar in range(8):
        root, chord = chords[bar % 4]
        at = 4 * bar
        for n, note in enumerate(chord):
            piece.play(piano, note, at + n * 0.03, 1.6, 0.26, (n - 1.5) / 3)
            piece.play(piano, note, at + 2.5 + n * 0.02, 1.0, 0.18, (n - 1.5) / 3)
        for step, note in ((0, root - 12), (1.5, root - 12), (2, root - 5), (3.5, root - 10)):
            piece.play(bass, note, at + step, 0.6 if step else 1.3, 0.55)
        if bar >= 1:
            for beat in (0, 2):
                piece.play(kick, 0, at + beat, 0.4, 0.5)
            for step in range(8):
                swing = 0.16 if step % 2 else 0.0
                level = 0.022 if step in (2, 6) else 0.011
                piece.play(brush, 0, at + step / 2 + swing / 2, 0.12, level, 0.35)
    for after, note in melody:
        piece.play(piano, note, 16 + after, 0.9, 0.34, 0.2)
    for n, note in enumerate((33, 57, 60, 64, 67, 71)):
        piece.play(piano, note, 32 + n * 0.08, 3, 0.3, (n - 2.5) / 4)
    return piece


def paper_boats() -> Piece:
    """A waltz in D on a music box."""
    piece = Piece("Radiocast", "Paper Boats", beat=60 / 126, beats=52)
    chords = [(50, (62, 66, 69)), (47, (62, 66, 71)), (43, (62, 67, 71)), (45, (61, 64, 69))]
    melody = [
        (78, 81, 86), (85, 83, 81), (79, 83, 81), (76, 78, 76),
        (78, 81, 86), (90, 88, 86), (83, 86, 88), (85, 81, 79),
    ]  # fmt: skip
    for bar in range(16):
        root, chord = chords[bar % 4]
        at = 3 * bar
        piece.play(pluck, root - 12, at, 2.5, 0.6)
        for beat in (1, 2):
            for n, note in enumerate(chord):
                piece.play(pluck, note, at + beat, 0.8, 0.16, (n - 1) / 2.5)
        if bar >= 8:
            for n, note in enumerate(chord):
                piece.play(pad, note - 12, at, 2.8, 0.13, (1 - n) / 1.8)
        if bar >= 4:
            notes = melody[(bar - 4) % 8]
            for beat, note in enumerate(notes):
                level = 0.36 if beat == 0 else 0.24
                piece.play(bell, note, at + beat, 1, level, 0.3 - beat / 4)
    for n, note in enumerate((38, 62, 66, 69, 74, 78)):
        piece.play(bell, note, 48 + n * 0.2, 3, 0.32, (n - 2.5) / 3)
    return piece


def encode(sound: Audio, path: Path, tags: dict[str, str]) -> None:
    """Write a tagged Opus file."""
    said = [part for name, value in tags.items() for part in ("-metadata", f"{name}={value}")]
    command = [
        "ffmpeg",
        "-v",
        "error",
        "-y",
        "-f",
        "f32le",
        "-ar",
        str(RATE),
        "-ac",
        "2",
        "-i",
        "-",
    ]
    command += ["-c:a", "libopus", "-b:a", BITRATE, "-bitexact", *said, str(path)]
    subprocess.run(command, input=sound.astype("<f4").tobytes(), check=True)


def main() -> None:
    """Make all pieces and the playlist of them."""
    lines = ["#EXTM3U"]
    for piece, room in ((first_light(), 0.3), (last_tram(), 0.18), (paper_boats(), 0.35)):
        sound = piece.finish(room)
        name = piece.title.lower().replace(" ", "-") + ".opus"
        tags = {"artist": piece.artist, "title": piece.title, "album": "Demo", "license": "CC0-1.0"}
        encode(sound, HERE / name, tags)
        lines += [f"#EXTINF:{round(len(sound) / RATE)},{piece.artist} - {piece.title}", name]
    (HERE / "demo.m3u").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
