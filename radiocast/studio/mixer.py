"""The mixer: decks, live sources and jingles become one sound that never stops.

Pure: no I/O (decoders are handed in), no clock. Time is what was rendered: media
time `at` counts samples, and every event says when in media time it is heard.

Theory of operation. The bus is mixed seconds before it is heard. When something is to be heard
sooner than that, the mixer is wound back (`rewind`): it keeps copies of itself (`moment.py`), and
decks remember what they played, so it goes on from then as if the rest had never been, with
nothing lost of any track. Live sound is not mixed far ahead and comes once, so there is no way back
behind it. While one track plays and nothing else can happen, half a second (`RUN`) is mixed and
copied in one go, which costs a fraction of doing so block by block; to go back into the middle
of it, its beginning is mixed again. Events are said when their time has been mixed and not before;
so those that are void after a way back are just those that are not before it.
"""

from __future__ import annotations

import math
from collections import deque

import numpy as np

from radiocast.codecs.audio import Audio, silence
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
from radiocast.studio.limiter import Limiter
from radiocast.studio.live import LiveInput
from radiocast.studio.mediatime import BLOCK, REWIND, samples
from radiocast.studio.meter import SilenceMeter
from radiocast.studio.moment import Moment
from radiocast.studio.overlay import Overlay
from radiocast.studio.pcm import to_gain
from radiocast.studio.ramp import Ramp

MAX_OVERLAYS = 8
"""Jingles that wait for their turn."""
MAX_LIVE = 8
"""Live sources at a time."""
RESTING = math.asin(to_gain(-20)) * 2 / math.pi
"""How far up the curve of a fade the bus is where a rest begins and ends: at -20 dB. What is heard
there instead is cut in, not mixed, so there is no more to hear of a longer way down."""
RUN = 25 * BLOCK
"""Samples that are mixed in one go, at most."""
QUIET = samples(2)
"""So much silence on the bus is reported."""


class Mixer:
    """Commands go in between two calls of `render`; sound and events come out of it."""

    def __init__(self, settings: MixSettings, open_: Open, *, at: int = 0) -> None:
        """`open_` opens what decks play; `at` is the media time of the first sample."""
        self.settings = settings
        self._open = open_
        self._live: dict[str, LiveInput] = {}
        self._on_air: LiveInput | None = None
        self._now = self._moment(at, Decks(settings, open_))
        self._past: deque[Moment] = deque()
        self._laid: deque[tuple[int, Cue]] = deque(maxlen=MAX_OVERLAYS)

    @property
    def at(self) -> int:
        """Media time of the next sample that `render` gives."""
        return self._now.at

    @property
    def mixed(self) -> int:
        """Media time up to which everything is mixed: commands are heard from there on."""
        return self._now.mixed

    @property
    def idle(self) -> bool:
        """Whether it is better to wait a little, if there is time: there is nothing to play but
        what the ladder has, or a live source that was on air before is about to be again."""
        if self._on_air is not None:
            return False
        unfit = [live.unfit(on_air=False) for live in self._live.values()]
        return None not in unfit and (
            self._now.decks.idle or (self._now.fresh and Why.STALLED in unfit)
        )

    @property
    def hurried(self) -> bool:
        """Whether what is heard comes no faster than time goes: to mix it far ahead would run it
        dry, and could not be taken back."""
        return any(not live.ramp.silent for live in self._live.values())

    @property
    def has_live(self) -> bool:
        """Whether a live source is connected."""
        return bool(self._live)

    @property
    def scarce(self) -> bool:
        """Whether it is better to wait for what is on air, as long as that is possible at all."""
        return self._on_air is not None and self._on_air.scarce

    @property
    def urgent(self) -> bool:
        """Whether something waits to be heard that is to be heard at once."""
        best = self._best()
        if best is not self._on_air:
            return True
        return best is None and self._now.decks.eager

    @property
    def skipping(self) -> bool:
        """Whether the operator waits for the next track."""
        return self._now.decks.skipping

    @property
    def on_air(self) -> str | None:
        """The live source that is heard."""
        return self._on_air.id if self._on_air else None

    def configure(self, settings: MixSettings) -> None:
        """Sound otherwise from the next block on; live sources keep what they began with."""
        if settings.limiter != self.settings.limiter:
            self._now.limiter.set_ceiling(settings.limiter)
        self.settings = settings
        self._now.decks.configure(settings)

    def load(self, cue: Cue) -> None:
        """Make this the next track."""
        self._now.events += self._now.decks.load(cue, self._now.mixed)

    def skip(self) -> list[MixEvent]:
        """Fade to the next track as soon as there is one. Perhaps it has to be asked for."""
        self._now.decks.skip(self._now.mixed)
        return self._now.decks.ask(self._now.mixed)

    def overlay(self, cue: Cue) -> bool:
        """Lay a jingle over whatever is on air. Whether there was room for it."""
        if len(self._now.overlays) == MAX_OVERLAYS:
            return False
        self._laid.append((self._now.mixed, cue))
        self._now.overlays.append(self._overlay(cue))
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
            self._now.events.append(TitleChanged(self._now.mixed, title))

    def take_up_live(self, id_: str, left: int) -> None:
        """Another worker had it on air: of the sound it sent so far so much is to be heard."""
        if id_ in self._live:
            self._live[id_].take_up(left)

    def left_of_live(self, id_: str) -> int:
        """Samples of a live source that came and are not mixed yet."""
        return self._live[id_].left if id_ in self._live else 0

    def close_live(self, id_: str, *, kick: bool = False) -> None:
        """A live source left: play out what it sent. `kick`: fade it out now."""
        if id_ in self._live:
            self._live[id_].closed = True
            self._live[id_].kicked = kick

    def tick(self, length: int) -> None:
        """So much time goes by, in samples: see what has come meanwhile."""
        for live in self._live.values():
            live.tick(length)
        self._now.decks.look()

    def rewind(self, to: int) -> int | None:
        """Go back to where the first block begins at this media time or after it.

        Gives back from where on all is void: what was rendered since then, and the events.
        None: nothing of what was mixed since then can be taken back.
        """
        blocks = (self._now.mixed - to) // BLOCK
        if blocks <= 0 or not self._past:
            return None
        to = max(self._now.mixed - blocks * BLOCK, self._past[0].mixed)
        moment = next(each for each in reversed(self._past) if each.mixed <= to)
        later, self._now = self._now, moment
        while self._past.pop() is not moment:
            pass  # mixing on copies it anew
        moment.wind_back()
        if to > moment.mixed:
            self._mix_on(to - moment.mixed, again=True)
            moment.events = [event for event in moment.events if event.at >= moment.mixed]
        moment.take_up(later)
        for overlay in later.overlays:
            if all(overlay.deck is not each.deck for each in moment.overlays):
                overlay.deck.close()
        moment.overlays += [self._overlay(cue) for at, cue in self._laid if at > moment.mixed]
        self._laid = deque(
            ((min(at, moment.mixed), cue) for at, cue in self._laid), maxlen=MAX_OVERLAYS
        )
        moment.limiter.set_ceiling(self.settings.limiter)
        if later.decks.skipping:
            moment.decks.skip(moment.mixed)
        return moment.mixed

    def rest(self) -> int:
        """Fade down, and give back the media time where that is done: render no further."""
        length = samples(self.settings.fade)
        self._now.bus_ramp.go(RESTING, length)
        return self._now.mixed + length

    def leave(self, at: int) -> list[MixEvent]:
        """The rest has begun: what the decks play is over."""
        self.rewind(at)
        self._past.clear()
        for overlay in self._now.overlays:
            overlay.deck.close()
        self._now.overlays.clear()
        unheard = [] if self._now.lost_at is None else self._now.decks.forgo(self._now.lost_at, at)
        return [*unheard, *self._now.decks.leave(at, Why.LIVE)]

    def prepare(self, at: int) -> list[MixEvent]:
        """Time goes by in a rest: see to it that a track is loaded."""
        return self._now.decks.prepare(at)

    def wake(self, at: int, *, grace: bool = False) -> None:
        """The rest is over: begin at this media time, with a fresh track. `grace`: the next rest
        may come soon, and until then titles do not change."""
        decks, overlays = self._now.decks, self._now.overlays
        decks.come_back(at, "the studio is heard again")
        self._now = self._moment(at, decks)
        self._now.overlays = overlays  # laid on in the rest
        self._now.fresh = False
        self._now.lost_at = at if grace else None
        self._now.bus_ramp = Ramp(RESTING)
        self._now.bus_ramp.go(1.0, samples(self.settings.fade))
        self._past.clear()

    def render(self, length: int) -> tuple[Audio, list[MixEvent]]:
        """The next `length` samples, and what happens (at the latest) in them."""
        now = self._now
        while (missing := length - sum(map(len, now.ready))) > 0:
            self._mix_on(self._run(missing + now.surplus))
            if self.hurried:
                self._past.clear()
        audio = np.concatenate(now.ready)
        now.ready = (audio[length:].copy(),)
        now.at += length
        due = [event for event in now.events if event.at < now.mixed]
        now.events = [event for event in now.events if event.at >= now.mixed]
        return audio[:length], due

    def _run(self, wanted: int) -> int:
        """How much to mix in one go, where so many samples are wanted: whole blocks."""
        now = self._now
        if self._live or now.overlays or now.lost_at is not None:
            return BLOCK
        return max(1, min(-(-wanted // BLOCK), RUN // BLOCK, now.decks.calm // BLOCK)) * BLOCK

    def _mix_on(self, length: int, *, again: bool = False) -> None:
        """Make so much more ready: a block, or what is calm. `again`: as it was mixed before."""
        now = self._now
        copy = now.copy()
        copy.events = [event for event in copy.events if event.at >= copy.mixed]
        self._past.append(copy)
        while self._past[0].mixed <= now.mixed - REWIND:
            self._past.popleft()
        limited = now.limiter.feed(self._mix(length, again=again))
        drop = min(now.surplus, len(limited))
        now.surplus -= drop
        now.ready += (limited[drop:],)

    def _moment(self, at: int, decks: Decks) -> Moment:
        settings = self.settings
        return Moment(
            at, at, decks, Limiter(settings.limiter), SilenceMeter(settings.silence_threshold)
        )

    def _overlay(self, cue: Cue) -> Overlay:
        return Overlay(Deck(cue, self._open(cue.path, cue.cue_in)), self.settings.duck_db)

    def _mix(self, length: int, *, again: bool) -> Audio:
        now = self._now
        bus = silence(length)
        if not again:  # then there was no live source, whatever there is now
            self._switch()
            for live in list(self._live.values()):
                self._mix_live(live, bus)
        self._mix_decks(bus)
        if now.overlays:
            bus, events = now.overlays[0].apply(bus, now.mixed)
            now.events += events
            if now.overlays[0].over:
                now.overlays.popleft()
        bus = now.bus_ramp.apply(bus)
        self._watch(bus)
        now.mixed += length
        now.fresh = False
        return bus

    def _mix_live(self, live: LiveInput, bus: Audio) -> None:
        now = self._now
        heard, title = live.play(len(bus))
        if heard is not None:
            bus += heard
        if title is not None and live is self._on_air:
            now.events.append(TitleChanged(now.mixed, title))
        dropped = live.take_dropped()
        if dropped:
            now.events.append(LiveOverrun(now.mixed, live.id, dropped))
        if live.over and live is not self._on_air:
            del self._live[live.id]

    def _mix_decks(self, bus: Audio) -> None:
        now = self._now
        if not now.decks_ramp.silent:
            heard, events = now.decks.play(len(bus), now.mixed)
            bus += now.decks_ramp.apply(heard)
            now.say(events if self._on_air is None else _unannounced(events))
        elif now.decks.cue is not None and self.settings.after_live is AfterLive.NEXT:
            now.say(now.decks.leave(now.mixed, Why.LIVE))
        else:
            now.say(now.decks.prepare(now.mixed))
        if now.lost_at is not None and now.mixed - now.lost_at >= samples(self.settings.grace):
            now.give_up()

    def _best(self) -> LiveInput | None:
        """The best source that is fit to be heard."""
        best: LiveInput | None = None
        for live in self._live.values():
            fit = live.unfit(on_air=live is self._on_air) is None
            if fit and (best is None or live.priority >= best.priority):
                best = live
        return best

    def _switch(self) -> None:
        """Put the best source on air that is fit for it, or the decks."""
        best = self._best()
        if best is self._on_air:
            return
        now = self._now
        before, self._on_air = self._on_air, best
        length = 0 if now.fresh else samples(self.settings.fade)
        why: Why | None = None
        if before is not None:
            why = before.unfit(on_air=True) or Why.REPLACED
            length = max(BLOCK, min(length, before.left - BLOCK))
            before.ramp.go(0.0, length)
            now.events.append(LiveEnded(now.mixed, before.id, why))
        if best is not None:
            best.ramp.go(1.0, length)
            now.decks_ramp.go(0.0, length)
            if now.lost_at is not None:  # it was a short break
                now.events += now.decks.forgo(now.lost_at, now.mixed)
                now.lost_at = now.held = None
            now.events.append(LiveStarted(now.mixed, best.id))
            now.events.append(OnAir(now.mixed, Rung.LIVE, "a live source is there"))
            if best.title is not None:
                now.events.append(TitleChanged(now.mixed, best.title))
        else:
            now.decks_ramp.go(1.0, length)
            if why in (Why.STALLED, Why.LEFT):
                now.lost_at = now.mixed
            now.say(now.decks.come_back(now.mixed, f"live {why.value}" if why else ""))

    def _watch(self, bus: Audio) -> None:
        now = self._now
        now.meter.feed(bus)
        end = now.mixed + len(bus)
        if now.meter.quiet > QUIET and not now.quiet_reported:
            now.quiet_reported = True
            since = end - now.meter.quiet
            now.events.append(Silence(max(now.mixed, since + QUIET) + BLOCK, since))
        elif now.meter.loud and now.quiet_reported:
            now.quiet_reported = False
            now.events.append(SoundBack(max(now.mixed, end - now.meter.loud)))


def _unannounced(events: list[MixEvent]) -> list[MixEvent]:
    """What happens on decks that fade under a live source: whose title listeners are shown."""
    return [event for event in events if not isinstance(event, TitleChanged | OnAir)]
