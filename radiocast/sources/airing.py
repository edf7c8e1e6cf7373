"""Live sources that are copied: what they send, and which of them is to be heard."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import trio

from radiocast.config.live import LiveConfig
from radiocast.errors import FormatError
from radiocast.formats import Event, StreamStart, Title
from radiocast.mounts.source import SourceEnding
from radiocast.sources.live import Receive
from radiocast.sources.live_frames import LiveFrames, Timed
from radiocast.sources.lives import Live
from radiocast.sources.opened import Opened
from radiocast.sources.policy import audio_of, describe
from radiocast.studio.events import Why
from radiocast.studio.mediatime import samples

MAX_HELD = 32 << 20
"""Bytes of a live source: half a minute, the longest buffer, of FLAC that cannot be compressed
has 12 MB. What comes without lasting would be held for ever."""
EVER = 1 << 62
"""A media time that never comes."""

Rank = tuple[int, int]
"""Priority, then who came last: the higher one is heard."""


@dataclass(eq=False, slots=True)
class Airing:
    """A live source that is copied. Compared by identity."""

    live: Live
    opened: Opened
    frames: LiveFrames
    rank: Rank
    closed: bool = False
    """Whether it is gone: what is held is all there is."""
    room: trio.Event = field(default_factory=trio.Event)


class Guests:
    """The live sources of one mount or studio. `carry` is the task of each; the rest are plain
    calls of whoever puts them on air."""

    def __init__(
        self,
        settings: LiveConfig,
        reserve: float,
        now: Callable[[], int],
        news: Callable[[], None],
        *,
        one_format: bool,
    ) -> None:
        """`reserve`: seconds that must be left when the next thing is made ready. `now`: media
        time. `news` is called when there is something to decide. `one_format`: whether a source
        that changes its format has to go."""
        self.settings = settings
        self.on_air: Airing | None = None
        self._reserve = samples(reserve)
        self._now, self._news = now, news
        self._one_format = one_format
        self._airings: list[Airing] = []
        self._barred: list[Rank] = []
        self._numbers = itertools.count(1)

    async def carry(
        self, live: Live, opened: Opened, receive: Receive, source_timeout: float, title: Title
    ) -> None:
        """Take what a live source sends until it leaves; `title` holds until it says one.

        Raises what `receive` raises, and FormatError.
        """
        settings = self.settings
        frames = LiveFrames(samples(settings.buffer), samples(settings.buffer_max), self._reserve)
        airing = Airing(live, opened, frames, (live.priority, next(self._numbers)))
        self._airings.append(airing)
        source = live.source
        try:
            frames.feed([title], self._now())
            await self._feed(airing, opened.events)
            while True:
                source.scope.deadline = trio.current_time() + source_timeout
                data = await receive()
                source.scope.deadline = math.inf  # while it has to wait it is not late
                if not data:
                    break
                await self._feed(airing, opened.framer.feed(data))
            frames.feed(opened.framer.close(), self._now())
        finally:
            airing.closed = True
            if source.ending is SourceEnding.KICKED:
                frames.drop()
            if airing is not self.on_air:
                self._airings.remove(airing)
            self._news()

    def title(self, name: str, title: Title | None) -> bool:
        """What this live source says it plays. Whether it is one of ours."""
        for airing in self._airings:
            if airing.live.name == name:
                airing.frames.feed([title or Title("")], self._now())
                self._news()
                return True
        return False

    @contextmanager
    def barred(self, live: Live) -> Iterator[None]:
        """While `live` is heard otherwise, only who ranks above it is heard here."""
        rank = (live.priority, next(self._numbers))
        self._barred.append(rank)
        self._let_go()
        self._news()
        try:
            yield
        finally:
            self._barred.remove(rank)
            self._news()

    def best(self, now: int, enough: Callable[[Airing], bool]) -> Airing | None:
        """Who is to be heard: of those that are fit, who ranks highest.

        On air a source is fit until only the reserve is left of it; off air when it is there
        and `enough` says so.
        """
        bar = max(self._barred, default=(-(1 << 30), 0))
        fit = [
            airing
            for airing in self._airings
            if airing.rank > bar
            and (
                airing.frames.end - now > self._reserve
                if airing is self.on_air
                else not airing.closed and enough(airing)
            )
        ]
        return max(fit, key=lambda airing: airing.rank, default=None)

    def begin(self, airing: Airing, at: int) -> list[Timed]:
        """It is heard from this media time on.

        Those of the same priority that came before are replaced for good.
        """
        assert self.on_air is None
        self.on_air = airing
        for other in self._airings:
            if other.rank[0] == airing.rank[0] and other.rank < airing.rank:
                other.live.source.end(SourceEnding.REPLACED)
        self._let_go()
        return airing.frames.begin(at)

    def take(self, until: int, now: int) -> list[Timed]:
        """What of the one that is on air begins to be heard before `until`."""
        assert self.on_air is not None
        given = self.on_air.frames.take(until, now)
        if not self.on_air.frames.full:
            self.on_air.room.set()
        return given

    def end(self, now: int) -> tuple[Why, int, list[Timed]]:
        """Nothing more of the one on air is heard: why, where it ends, and the last of it.

        That is all that is left of it, unless somebody takes its place who ranks higher.
        """
        assert self.on_air is not None
        airing, frames = self.on_air, self.on_air.frames
        last: list[Timed] = []
        if frames.end - now > self._reserve:
            why = Why.REPLACED
        else:
            why = Why.LEFT if airing.closed else Why.STALLED
            last += self.take(EVER, now)
        last += frames.stop()
        at = frames.next
        self.on_air = None
        if airing.closed:
            self._airings.remove(airing)
        return why, max(at, now), last

    async def _feed(self, airing: Airing, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, StreamStart):
                self._look_at(event, airing.opened.start)
        airing.frames.feed(events, self._now())
        if airing.frames.held_bytes > MAX_HELD:
            raise FormatError(f"{MAX_HELD} bytes last less than the buffer holds")
        self._news()
        while airing.frames.full and not self._is_outranked(airing):
            airing.room = trio.Event()
            await airing.room.wait()
        if self._is_outranked(airing):
            airing.frames.wait()

    def _look_at(self, start: StreamStart, first: StreamStart) -> None:
        if not start.sample_rate:
            raise FormatError("how long its frames last is unknown, so they cannot be copied")
        if self._one_format and audio_of(start) != audio_of(first):
            raise FormatError(f"changed from {describe(first)} to {describe(start)}")

    def _let_go(self) -> None:
        """Let those who wait for room see for themselves."""
        for airing in self._airings:
            airing.room.set()

    def _is_outranked(self, airing: Airing) -> bool:
        heard = [*self._barred, *([self.on_air.rank] if self.on_air is not None else [])]
        return any(rank > airing.rank for rank in heard)
