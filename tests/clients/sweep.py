"""Tells from its sound which part of the tune was heard, and that nothing of it is missing."""

from __future__ import annotations

from array import array
from itertools import pairwise
from statistics import median

RATE = 11_025
"""Samples per second of what is looked at: the tone stays far below half of it."""

RISE = 40.0
"""Hz per second: how the tune's left channel rises."""

START = 300.0
"""Hz at the tune's first moment."""

WINDOW = RATE // 10
QUIET = 300
"""A sample below this (of 32768) counts as silent; the tone's peak is near 9800."""

MAX_SILENCE = RATE // 20
"""50 ms."""

SETTLING = RATE // 5
"""Samples at the start in which a decoder may still find its feet."""

DRIFT = 0.015
"""Seconds by which the end may be off, told from the beginning: less than one frame of MP3 or
AAC, so that a single lost frame is seen. Taken from the median of some windows, because codecs
make a pure tone a little rough."""

ROUGHNESS = 0.15
"""Seconds by which a single window may be off."""

SOME = 7
"""Windows the median is taken of."""


def places(samples: array[int]) -> list[float]:
    """Where in the tune each tenth of a second comes from, in seconds."""
    frequencies = (
        frequency(samples[at : at + WINDOW]) for at in range(0, len(samples) - WINDOW + 1, WINDOW)
    )
    return [(tone - START) / RISE for tone in frequencies]


def frequency(samples: array[int]) -> float:
    """Of a single tone, in Hz: from the first to the last time it crosses zero upwards."""
    crossings = [
        at - after / (after - before)
        for at, (before, after) in enumerate(pairwise(samples), start=1)
        if before < 0 <= after
    ]
    if len(crossings) < 2:
        return 0.0
    return RATE * (len(crossings) - 1) / (crossings[-1] - crossings[0])


def longest_silence(samples: array[int]) -> int:
    """In samples."""
    longest = current = 0
    for sample in samples:
        current = current + 1 if -QUIET < sample < QUIET else 0
        longest = max(longest, current)
    return longest


def check_sounds(samples: array[int], *, at_least: float) -> None:
    """Asserts that these are `at_least` seconds with no hole in them."""
    assert len(samples) / RATE >= at_least, f"only {len(samples) / RATE:.2f} s were heard"
    silence = longest_silence(samples[SETTLING:])
    assert silence <= MAX_SILENCE, f"{silence / RATE:.3f} s of silence"


def check_sweep(samples: array[int], *, at_least: float) -> None:
    """Asserts that this is `at_least` seconds of the tune with no gap, no jump, no repeat."""
    check_sounds(samples, at_least=at_least)
    heard = places(samples[SETTLING:])
    off = [place - heard[0] - 0.1 * number for number, place in enumerate(heard)]
    assert max(map(abs, off)) <= ROUGHNESS, _told(heard)
    assert abs(median(off[-SOME:]) - median(off[:SOME])) <= DRIFT, _told(heard)


def _told(heard: list[float]) -> str:
    return f"heard, by tenths of a second: {[round(place, 2) for place in heard]}"
