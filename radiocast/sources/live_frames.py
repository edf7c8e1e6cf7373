"""A live source's frames between a network that stumbles and listeners who must not. Pure.

What the studio's jitter buffer is for sound this is for frames that nobody decodes: they are held
until there are enough to outlast the gaps in which they come, and then given out by the duration
they have. The source's clock is not ours; so that the buffer neither fills nor empties, its
frames are given out up to half a percent faster or slower. Times are media time: samples at RATE.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from radiocast.formats import Event, Frame, StreamStart, Title
from radiocast.sources.splice import Splicer
from radiocast.studio.mediatime import BLOCK, RATE, samples

BURSTS = 50
"""So many arrivals are remembered to judge how the frames come."""
GAP_MARGIN = 1.5
OUTAGE = samples(2.5)
"""A longer gap is an accident, not the way the source sends."""
MAX_STRETCH = 0.005
DEAD_BAND = 0.15
"""Of the wanted level: within it time is as our clock has it."""
STIFFNESS = 0.03
"""Stretch per relative error of the level: half a percent at a sixth."""
SMOOTHING = samples(10)
"""The time constant by which the level is judged, which goes up and down with every burst."""
KEPT_WAITING = 2
"""Times the wanted level that are kept of a source that has to wait: to be fresh when heard."""

Item = StreamStart | Frame | Title


@dataclass(frozen=True, slots=True)
class Timed:
    """Something of a live source, and the media time from when to when it is heard."""

    at: int
    end: int
    item: Item


class LiveFrames:
    """Frames arrive by `feed` and leave by `take`, once `begin` was called."""

    def __init__(self, least: int, most: int, reserve: int) -> None:
        """The bounds of the adaptive level, and how low it may fall at a gap."""
        self.wanted = least
        """The level that outlasts the gaps between bursts."""
        self._least, self._most, self._reserve = least, most, reserve
        self._held: deque[Item] = deque()
        self._length = 0.0  # of what is held
        self._splicer = Splicer()
        self._rate = 0  # of what comes in
        self._rate_out = 0
        self._last_burst: int | None = None
        self._gaps: deque[int] = deque(maxlen=BURSTS)
        self._end: float | None = None  # None: it is not on air
        self._mean: float | None = None
        self._title: Title | None = None  # what was said before the first frame that is held

    @property
    def held(self) -> int:
        """How much there is that was not taken."""
        return round(self._length)

    @property
    def full(self) -> bool:
        """Whether the source has to wait, if it is to be heard to its last frame."""
        return self._length >= self._most

    @property
    def steady(self) -> bool:
        """Whether a gap has been seen, so that `wanted` is more than a guess."""
        return bool(self._gaps)

    @property
    def filled(self) -> bool:
        """Whether playing may begin."""
        return self.steady and self._length >= self.wanted

    @property
    def on_air(self) -> bool:
        """Whether it is given out."""
        return self._end is not None

    @property
    def next(self) -> int:
        """Where what is taken next will begin. Only on air."""
        assert self._end is not None
        return round(self._end)

    @property
    def end(self) -> int:
        """Where what is held will be over. Only on air."""
        assert self._end is not None
        return round(self._end + self._length)

    def feed(self, events: Sequence[Event | Title], now: int) -> None:
        """What a framer found in the bytes that came at `now`; titles for what comes after."""
        arrived = 0.0
        for event in events:
            match event:
                case StreamStart(sample_rate=rate):
                    self._rate = rate
                    self._held.append(event)
                case Frame():
                    arrived += self._duration(event, self._rate)
                    self._held.append(event)
                case Title():
                    self._held.append(event)
                case _:
                    pass
        if arrived:
            self._length += arrived
            self._note_burst(now)

    def wait(self) -> None:
        """It is not wanted now: keep just what playing may begin with."""
        while self._length > self.wanted * KEPT_WAITING:
            item = self._held.popleft()
            if isinstance(item, Title):
                self._title = item
                continue
            self._out(item)
            self._splicer.skip(item)

    def begin(self, at: int) -> list[Timed]:
        """From this media time on it is heard."""
        self._end, self._mean = float(at), None
        given: list[Item] = [*self._splicer.rejoin()]
        following = next((item for item in self._held if not isinstance(item, Title)), None)
        if isinstance(following, StreamStart):
            given.clear()  # another one begins just here
        if self._title is not None:
            given.append(self._title)
        return [Timed(at, at, item) for item in given]

    def stop(self) -> None:
        """It is not heard any more; what is held stays for the next time."""
        self._end = None

    def drop(self) -> None:
        """What is held is not wanted any more."""
        self._held.clear()
        self._length = 0.0

    def take(self, until: int, now: int) -> list[Timed]:
        """What begins to be heard before `until`. `now`: the time by which the level is judged."""
        given: list[Timed] = []
        while self._held and self._end is not None and self._end < until:
            item = self._held.popleft()
            if isinstance(item, Title):
                self._title = item
                given.append(self._timed(item, 0.0))
                continue
            length = self._out(item)
            pace = 1 - self._stretch(length, now)
            for each in self._splicer.feed([item]):
                length = self._duration(each, self._rate_out) if isinstance(each, Frame) else 0.0
                given.append(self._timed(each, length * pace))
        return given

    def _out(self, item: StreamStart | Frame) -> float:
        if isinstance(item, StreamStart):
            self._rate_out = item.sample_rate
            return 0.0
        length = self._duration(item, self._rate_out)
        self._length = max(0.0, self._length - length) if self._held else 0.0
        return length

    def _timed(self, item: Item, length: float) -> Timed:
        assert self._end is not None
        at, self._end = self._end, self._end + length
        return Timed(round(at), round(self._end), item)

    def _duration(self, frame: Frame, rate: int) -> float:
        return frame.samples * RATE / rate if rate else 0.0

    def _note_burst(self, now: int) -> None:
        """Whatever comes within one block of time is one burst."""
        gap = now - self._last_burst if self._last_burst is not None else 0
        if gap < BLOCK and self._last_burst is not None:
            return
        if 0 < gap <= OUTAGE:
            self._gaps.append(gap)
            needed = round(max(self._gaps) * GAP_MARGIN) + self._reserve
            self.wanted = min(max(self._least, needed), self._most)
        self._last_burst = now

    def _stretch(self, length: float, now: int) -> float:
        assert self._end is not None
        level = self._end + self._length - now
        self._mean = level if self._mean is None else self._mean
        self._mean += (level - self._mean) * min(1.0, length / SMOOTHING)
        error = (self._mean - self.wanted) / self.wanted
        stretch = 0.0 if abs(error) < DEAD_BAND else error * STIFFNESS
        return min(max(stretch, -MAX_STRETCH), MAX_STRETCH)
