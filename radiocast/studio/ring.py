"""The last of the bus: what encoders that begin in the middle are run up with."""

from __future__ import annotations

from collections import deque

import numpy as np

from radiocast.codecs.audio import Audio, silence
from radiocast.studio.mediatime import PREROLL, RATE, REWIND

KEPT = REWIND + PREROLL + RATE // 2
"""Samples: the run-up to the earliest place one can go back to. 1.9 MB."""


class Ring:
    """Sound goes in; the oldest goes out by itself."""

    def __init__(self, at: int) -> None:
        """`at`: the media time of what is pushed first."""
        self._pieces: deque[Audio] = deque()
        self._begin = self._end = at

    def push(self, audio: Audio) -> None:
        """The bus went on."""
        self._pieces.append(audio)
        self._end += len(audio)
        while self._end - self._begin - len(self._pieces[0]) >= KEPT:
            self._begin += len(self._pieces.popleft())

    def rewind(self, to: int) -> None:
        """What is from this media time on is void."""
        while self._pieces and self._end > to:
            piece = self._pieces.pop()
            self._end -= len(piece)
            if self._end < to:
                self._pieces.append(piece[: to - self._end])
                self._end = to

    def everything(self) -> tuple[int, Audio]:
        """What is remembered, and the media time where it begins."""
        return self._begin, np.concatenate(self._pieces) if self._pieces else silence(0)
