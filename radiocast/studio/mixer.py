"""The mixer: decks, live sources and jingles become one sound that never stops.

Pure: no I/O (decoders are handed in), no clock. Time is what was rendered: media
time `at` counts samples, and every event says when in media time it is heard.
"""

from __future__ import annotations

from collections import deque

from radiocast.codecs.audio import Audio, Fifo, silence
from radiocast.formats import Title
from radiocast.studio.cues import AfterLive, Cue, MixSettings, Rung
from radiocast.studio.deck import Deck, Open
from radiocast.studio.decks import Decks
from radiocast.studio.events import (
    LiveEnded,
    LiveOverrun,
    LiveStarted,
    MixEvent,
    OnAir,
    Silence,
    SoundBack,
    TitleChanged,
    Why,
)
from radiocast.studio.limiter import LOOK_AHEAD, Limiter
from radiocast.studio.live import LiveInput
from radiocast.studio.mediatime import BLOCK, samples
from radiocast.studio.meter import SilenceMeter
from radiocast.studio.overlay import Overlay
from radiocast.studio.ramp import Ramp

MAX_OVERLAYS = 8
"""Jingles that wait for their turn."""
MAX_LIVE = 8
"""Live sources at a time."""
QUIET = samples(2)
"""So much silence on the bus is reported."""


class Mixer:
    """Commands go in between two calls of `render`; sound and events come out of it."""

    def __init__(self, settings: MixSettings, open_: Open, *, at: int = 0) -> None:
        """`open_` opens what decks play; `at` is the media time of the first sample."""
        self.settings = settings
        self.at = at
        """Media time of the next sample that `render` gives."""
        self._open = open_
        self._decks = Decks(settings, open_)
        self._decks_ramp = Ramp()
        self._live: dict[str, LiveInput] = {}
        self._on_air: LiveInput | None = None
        self._overlays: deque[Overlay] = deque()
        self._limiter = Limiter(settings.limiter)
        self._meter = SilenceMeter(settings.silence_threshold)
        self._quiet_reported = False
        self._fresh = True  # nothing was heard yet
        self._mixed = at  # media time of the next block that is mixed
        self._ready = Fifo()  # limited, not yet rendered
        self._surplus = LOOK_AHEAD  # what the limiter gives before its first input
        self._events: list[MixEvent] = []

    @property
    def idle(self) -> bool:
        """Whether it is better to wait a little, if there is time: there is nothing to play but
        what the ladder has, or a live source that was on air before is about to be again."""
        if self._on_air is not None:
            return False
        unfit = [live.unfit(on_air=False) for live in self._live.values()]
        return None not in unfit and (self._decks.idle or (self._fresh and Why.STALLED in unfit))

    @property
    def hurried(self) -> bool:
        """Whether what is on air comes no faster than time goes: to render more than is due
        would run it dry."""
        return self._on_air is not None and not self._on_air.plenty

    @property
    def on_air(self) -> str | None:
        """The live source that is heard."""
        return self._on_air.id if self._on_air else None

    def configure(self, settings: MixSettings) -> None:
        """Sound otherwise from the next block on; live sources keep what they began with."""
        if settings.limiter != self.settings.limiter:
            self._limiter.set_ceiling(settings.limiter)
        self.settings = settings
        self._decks.configure(settings)

    def load(self, cue: Cue) -> None:
        """Make this the next track."""
        self._decks.load(cue)

    def skip(self) -> None:
        """Fade to the next track as soon as there is one."""
        self._decks.skip(self._mixed)

    def overlay(self, cue: Cue) -> bool:
        """Lay a jingle over whatever is on air. Whether there was room for it."""
        if len(self._overlays) == MAX_OVERLAYS:
            return False
        deck = Deck(cue, self._open(cue.path, cue.cue_in))
        self._overlays.append(Overlay(deck, self.settings.duck_db))
        return True

    def open_live(self, id_: str, priority: int = 0) -> bool:
        """A live source connected; it goes on air when enough of it has come.

        Of two the one with the higher priority is heard, of equals the later one.
        False: there are too many, or it is there already.
        """
        if id_ in self._live or len(self._live) == MAX_LIVE:
            return False
        self._live[id_] = LiveInput(id_, priority, self.settings)
        return True

    def feed_live(self, id_: str, audio: Audio) -> None:
        """Sound of a live source; of one that is gone it is too late for that."""
        if id_ in self._live and not self._live[id_].closed:
            self._live[id_].feed(audio)

    def title_live(self, id_: str, title: Title) -> None:
        """A live source says what it plays, from the sound it sends next."""
        live = self._live.get(id_)
        if live is None:
            return
        live.set_title(title)
        if live is self._on_air and live.title is title:
            self._events.append(TitleChanged(self._mixed, title))

    def close_live(self, id_: str, *, kick: bool = False) -> None:
        """A live source left: play out what it sent. `kick`: fade it out now."""
        if id_ in self._live:
            self._live[id_].closed = True
            self._live[id_].kicked = kick

    def wait(self, length: int) -> None:
        """So much time goes by without a sound."""
        for live in self._live.values():
            live.wait(length)

    def render(self, length: int) -> tuple[Audio, list[MixEvent]]:
        """The next `length` samples, and what happens (at the latest) in them."""
        while len(self._ready) < length:
            limited = self._limiter.feed(self._mix_block())
            drop = min(self._surplus, len(limited))
            self._surplus -= drop
            self._ready.push(limited[drop:])
        self.at += length
        events, self._events = self._events, []
        return self._ready.take(length), events

    def _mix_block(self) -> Audio:
        self._switch()
        bus = silence(BLOCK)
        for live in list(self._live.values()):
            self._mix_live(live, bus)
        self._mix_decks(bus)
        if self._overlays:
            bus, events = self._overlays[0].apply(bus, self._mixed)
            self._events += events
            if self._overlays[0].over:
                self._overlays.popleft()
        self._watch(bus)
        self._mixed += BLOCK
        self._fresh = False
        return bus

    def _mix_live(self, live: LiveInput, bus: Audio) -> None:
        heard, title = live.play(BLOCK)
        if heard is not None:
            bus += heard
        if title is not None and live is self._on_air:
            self._events.append(TitleChanged(self._mixed, title))
        dropped = live.take_dropped()
        if dropped:
            self._events.append(LiveOverrun(self._mixed, live.id, dropped))
        if live.over and live is not self._on_air:
            del self._live[live.id]

    def _mix_decks(self, bus: Audio) -> None:
        if not self._decks_ramp.silent:
            heard, events = self._decks.play(BLOCK, self._mixed)
            bus += self._decks_ramp.apply(heard)
            self._events += events
        elif self._decks.cue is not None and self.settings.after_live is AfterLive.NEXT:
            self._events += self._decks.leave(self._mixed, Why.LIVE)
        else:
            self._events += self._decks.prepare(self._mixed)

    def _switch(self) -> None:
        """Put the best source on air that is fit for it, or the decks."""
        best: LiveInput | None = None
        for live in self._live.values():
            fit = live.unfit(on_air=live is self._on_air) is None
            if fit and (best is None or live.priority >= best.priority):
                best = live
        if best is self._on_air:
            return
        before, self._on_air = self._on_air, best
        length = 0 if self._fresh else samples(self.settings.fade)
        reason = ""
        if before is not None:
            why = before.unfit(on_air=True) or Why.REPLACED
            length = max(BLOCK, min(length, before.left - BLOCK))
            before.ramp.go(0.0, length)
            self._events.append(LiveEnded(self._mixed, before.id, why))
            reason = f"live {why.value}"
        if best is not None:
            best.ramp.go(1.0, length)
            self._decks_ramp.go(0.0, length)
            self._events.append(LiveStarted(self._mixed, best.id))
            self._events.append(OnAir(self._mixed, Rung.LIVE, "a live source is there"))
            if best.title is not None:
                self._events.append(TitleChanged(self._mixed, best.title))
        else:
            self._decks_ramp.go(1.0, length)
            self._events += self._decks.come_back(self._mixed, reason)

    def _watch(self, bus: Audio) -> None:
        self._meter.feed(bus)
        if self._meter.quiet > QUIET and not self._quiet_reported:
            self._quiet_reported = True
            end = self._mixed + len(bus)
            self._events.append(Silence(end, end - self._meter.quiet))
        elif self._meter.loud and self._quiet_reported:
            self._quiet_reported = False
            self._events.append(SoundBack(self._mixed))
