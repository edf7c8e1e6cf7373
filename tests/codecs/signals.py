"""Sounds whose every sample is known, and what to measure of them."""

from __future__ import annotations

import subprocess

import numpy as np

from radiocast.codecs.audio import RATE, Audio

GAPLESS_SAMPLES = 20011
"""Of the files in tests/media/gapless, at their own rate."""


def tones(samples: int, rate: int = RATE) -> Audio:
    """A sweep on the left, 700 Hz on the right: the sound of tests/media/gapless."""
    t = np.arange(samples) / rate
    left = 0.4 * np.sin(2 * np.pi * (200 * t + 900 * t * t))
    right = 0.3 * np.sin(2 * np.pi * 700 * t)
    return np.stack([left, right], axis=1).astype(np.float32)


def sine(seconds: float, frequency: float = 440.0, level: float = 0.5) -> Audio:
    """The same on both channels, at the bus's rate."""
    t = np.arange(round(seconds * RATE)) / RATE
    wave = level * np.sin(2 * np.pi * frequency * t)
    return np.stack([wave, wave], axis=1).astype(np.float32)


def blocks(audio: Audio, samples: int = 960) -> list[Audio]:
    """Cut as the bus does."""
    return [audio[at : at + samples] for at in range(0, len(audio), samples)]


def decibels(audio: Audio) -> float:
    """Root mean square, in dBFS."""
    return float(10 * np.log10(np.mean(np.square(audio, dtype=np.float64)) + 1e-20))


def error(heard: Audio, meant: Audio) -> float:
    """How loud what is wrong is, in dB below what was meant."""
    return decibels(heard - meant) - decibels(meant)


def pitch(audio: Audio, rate: int = RATE) -> float:
    """The loudest frequency of the left channel, in Hz."""
    spectrum = np.abs(np.fft.rfft(audio[:, 0] * np.hanning(len(audio))))
    return float(np.argmax(spectrum)) * rate / len(audio)


def by_ffmpeg(data: bytes, channels: int = 2) -> tuple[Audio, str]:
    """What the ffmpeg on this machine hears, at the bus's rate, and what it complains of."""
    command = ["ffmpeg", "-nostdin", "-v", "warning", "-i", "pipe:0"]
    command += ["-f", "f32le", "-ac", str(channels), "-ar", str(RATE), "pipe:1"]
    done = subprocess.run(command, input=data, capture_output=True, timeout=30, check=False)
    sound = np.frombuffer(done.stdout, "<f4").reshape(-1, channels)
    return np.broadcast_to(sound, (len(sound), 2)), done.stderr.decode()
