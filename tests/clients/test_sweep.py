"""The judge of what was heard is judged first: it must see the loss of a single frame."""

from __future__ import annotations

from array import array
from math import pi, sin

import pytest

from tests.clients.sweep import RATE, RISE, START, check_sounds, check_sweep

MP3_FRAME = round(1152 / 44_100 * RATE)


def heard(seconds: float = 3.0, begin: float = 7.0) -> array[int]:
    """The tune's left channel, from `begin` on."""
    moments = (begin + number / RATE for number in range(int(seconds * RATE)))
    return array("h", (int(9800 * sin(2 * pi * (START + RISE * t / 2) * t)) for t in moments))


def test_the_tune_from_any_moment_is_the_tune() -> None:
    check_sweep(heard(begin=3.21), at_least=3.0)


def test_a_lost_frame_is_seen() -> None:
    samples = heard()
    del samples[RATE : RATE + MP3_FRAME]
    with pytest.raises(AssertionError, match="tenths"):
        check_sweep(samples, at_least=2.5)


def test_a_repeated_frame_is_seen() -> None:
    samples = heard()
    samples[RATE:RATE] = samples[RATE - MP3_FRAME : RATE]
    with pytest.raises(AssertionError, match="tenths"):
        check_sweep(samples, at_least=2.5)


def test_a_hole_is_heard() -> None:
    samples = heard()
    for at in range(RATE, RATE + RATE // 16):
        samples[at] = 0
    with pytest.raises(AssertionError, match="silence"):
        check_sounds(samples, at_least=2.5)


def test_too_little_is_not_enough() -> None:
    with pytest.raises(AssertionError, match="only"):
        check_sounds(heard(2.0), at_least=2.5)
