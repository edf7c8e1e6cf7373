"""Sound as the studio's bus has it: 48,000 Hz, stereo, 32-bit float, nominally -1 to 1."""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

RATE = 48_000
CHANNELS = 2
LOUDEST = 4.0
"""12 dB above full scale. Lossy codecs overshoot by a few; more is damage or an attack."""

Audio = NDArray[np.float32]
"""Shape (samples, channels); two channels unless something else is said."""


def silence(samples: int) -> Audio:
    """So much silence; none makes an empty array."""
    return np.zeros((samples, CHANNELS), np.float32)


def tame(audio: Audio) -> Audio:
    """The same, within `LOUDEST`. What is no number (a float WAV may hold that) becomes silence:
    one NaN in a mixer or an encoder is all there is from then on."""
    if len(audio) and not np.abs(audio).max() <= LOUDEST:  # a NaN compares as false
        audio = np.nan_to_num(audio, nan=0.0, posinf=LOUDEST, neginf=-LOUDEST)
        return np.clip(audio, -LOUDEST, LOUDEST)
    return audio


class Fifo:
    """Sound goes in in pieces of one size and comes out in another. Whoever pushes bounds it."""

    def __init__(self, channels: int = CHANNELS) -> None:
        self._pieces: deque[Audio] = deque()
        self._length = 0
        self._empty: Audio = np.zeros((0, channels), np.float32)

    def __len__(self) -> int:
        return self._length

    def push(self, audio: Audio) -> None:
        """Append."""
        if len(audio):
            self._pieces.append(audio)
            self._length += len(audio)

    def take(self, samples: int) -> Audio:
        """The oldest so many samples, or all there are."""
        wanted = min(samples, self._length)
        self._length -= wanted
        taken: list[Audio] = []
        while wanted:
            piece = self._pieces.popleft()
            if len(piece) > wanted:
                self._pieces.appendleft(piece[wanted:])
                piece = piece[:wanted]
            taken.append(piece)
            wanted -= len(piece)
        if len(taken) == 1:
            return taken[0]
        return np.concatenate(taken) if taken else self._empty
