"""The jitter buffer: a live source's sound between a network that stumbles and a bus that does not.

The source's clock is not ours, so a buffer slowly fills or empties. It is led back by
resampling, by at most half a percent, which nobody hears.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from radiocast.codecs.audio import Audio, Fifo, silence
from radiocast.studio.mediatime import samples

MAX_BUFFERED = samples(20)
"""What a source that sends faster than time goes may pile up; then its oldest sound is dropped."""
BURSTS = 50
"""So many arrivals are remembered to judge how the sound comes."""
GAP_MARGIN = 1.5
OUTAGE = samples(2.5)
"""A longer gap is an accident, not the way the source sends."""
MAX_STRETCH = 0.005
_DEAD_BAND = 0.15
"""Of the wanted level: within it the sound passes untouched."""
_STIFFNESS = 0.03
"""Stretch per relative error of the level: half a percent at a sixth."""
_SMOOTHING = samples(10)
"""The time constant by which the level is judged, which goes up and down with every burst."""


class JitterBuffer:
    """Sound arrives in bursts by `feed` and leaves evenly by `take`; time is what was ticked."""

    def __init__(self, least: int, most: int, reserve: int) -> None:
        """In samples: the bounds of the adaptive level, and how low it may fall at a gap."""
        self.dropped = 0
        """Samples that came while the buffer was full."""
        self.fed = 0
        """Samples that came, in all."""
        self._least, self._most, self._reserve = least, most, reserve
        self._wanted = least
        self._fifo = Fifo()
        self._time = 0
        self._last_burst: int | None = None
        self._gaps: deque[int] = deque(maxlen=BURSTS)
        self._mean: float | None = None
        self._stretcher = Stretcher()

    def __len__(self) -> int:
        return len(self._fifo)

    @property
    def wanted(self) -> int:
        """The level that outlasts the gaps between bursts."""
        return self._wanted

    @property
    def filled(self) -> bool:
        """Whether playing may begin: there is enough for gaps like those seen, or there was a
        time to see one in, and all that comes is here."""
        rested = self._last_burst is not None and self._time - self._last_burst > OUTAGE
        return (rested or bool(self._gaps)) and len(self._fifo) >= self.wanted

    def tick(self, length: int) -> None:
        """Time goes on."""
        self._time += length

    def feed(self, audio: Audio) -> None:
        """Sound arrives. Whatever comes within one block of time is one burst."""
        if not len(audio):
            return
        if self._last_burst is not None and 0 < self._time - self._last_burst <= OUTAGE:
            self._gaps.append(self._time - self._last_burst)
            needed = round(max(self._gaps) * GAP_MARGIN) + self._reserve
            self._wanted = min(max(self._least, needed), self._most)
        self._last_burst = self._time
        self.fed += len(audio)
        self._fifo.push(audio)
        self._drop_over(MAX_BUFFERED)

    def wait(self) -> None:
        """The sound is not wanted now: keep just what playing may begin with."""
        self._drop_over(self.wanted * 2)

    def keep(self, length: int) -> None:
        """Just the last so many samples are wanted."""
        self._fifo.take(max(0, len(self._fifo) - length))

    def take(self, length: int) -> Audio:
        """The next sound, a little stretched or squeezed where needed; fewer when it runs out."""
        level = float(len(self._fifo))
        self._mean = level if self._mean is None else self._mean
        self._mean += (level - self._mean) * min(1.0, length / _SMOOTHING)
        error = (self._mean - self.wanted) / self.wanted
        stretch = 0.0 if abs(error) < _DEAD_BAND else error * _STIFFNESS
        need = self._stretcher.needs(length, 1 + min(max(stretch, -MAX_STRETCH), MAX_STRETCH))
        return self._stretcher.stretch(self._fifo.take(need), length)

    def _drop_over(self, most: int) -> None:
        over = len(self._fifo) - most
        if over > 0:
            self._fifo.take(over)
            self.dropped += over


class Stretcher:
    """Resampling by a ratio near 1 that may change with every block: cubic interpolation.

    At the ratio 1 the samples pass as they are, two late.
    """

    _HELD = 3

    def __init__(self) -> None:
        self._held = silence(self._HELD)  # the last samples taken in; at times one more
        self._place = 0.0  # of the next output sample, from the middle one of those held
        self._ratio = 1.0

    def needs(self, length: int, ratio: float) -> int:
        """How many samples the next `length` are made of, at so many in per one out."""
        if ratio == 1.0 and self._place != 0.0:
            # Walk to the next whole sample, from where on nothing needs to be computed.
            ratio = 1.0 + (1.0 - self._place) / length
        self._ratio = ratio
        end = np.floor(self._place + length * ratio + 1e-9)
        last = np.floor(self._place + (length - 1) * ratio) + 1  # where a ratio is below 1
        return int(max(end, last)) - (len(self._held) - self._HELD)

    def stretch(self, audio: Audio, length: int) -> Audio:
        """So many samples as `needs` asked for, as `length`; of fewer as many as they give."""
        source = np.concatenate([self._held, audio])
        places = self._place + np.arange(length) * self._ratio
        available = len(source) - self._HELD
        places = places[places < available]
        if not len(places):
            return audio[:0]
        end = self._place + len(places) * self._ratio
        step = min(int(np.floor(end + 1e-9)), available)
        self._held = source[step:]
        place, self._place = self._place, max(0.0, end - step)
        if self._place < 1e-9:
            self._place = 0.0
        if self._ratio == 1.0 and place == 0.0:
            return source[1 : 1 + len(places)]
        whole = places.astype(np.intp)
        part = (places - whole).astype(np.float32)[:, None]
        a, b = source[whole], source[whole + 1]
        c, d = source[whole + 2], source[whole + 3]
        # Catmull and Rom's spline through b and c; at part 0 it is b.
        bend = 2 * a - 5 * b + 4 * c - d + part * (3 * (b - c) + d - a)
        spline: Audio = b + part * 0.5 * (c - a + part * bend)
        return spline
