"""What plays when nobody says what to play: emergency files, last good track, last resort."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from radiocast.codecs.audio import RATE, Audio, silence
from radiocast.formats import Title
from radiocast.studio.cues import Cue, Rung
from radiocast.studio.deck import Deck, Open
from radiocast.studio.pcm import to_gain

_TONE_HERTZ, _TONE_LEVEL = 400, -40.0


class LastResort:
    """Sound that cannot fail: a soft tone, or silence by choice."""

    duration = None

    def __init__(self, *, tone: bool) -> None:
        self._amplitude = to_gain(_TONE_LEVEL) if tone else 0.0
        self._at = 0

    def check(self) -> bool:
        return True

    def read(self, length: int) -> Audio:
        if not self._amplitude:
            return silence(length)
        phase = (np.arange(self._at, self._at + length) % RATE) * (2 * np.pi * _TONE_HERTZ / RATE)
        self._at += length
        wave = (self._amplitude * np.sin(phase)).astype(np.float32)
        return np.stack([wave, wave], axis=1)

    def close(self) -> None:
        """Nothing to let go of."""


class Ladder:
    """The rungs below the rotation. Each step down opens what it needs, so nothing is shared."""

    def __init__(self, open_: Open, emergency: Sequence[str], *, tone: bool) -> None:
        """`emergency`: files that take turns."""
        self._open = open_
        self._emergency = deque(emergency)
        self._tone = tone
        self._last_good: Cue | None = None
        self._failed: set[tuple[Rung, str]] = set()

    def configure(self, emergency: Sequence[str], *, tone: bool) -> None:
        """Other files; the last good track is remembered."""
        self._emergency, self._tone = deque(emergency), tone
        self._failed.clear()

    def remember(self, cue: Cue) -> None:
        """This track played well: it may be what saves us."""
        self._last_good = cue
        # All is well: whatever was wrong before may have been mended when it is needed again.
        self._failed.clear()

    def failed(self, cue: Cue) -> None:
        """This cannot be played: leave it out until something else has played well."""
        self._failed.add((cue.rung, cue.path))

    def step(self) -> Deck:
        """The best there is."""
        for _ in range(len(self._emergency)):
            path = self._emergency[0]
            self._emergency.rotate(-1)
            if (Rung.EMERGENCY, path) not in self._failed:
                cue = Cue("emergency", path, rung=Rung.EMERGENCY, announce=False)
                return Deck(cue, self._open(path, 0.0))
        good = self._last_good
        if good is not None and (Rung.LAST_GOOD, good.path) not in self._failed:
            cue = replace(good, rung=Rung.LAST_GOOD, hard=False, resume=0.0)
            return Deck(cue, self._open(cue.path, cue.cue_in))
        cue = Cue("last resort", "", Title(""), rung=Rung.LAST_RESORT, announce=False)
        return Deck(cue, LastResort(tone=self._tone))


def is_fallback(cue: Cue) -> bool:
    """Whether nobody asked for this: it gives way to anything that is asked for."""
    return cue.rung in (Rung.EMERGENCY, Rung.LAST_GOOD, Rung.LAST_RESORT)
