"""Where a track sounds, and where the next one may begin, by its momentary loudness. Pure.

EBU R128 measures loudness in windows of 400 ms. Here a new one begins every 100 ms (a *slot*),
as ITU-R BS.1770-4 wants it for the loudness of a whole programme, so one curve answers all
questions. Thresholds are relative to the track's own loudness: how loud it was mastered makes
no difference.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

STEP = 0.1
"""Seconds of a slot."""
WINDOW = 4
"""Slots of a window."""
AROUND = WINDOW - 1
"""Slots of silence that the first window holds before the sound, and the last one after it."""

GATE = -70.0
"""LUFS below which a window is silence (BS.1770-4)."""
RELATIVE_GATE = -10.0
"""LU below the average below which a window is a pause (BS.1770-4)."""

CUE_IN, CUE_OUT = -34.0, -42.0
"""LU below the track's loudness: where it begins and ends to be heard. The end of a note may be
quieter than a beginning before anyone misses it."""
START_NEXT = -7.0
"""LU below the track's loudness: when it is quieter than that for good, the next may begin."""
MAX_OVERLAP = 6.0
"""Seconds: of an ending that stays quiet for longer, only so much is played together."""
MIN_OVERLAP = 0.5
"""Seconds: what drops later than that before its end does not fade but stops, perhaps in the
middle of an album that has no gaps."""
SUSTAINED_DROP = -5.0
"""LU from the first half of an ending to the second: what falls by less is no fade-out, but
quiet music, and is over when it falls below `START_NEXT` of its own loudness."""
SUSTAINED_LEAST = -24.0
"""LU below the track's loudness: what is quieter is the hall or the tape, not the music."""

_SHORTEST = 0.001  # seconds of sound in a window that say something about how loud it is


@dataclass(frozen=True, slots=True)
class Curve:
    """How loud a track is, moment by moment."""

    momentary: Sequence[float]
    """LUFS of each window, a finite number for silence too. The first window ends with the
    track's first slot, each next one begins a slot later, and the last begins with the track's
    last slot: what lies outside is silence."""
    duration: float
    """Seconds. The last slot may hold less than `STEP` of them."""


@dataclass(frozen=True, slots=True)
class Points:
    """Times in seconds from the beginning: 0 <= cue_in <= start_next <= cue_out <= duration."""

    loudness: float | None
    """In LUFS; None: there is nothing but silence."""
    cue_in: float
    start_next: float
    cue_out: float


def find_points(curve: Curve) -> Points:
    """The points of a track. All of it, if it is nothing but silence."""
    levels = _levels(curve)
    loudness = _integrate(levels, curve.duration)
    if loudness is None:
        return Points(None, 0.0, curve.duration, curve.duration)
    # A window that begins with a slot tells of what follows it, one that ends with it, of what
    # came before: so a sudden end is found to the slot, and a sudden beginning too.
    before, after = levels[:-AROUND], levels[AROUND:]
    cue_in = next(slot for slot, level in enumerate(before) if level >= loudness + CUE_IN) / 10
    end = _end(after, loudness + CUE_OUT)
    start = _start_next(after[:end], loudness)
    cue_out = min(end / 10, curve.duration)
    start_next = start / 10 if end - start >= MIN_OVERLAP / STEP else cue_out
    return Points(loudness, cue_in, start_next, cue_out)


def _levels(curve: Curve) -> list[float]:
    """The windows' loudness, as if those at both ends held sound only."""
    levels: list[float] = []
    for number, momentary in enumerate(curve.momentary):
        held = _held(number, curve.duration)
        levels.append(momentary + 10 * math.log10(WINDOW * STEP / max(held, _SHORTEST)))
    return levels


def _held(number: int, duration: float) -> float:
    """Seconds of a window that lie within the track."""
    return min((number + 1) / 10, duration) - max((number - AROUND) / 10, 0.0)


def _integrate(levels: Sequence[float], duration: float) -> float | None:
    """The loudness of the whole (BS.1770-4); of less than 400 ms, what the fourth
    window holds: all of it."""
    whole = levels[AROUND : int(duration / STEP + 1e-6)] or levels[AROUND : AROUND + 1]
    loud = [level for level in whole if level > GATE]
    if not loud:
        return None
    gate = _average(loud) + RELATIVE_GATE
    return _average([level for level in loud if level > gate])


def _start_next(after: Sequence[float], loudness: float) -> int:
    """The slot where the next track may begin under the end of this one."""
    start = max(_end(after, loudness + START_NEXT), len(after) - round(MAX_OVERLAP / STEP))
    ending = after[start:]
    middle = len(ending) // 2
    if not middle:
        return start
    drop = _average(ending[middle:]) - _average(ending[:middle])
    own = _average(ending)
    if drop > SUSTAINED_DROP and own >= loudness + SUSTAINED_LEAST:
        start += _end(ending, own + START_NEXT)
    return start


def _end(levels: Sequence[float], threshold: float) -> int:
    """The slot after the last one that reaches the threshold; 0: none does."""
    for slot in range(len(levels), 0, -1):
        if levels[slot - 1] >= threshold:
            return slot
    return 0


def _average(levels: Sequence[float]) -> float:
    """The loudness of windows together."""
    return 10 * math.log10(sum(10 ** (level / 10) for level in levels) / len(levels))
