"""A deck: one track, from its cue-in to its cue-out."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Protocol

import numpy as np

from radiocast.codecs.audio import Audio, Fifo, silence
from radiocast.codecs.errors import CodecError
from radiocast.studio.cues import Cue
from radiocast.studio.mediatime import REWIND, samples
from radiocast.studio.pcm import to_gain


class Sound(Protocol):
    """What a deck plays: a decoder that has been told where to begin."""

    @property
    def duration(self) -> float | None:
        """Seconds of the whole file, as far as known."""
        ...

    def check(self) -> bool:
        """Whether there is sound to read at once. Raises CodecError if there never will be."""
        ...

    def read(self, samples: int) -> Audio:
        """Exactly so many samples, fewer at the end. Raises CodecError if it cannot go on."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...


Open = Callable[[str, float], Sound]
"""Opens a path or URL at so many seconds. Does not raise: `check` and `read` do."""


class Deck:
    """A cue that is being played, or ready to be. It remembers the last `REWIND` samples."""

    def __init__(self, cue: Cue, sound: Sound) -> None:
        """`sound` begins at the cue-in, or where the cue is resumed."""
        self.cue = cue
        self.start = samples(cue.cue_in + cue.resume)
        """Where in the file it begins, in samples."""
        self.played = 0
        """Samples since then."""
        self.closed = False
        self._sound = sound
        self._gain = np.float32(to_gain(cue.gain_db))
        self._ended = False
        self._length = None if cue.cue_out is None else max(0, samples(cue.cue_out) - self.start)
        self._past: deque[Audio] = deque()
        self._past_length = 0
        self._again = Fifo()  # was read before the deck was wound back
        self._fault: CodecError | None = None

    @property
    def remaining(self) -> int | None:
        """Samples up to the end, as far as known."""
        if self._ended:
            return 0
        if self._length is not None:
            return self._length - self.played
        if self._sound.duration is None:
            return None
        return max(0, samples(self._sound.duration) - self.start - self.played)

    @property
    def length(self) -> int | None:
        """Samples from the cue-in to the end, as far as known: also of a track taken up in the
        middle, which is to overlap the next as it would have."""
        remaining = self.remaining
        return None if remaining is None else samples(self.cue.resume) + self.played + remaining

    def ready(self) -> bool:
        """Whether it can be heard at once. Raises CodecError if it cannot be played at all."""
        return len(self._again) > 0 or self._sound.check()

    def read(self, length: int) -> Audio:
        """The next `length` samples at the track's own gain; fewer at the end, then none.

        Raises CodecError when the sound cannot go on.
        """
        if self._length is not None:
            length = min(length, self._length - self.played)
        if self._ended or length <= 0:
            self._ended = True
            return silence(0)
        audio = self._read(length)
        self.played += len(audio)
        self._ended = len(audio) < length or self.played == self._length
        return audio if self._gain == 1 else audio * self._gain

    def rewind(self, played: int) -> None:
        """Go back to where so many samples were played, as far as they are remembered."""
        length = min(self.played - played, self._past_length)
        if length <= 0:
            return
        past = np.concatenate(self._past)
        again = Fifo()
        again.push(past[-length:])
        again.push(self._again.take(len(self._again)))
        self._again = again
        self._past, self._past_length = deque([past[:-length]]), self._past_length - length
        self.played -= length
        self._ended = False

    def close(self) -> None:
        """Let go of the file. What was read can still be played again."""
        self.closed = True
        self._sound.close()

    def _read(self, length: int) -> Audio:
        missing = length - len(self._again)
        new = self._read_on(missing) if missing > 0 else silence(0)
        audio = self._again.take(length)
        if len(new):
            audio = np.concatenate([audio, new]) if len(audio) else new
        self._past.append(audio)
        self._past_length += len(audio)
        while self._past_length - len(self._past[0]) >= REWIND:
            self._past_length -= len(self._past.popleft())
        return audio

    def _read_on(self, length: int) -> Audio:
        if self._fault is not None:
            raise self._fault
        if self.closed:
            return silence(0)
        try:
            return self._sound.read(length)
        except CodecError as error:
            self._fault = error
            raise
