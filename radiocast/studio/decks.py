"""The decks: one track after the other, sample after sample, and never nothing."""

from __future__ import annotations

from collections import deque
from copy import copy

from radiocast.codecs.audio import Audio, silence
from radiocast.codecs.errors import CodecError
from radiocast.studio.cues import Cue, MixSettings, Rung, Transition
from radiocast.studio.deck import Deck, Open
from radiocast.studio.events import (
    MixEvent,
    NeedTrack,
    OnAir,
    TitleChanged,
    TrackEnded,
    TrackFailed,
    TrackStarted,
    TrackUnheard,
    Why,
)
from radiocast.studio.joins import until_cross
from radiocast.studio.ladder import Ladder, is_fallback
from radiocast.studio.mediatime import REWIND, samples
from radiocast.studio.meter import SilenceMeter
from radiocast.studio.ramp import Ramp

ASK_AGAIN = samples(5)
"""So long an answer to NeedTrack may take before it is asked again."""
SKIP_PATIENCE = samples(2)
"""So long a skip waits for the next track before the ladder helps out."""
PROVEN = samples(10)
"""A track that played so long without trouble is good."""
MAX_LOADED = 8
"""Tracks that wait, as after a way back there may be more than one."""


class Decks:
    """What plays, what is loaded next, and what is fading out behind them.

    Times are media time: the caller says where the bus is.
    """

    def __init__(self, settings: MixSettings, open_: Open) -> None:
        self.settings = settings
        self._open = open_
        self._ladder = Ladder(open_, settings.emergency, tone=settings.tone)
        self._current: Deck | None = None
        self._rise = Ramp()
        self._fading: list[tuple[Deck, Ramp]] = []
        self._loaded: deque[Deck] = deque()
        self._unheard: set[str] = set()  # said to have begun, loaded again
        self._started: tuple[tuple[int, Deck], ...] = ()  # when which did, lately
        self._places: list[tuple[Deck, int]] = []  # of a copy: what was played of each
        self._asked: int | None = None
        self._skip: tuple[int, Why] | None = None  # since when somebody wants this one gone
        self._looked_ready = False
        self._why = "the station starts"  # that nothing plays
        self._unsaid: str | None = None  # why the current track plays, until it is heard
        self._rung: Rung | None = None
        self._meter = SilenceMeter(settings.silence_threshold)
        self._events: list[MixEvent] = []

    @property
    def idle(self) -> bool:
        """Whether nothing plays and nothing is ready to."""
        return self._current is None and not self._next_is_ready()

    @property
    def eager(self) -> bool:
        """Whether the operator wants the next track now, and it was ready when we last looked.

        The skip is obeyed from then on only: so whoever looks can see to it that it is at once.
        """
        return self.skipping and self._looked_ready

    @property
    def skipping(self) -> bool:
        """Whether the operator wants the next track now."""
        return self._skip is not None and self._skip[1] is Why.SKIPPED

    @property
    def calm(self) -> int:
        """For how many samples nothing happens but that the current track plays on, whatever we
        are told meanwhile, as far as known."""
        current = self._current
        if current is None or is_fallback(current.cue) or self._fading:
            return 0
        if self._skip is not None or self._unsaid is not None or current.remaining is None:
            return 0
        until = self._until_cross()
        return current.remaining if until is None else until

    @property
    def cue(self) -> Cue | None:
        """What plays."""
        return self._current.cue if self._current else None

    def configure(self, settings: MixSettings) -> None:
        """Take other settings; what plays goes on."""
        if (settings.emergency, settings.tone) != (self.settings.emergency, self.settings.tone):
            self._ladder.configure(settings.emergency, tone=settings.tone)
        if settings.silence_threshold != self.settings.silence_threshold:
            self._meter = SilenceMeter(settings.silence_threshold)
        self.settings = settings

    def load(self, cue: Cue, at: int) -> list[MixEvent]:
        """Make this the next track, in the place of the one that was loaded (last).

        Of that one it was perhaps said that it had begun, before a way back.
        """
        if self._loaded:
            replaced = self._loaded.pop()
            replaced.close()
            if replaced.cue.id in self._unheard:
                self._events.append(TrackUnheard(at, replaced.cue.id))
        self._loaded.append(self._deck(cue))
        self.look()
        return self._flush()

    def skip(self, at: int, why: Why = Why.SKIPPED) -> None:
        """Fade to the next track as soon as there is one."""
        if self._skip is None and self._current is not None:
            self._skip = (at, why)
        self.look()

    def look(self) -> None:
        """See whether the next track is ready."""
        self._looked_ready = self._next_is_ready()

    def ask(self, at: int) -> list[MixEvent]:
        """What has to be said of the next track without delay."""
        self._look_ahead(at)
        return self._flush()

    def leave(self, at: int, why: Why) -> list[MixEvent]:
        """Nobody hears the decks: the track is over; a fresh one will be asked for."""
        for deck, _ in self._fading:
            deck.close()
        self._fading.clear()
        if self._current:
            self._end(self._current, at, why)
            self._current.close()
            self._current = None
        self._skip = self._asked = None
        return self._flush()

    def forgo(self, since: int, at: int) -> list[MixEvent]:
        """What plays, if it began `since` then, does not count as played."""
        for start, deck in self._started:
            if deck is self._current and start >= since and deck.played:
                self._events.append(TrackUnheard(at, deck.cue.id))
        return self._flush()

    def prepare(self, at: int) -> list[MixEvent]:
        """See to it that something is loaded, while nobody hears the decks."""
        self._look_ahead(at, heard=False)
        return self._flush()

    def come_back(self, at: int, reason: str) -> list[MixEvent]:
        """The decks are heard again, perhaps with what they were playing: say so."""
        self._why, self._rung = reason, None
        if self._current:
            self._say_on_air(at, self._current.cue, reason)
            if self._current.cue.announce:
                self._events.append(TitleChanged(at, self._current.cue.title))
        return self._flush()

    def play(self, length: int, at: int) -> tuple[Audio, list[MixEvent]]:
        """The next `length` samples, whatever it takes."""
        audio = silence(length)
        done = 0
        while done < length:
            self._look_ahead(at + done)
            if self._current is None:
                self._take_over(at + done)
            done += self._play_part(audio[done:], at + done)
        self._watch(audio, at + length)
        return audio, self._flush()

    def copy(self) -> Decks:
        """The decks as they are, to go back to by `wind_back` and `take_up`."""
        same = copy(self)
        same._unheard, same._loaded = set(self._unheard), deque(self._loaded)
        same._rise, same._meter, same._events = copy(self._rise), copy(self._meter), []
        same._fading = [(deck, copy(ramp)) for deck, ramp in self._fading]
        playing = [self._current] if self._current else []
        playing += [deck for deck, _ in same._fading]
        same._places = [(deck, deck.played) for deck in playing]
        return same

    def wind_back(self) -> None:
        """Have the tracks stand where they were when this copy was made."""
        for deck, played in self._places:
            deck.rewind(played)

    def take_up(self, later: Decks) -> None:
        """Go on from here, wound back.

        What `later` was told is true from now on; tracks that began after the copy was made
        were not heard: they are loaded, in front of what is loaded already.
        """
        unheard = [deck for at, deck in later._started if (at, deck) not in self._started]
        self._loaded = deque()
        for deck in unheard:
            if is_fallback(deck.cue):
                deck.close()
            elif deck.closed:
                self._loaded.append(self._deck(deck.cue))
            else:
                deck.rewind(0)
                self._loaded.append(deck)
        self._unheard = {deck.cue.id for deck in self._loaded} | later._unheard
        self._loaded += later._loaded
        while len(self._loaded) > MAX_LOADED:
            self._loaded.popleft().close()
        self.settings, self._ladder = later.settings, later._ladder
        if later._asked is not None and not unheard:
            self._asked = later._asked

    def _deck(self, cue: Cue) -> Deck:
        return Deck(cue, self._open(cue.path, cue.cue_in + cue.resume))

    def _flush(self) -> list[MixEvent]:
        events, self._events = self._events, []
        return events

    def _play_part(self, room: Audio, at: int) -> int:
        """Fill the room up to the next join; give back how much."""
        assert self._current is not None
        self._perhaps_cross(at)
        until = self._until_cross()
        wanted = min(len(room), until) if until else len(room)
        current = self._current
        try:
            part = current.read(wanted)
        except CodecError as error:
            self._events.append(TrackFailed(at, current.cue.id, str(error)))
            self._drop_current(at, Why.FAILED, str(error))
            return 0
        if len(part):
            self._say_start(at)
        room[: len(part)] += self._rise.apply(part)
        self._play_fading(room[: len(part)], at)
        if len(part) < wanted:
            if current.played == 0:
                self._events.append(TrackFailed(at, current.cue.id, "it has no sound"))
                self._drop_current(at, Why.FAILED, "it has no sound")
            else:
                self._drop_current(at + len(part), Why.FINISHED, "no track was loaded in time")
        return len(part)

    def _play_fading(self, room: Audio, at: int) -> None:
        for deck, ramp in list(self._fading):
            try:
                part = deck.read(len(room))
            except CodecError:
                part = silence(0)
            room[: len(part)] += ramp.apply(part)
            if len(part) < len(room) or ramp.silent:
                self._fading.remove((deck, ramp))
                deck.close()

    def _drop_current(self, at: int, why: Why, reason: str) -> None:
        assert self._current is not None
        deck, self._current = self._current, None
        if why is Why.FAILED and is_fallback(deck.cue):
            self._ladder.failed(deck.cue)
        self._end(deck, at, why)
        deck.close()
        self._why, self._skip = reason, None

    def _end(self, deck: Deck, at: int, why: Why) -> None:
        if deck.played == 0:
            return  # nobody heard of it
        self._events.append(TrackEnded(at, deck.cue.id, why))
        proven = why is Why.FINISHED or deck.played >= PROVEN
        if proven and why not in (Why.FAILED, Why.SILENT) and not is_fallback(deck.cue):
            self._ladder.remember(deck.cue)

    def _take_over(self, at: int) -> None:
        """Nothing plays: the next track starts, or the ladder helps."""
        deck = self._loaded.popleft() if self._loaded else self._ladder.step()
        self._start(deck, at, self._why)
        self._rise = Ramp()

    def _start(self, deck: Deck, at: int, reason: str) -> None:
        self._current, self._skip, self._asked, self._unsaid = deck, None, None, reason
        recent = [each for each in self._started if each[0] > at - REWIND]
        self._started = (*recent, (at, deck))[-MAX_LOADED:]
        self._meter.reset()

    def _say_start(self, at: int) -> None:
        if self._current is None or self._unsaid is None:
            return
        cue, reason, self._unsaid = self._current.cue, self._unsaid, None
        self._unheard.discard(cue.id)
        self._events.append(TrackStarted(at, cue.id, samples(cue.resume)))
        self._say_on_air(at, cue, reason)
        if cue.announce:
            self._events.append(TitleChanged(at, cue.title))

    def _say_on_air(self, at: int, cue: Cue, reason: str) -> None:
        if cue.rung is not self._rung:
            self._rung = cue.rung
            self._events.append(OnAir(at, cue.rung, reason))

    def _look_ahead(self, at: int, *, heard: bool = True) -> None:
        """Find out early that the next track is missing or broken."""
        if self._loaded:
            try:
                self._loaded[0].ready()
                return
            except CodecError as error:
                broken = self._loaded.popleft()
                self._events.append(TrackFailed(at, broken.cue.id, str(error)))
                broken.close()
                self._asked = None
        if self._loaded:
            return
        within = self._current.remaining if self._current else None
        if not heard:
            within = None
        elif self._skip is not None or self._current is None or is_fallback(self._current.cue):
            within = 0
        due = within is None or within <= samples(self.settings.ask_ahead)
        if due and (self._asked is None or at - self._asked >= ASK_AGAIN):
            self._asked = at
            self._events.append(NeedTrack(at, within))

    def _watch(self, audio: Audio, at: int) -> None:
        self._meter.feed(audio)
        rung = self._current.cue.rung if self._current else None
        if rung is not Rung.LAST_RESORT and self._meter.quiet > samples(self.settings.skip_silence):
            self.skip(at, Why.SILENT)

    # From one track to the next

    def _perhaps_cross(self, at: int) -> None:
        assert self._current is not None
        if self._next_is_ready():
            if is_fallback(self._current.cue):
                self._cross(at, samples(self.settings.fade), Why.RELIEVED, "a track is there again")
            elif self._skip is not None and (self._looked_ready or not self.skipping):
                self._cross(at, samples(self.settings.fade), self._skip[1], self._skip[1].value)
            elif self._until_cross() == 0:
                self._cross(at, self._current.remaining or 0, Why.FINISHED, "the track before ends")
        elif self._skip is not None and at - self._skip[0] >= SKIP_PATIENCE:
            reason = f"{self._skip[1].value}, and no track was loaded in time"
            self._loaded.appendleft(self._ladder.step())
            self._cross(at, samples(self.settings.fade), self._skip[1], reason)

    def _next_is_ready(self) -> bool:
        try:
            return bool(self._loaded) and self._loaded[0].ready()
        except CodecError:
            return False  # `_look_ahead` says so and asks for another one

    def _until_cross(self) -> int | None:
        if self._current is None or not self._loaded:
            return None
        return until_cross(self.settings, self._current, self._loaded[0])

    def _cross(self, at: int, length: int, why: Why, reason: str) -> None:
        """Fade over to the next track in `length` samples."""
        assert self._current is not None
        deck = self._loaded.popleft()
        leaving, fall = self._current, self._rise
        if why is Why.SILENT and is_fallback(leaving.cue):
            self._ladder.failed(leaving.cue)
        if leaving.remaining is not None:
            length = min(length, max(leaving.remaining, 1))
        fall.go(0.0, length)
        self._end(leaving, at + length, why)
        self._fading.append((leaving, fall))
        at_full_level = why is Why.FINISHED and self.settings.transition is Transition.SMART
        self._rise = Ramp(1.0 if at_full_level else 0.0)
        if not at_full_level:
            self._rise.go(1.0, length)
        self._start(deck, at, reason)
