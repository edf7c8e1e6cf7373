"""Live sources that are copied in turn with the studio: the auto-DJ is encoded, live is not.

Theory of operation. The studio's packets wait in the playout until they are due; so do the
frames of a live source, as packets of the same streams. When a source has enough in hand the
studio is told to rest. It fades out and says from which media time on it gives nothing
(`Resting`): there the live frames begin. When only the reserve is left of them, and nothing
comes, all that is left goes to the playout, and the studio is told to wake where it ends; with
the encoders fresh, its first packet needs none before it. So at any time one of them appends,
and media time goes on without a hole.

Whether a live source sends silence nobody knows here, for nobody decodes it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from enum import Enum, auto
from itertools import groupby
from typing import Protocol

import trio

from radiocast.config.live import LiveConfig
from radiocast.formats import Frame, StreamStart, Title
from radiocast.mounts.source import SourceEnding
from radiocast.sources.airing import Airing, Guests
from radiocast.sources.live import Receive
from radiocast.sources.live_frames import Timed
from radiocast.sources.lives import Live
from radiocast.sources.opened import Opened
from radiocast.studio.commands import Command, Rest, Wake
from radiocast.studio.events import LiveEnded, LiveStarted, TitleChanged, Why
from radiocast.studio.mediatime import RATE, samples
from radiocast.studio.reports import Packets, Report, Resting, StreamBegan

logger = logging.getLogger(__name__)

RESERVE = 0.25
"""Seconds of live left when the studio is told to wake: its encoders need 0.1 to 0.3."""
SPLICE = 0.25
"""Seconds from telling the studio something to hearing it, before its fade."""
PROOF = 0.05
"""Seconds of a source in hand before the auto-DJ fades for it, at least."""
AHEAD = samples(0.3)
"""How far ahead live frames are put into the playout."""
STEP = samples(0.1)
"""How often."""
PATIENCE = samples(4.0)
"""After which a studio that does not answer is told again: its worker may have been lost."""


class StudioPort(Protocol):
    """What of the studio is needed here."""

    def send(self, command: Command) -> None:
        """Tell the worker."""
        ...

    def on_air(self) -> int:
        """The media time that is due now."""
        ...


class Turn(Enum):
    """Whose turn it is."""

    STUDIO = auto()
    ASKED = auto()
    """The studio was told to rest, and has not said from when on it does."""
    LIVE = auto()
    WAKING = auto()
    """The studio was told when to go on; until then live is heard."""


class Hybrid:
    """Puts live sources in the place of the studio's packets. `run` is its task."""

    def __init__(
        self, studio: StudioPort, put: Callable[[Report], None], settings: LiveConfig
    ) -> None:
        """`put` takes what is to wait for its media time; behind what was put there before."""
        self._studio, self._put = studio, put
        self._news = trio.Event()
        self._guests = Guests(settings, RESERVE, studio.on_air, self._wake_up, one_format=True)
        self._streams: tuple[str, ...] = ()
        self._turn = Turn.STUDIO
        self._since = 0  # media time at which the studio was told what it was told last

    def configure(self, settings: LiveConfig, streams: tuple[str, ...]) -> None:
        """Other settings; `streams`: the paths of the outputs, which are of one format."""
        self._guests.settings = settings
        on_air = self._guests.on_air
        if on_air is not None and on_air.frames.start is not None:
            for path in streams:
                if path not in self._streams:  # it begins in the middle
                    at = on_air.frames.next
                    self._put(StreamBegan.of(at, path, on_air.frames.start))
        self._streams = streams

    async def run(self) -> None:
        """Decide who is heard, for ever."""
        while True:
            self._news = trio.Event()
            now = self._studio.on_air()
            due = self._decide(now)
            if due is None:
                await self._news.wait()
                continue
            with trio.move_on_after(max(due - now, STEP) / RATE):
                await self._news.wait()
                await trio.sleep(STEP / RATE)

    async def carry(
        self, live: Live, opened: Opened, receive: Receive, source_timeout: float, title: Title
    ) -> None:
        """Take what a live source sends until it leaves, in its own scope.

        Raises what `receive` raises, and FormatError.
        """
        await self._guests.carry(live, opened, receive, source_timeout, title)

    def barred(self, live: Live) -> AbstractContextManager[None]:
        """While `live` is mixed, nobody who ranks below it is copied: use it round `mix`."""
        return self._guests.barred(live)

    def title(self, name: str, title: Title | None) -> bool:
        """What this live source says it plays. Whether it is one of ours."""
        return self._guests.title(name, title)

    def rested(self, report: Resting) -> None:
        """The studio gives nothing from `report.at` on."""
        if self._turn is not Turn.ASKED:
            return
        now = self._studio.on_air()
        airing = self._guests.best(now, lambda airing: airing.frames.held > 0)
        if airing is None:  # it left meanwhile
            self._wake(report.at, now)
        else:
            self._turn = Turn.LIVE
            self._begin(airing, report.at)
            self._pass_on(self._guests.take(now + AHEAD, now))
        self._wake_up()

    def _decide(self, now: int) -> int | None:
        """Do what is to be done now; when to look again, in media time. None: at the next news."""
        match self._turn:
            case Turn.STUDIO:
                if self._guests.best(now, self._has_enough) is None:
                    return None
                self._studio.send(Rest())
                self._turn, self._since = Turn.ASKED, now
                return now + PATIENCE
            case Turn.ASKED:
                if now - self._since >= PATIENCE:
                    self._turn = Turn.STUDIO
                    return now
                return self._since + PATIENCE
            case Turn.LIVE:
                return self._go_on(now)
            case Turn.WAKING:
                if now < self._since:
                    return self._since
                self._turn = Turn.STUDIO
                return now

    def _go_on(self, now: int) -> int:
        """Live is heard: put the next of it into the playout, or end it."""
        on_air = self._guests.on_air
        assert on_air is not None
        best = self._guests.best(now, lambda airing: airing.frames.filled)
        if best is not on_air:
            at, why = self._end(on_air, now)
            if best is None:
                kicked = on_air.live.source.ending is SourceEnding.KICKED
                self._wake(at, now, grace=why in (Why.LEFT, Why.STALLED) and not kicked)
                return self._since
            self._begin(best, at)
        self._pass_on(self._guests.take(now + AHEAD, now))
        return now + STEP

    def _has_enough(self, airing: Airing) -> bool:
        """Whether what it has and what comes while the studio fades out is what is wanted."""
        meanwhile = samples(SPLICE + self._guests.settings.fade)
        enough = max(samples(PROOF), airing.frames.wanted - meanwhile)
        return airing.frames.steady and airing.frames.held >= enough

    def _begin(self, airing: Airing, at: int) -> None:
        logger.debug("live from %s is copied from %d on", airing.live.source.ip, at)
        self._put(LiveStarted(at, airing.live.name))
        self._pass_on(self._guests.begin(airing, at))

    def _end(self, airing: Airing, now: int) -> tuple[int, Why]:
        """It is over. Gives back where it ends, and why."""
        why, at, last = self._guests.end(now)
        self._pass_on(last)
        self._put(LiveEnded(at, airing.live.name, why))
        return at, why

    def _wake(self, at: int, now: int, *, grace: bool = False) -> None:
        self._studio.send(Wake(at, grace))
        self._turn, self._since = Turn.WAKING, max(at, now)

    def _pass_on(self, timed: list[Timed]) -> None:
        for kind, group in groupby(timed, key=lambda each: type(each.item)):
            items = list(group)
            if kind is Frame:
                frames = [each.item for each in items if isinstance(each.item, Frame)]
                for path in self._streams:
                    self._put(Packets.of(items[0].at, items[-1].end, path, frames))
                continue
            for each in items:
                if isinstance(each.item, StreamStart):
                    for path in self._streams:
                        self._put(StreamBegan.of(each.at, path, each.item))
                    if each.item.title is not None and each.item.title.text:
                        self._put(TitleChanged(each.at, each.item.title))
                elif isinstance(each.item, Title):
                    self._put(TitleChanged(each.at, each.item))

    def _wake_up(self) -> None:
        self._news.set()
