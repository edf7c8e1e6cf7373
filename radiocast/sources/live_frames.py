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
        self.held_bytes = 0
        self._choked = False  # the source has had to wait: so it goes by our clock
        self._held: deque[tuple[Item, float]] = deque()  # each with its length
        self._length = 0.0  # of what is held
        self._splicer = Splicer()
        self._rate = 0  # of what comes in
        self._last_burst: int | None = None
        self._gaps: deque[int] = deque(maxlen=BURSTS)
        self._end = 0.0  # where what is taken next begins; of the last time, if not on air
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
        """Whether a gap has been seen, so that `wanted` is more than a guess. A source that has
        to wait shows none."""
        return bool(self._gaps) or self.full

    @property
    def filled(self) -> bool:
        """Whether playing may begin."""
        return self.steady and self._length >= self.wanted

    @property
    def start(self) -> StreamStart | None:
        """The decoder set-up of what was taken last."""
        return self._splicer.start

    @property
    def next(self) -> int:
        """Where what is taken next will begin; off air: where the last of it ended."""
        return round(self._end)

    @property
    def end(self) -> int:
        """Where all there is will be over."""
        return round(self._end + self._length + self._in_splicer())

    def feed(self, events: Sequence[Event | Title], now: int) -> None:
        """What a framer found in the bytes that came at `now`; titles for what comes after."""
        arrived = 0.0
        for event in events:
            match event:
                case StreamStart(sample_rate=rate):
                    self._rate = rate
                    self._hold(event, 0.0)
                case Frame(samples=count):
                    length = count * RATE / self._rate
                    self._hold(event, length)
                    arrived += length
                case Title():
                    self._hold(event, 0.0)
                case _:
                    pass
        if arrived:
            self._note_burst(now)
        self._choked |= self.full

    def wait(self) -> None:
        """It is not wanted now: keep just what playing may begin with."""
        while self._length > self.wanted * KEPT_WAITING:
            item, _ = self._pop()
            if isinstance(item, Title):
                self._title = item
            else:
                self._splicer.skip(item)

    def begin(self, at: int) -> list[Timed]:
        """From this media time on it is heard."""
        self._end, self._mean = float(at), None
        given: list[Item] = [*self._splicer.rejoin()]
        following = next((item for item, _ in self._held if not isinstance(item, Title)), None)
        if isinstance(following, StreamStart):
            given.clear()  # another one begins just here
        if self._title is not None:
            given.append(self._title)
        return [Timed(at, at, item) for item in given]

    def take(self, until: int, now: int) -> list[Timed]:
        """What begins to be heard before `until`. `now`: the time by which the level is judged."""
        given: list[Timed] = []
        while self._held and self.next < until:
            item, length = self._pop()
            if isinstance(item, Title):
                self._title = item
                given.append(self._timed(item, 0.0))
                continue
            pace = 1 - self._stretch(length, now)
            rate = self._rate_out()
            given += self._given(self._splicer.feed([item]), rate, pace)
        return given

    def stop(self) -> list[Timed]:
        """It is not heard any more, but for what this gives; what is held stays for the next
        time."""
        return self._given(self._splicer.close(), self._rate_out(), 1.0)

    def drop(self) -> None:
        """What is held is not wanted any more."""
        self._held.clear()
        self._length, self.held_bytes = 0.0, 0

    def _hold(self, item: Item, length: float) -> None:
        self._held.append((item, length))
        self._length += length
        self.held_bytes += _size(item)

    def _pop(self) -> tuple[Item, float]:
        item, length = self._held.popleft()
        self._length = self._length - length if self._held else 0.0
        self.held_bytes -= _size(item)
        self._choked &= self._length > self._most / 2
        return item, length

    def _given(self, events: Sequence[StreamStart | Frame], rate: int, pace: float) -> list[Timed]:
        given = []
        for event in events:
            length = 0.0
            if isinstance(event, Frame):
                length = event.samples * RATE / rate * pace
            else:
                rate = event.sample_rate
            given.append(self._timed(event, length))
        return given

    def _rate_out(self) -> int:
        """The sample rate of what was taken last."""
        return self._splicer.start.sample_rate if self._splicer.start is not None else 1

    def _in_splicer(self) -> float:
        """How long it is what the splicer holds."""
        held = self._splicer.held
        return held.samples * RATE / self._rate_out() if held is not None else 0.0

    def _timed(self, item: Item, length: float) -> Timed:
        at, self._end = self._end, self._end + length
        return Timed(round(at), round(self._end), item)

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
        level = self.end - now
        self._mean = level if self._mean is None else self._mean
        self._mean += (level - self._mean) * min(1.0, length / SMOOTHING)
        error = (self._mean - self.wanted) / self.wanted
        is_right = self._choked or abs(error) < DEAD_BAND
        stretch = 0.0 if is_right else error * STIFFNESS
        return min(max(stretch, -MAX_STRETCH), MAX_STRETCH)


def _size(item: Item) -> int:
    match item:
        case Frame(data=data):
            return len(data)
        case StreamStart(header=header):
            return len(header)
        case Title():
            return 0
