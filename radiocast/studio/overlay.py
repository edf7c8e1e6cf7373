"""A jingle laid over the programme, which steps back for it."""

from __future__ import annotations

from copy import copy

import numpy as np

from radiocast.codecs.audio import Audio, silence
from radiocast.codecs.errors import CodecError
from radiocast.studio.deck import Deck
from radiocast.studio.events import MixEvent, OverlayEnded, OverlayStarted, TrackFailed
from radiocast.studio.mediatime import samples
from radiocast.studio.pcm import to_gain

DUCK = samples(0.25)
"""How long the programme takes to step back, and to return."""


class Overlay:
    """One jingle: the programme ducks, the jingle plays, the programme returns."""

    def __init__(self, deck: Deck, duck_db: float) -> None:
        self.deck = deck
        self._depth = 1 - to_gain(duck_db)
        self._place = 0  # of the ducking, in samples from 0 to DUCK
        self._ended = False
        self._started = False
        self._played = 0  # of a copy: where the deck was

    def copy(self) -> Overlay:
        """The jingle as it is, to go back to by `wind_back`."""
        same = copy(self)
        same._played = self.deck.played
        return same

    def wind_back(self) -> None:
        """Stand where we were when this copy was made."""
        self.deck.rewind(self._played)

    @property
    def over(self) -> bool:
        """Whether the programme is back at its level."""
        return self._ended and self._place == 0

    def apply(self, programme: Audio, at: int) -> tuple[Audio, list[MixEvent]]:
        """The programme with the jingle, and what happened at `at`."""
        length, events = len(programme), list[MixEvent]()
        jingle = self._read(length, at, events)
        way = -1 if self._ended else 1
        places = np.clip(self._place + way * np.arange(1, length + 1), 0, DUCK)
        self._place = int(places[-1])
        curve = (1 - np.cos(np.pi * places / DUCK)) / 2
        ducked = programme * (1 - self._depth * curve).astype(np.float32)[:, None]
        ducked[: len(jingle)] += jingle
        return ducked, events

    def _read(self, length: int, at: int, events: list[MixEvent]) -> Audio:
        if self._ended:
            return silence(0)
        try:
            if not self._started and not self.deck.ready():
                return silence(0)
            jingle = self.deck.read(length)
        except CodecError as error:
            events.append(TrackFailed(at, self.deck.cue.id, str(error)))
            self._ended = True
            return silence(0)
        if not self._started:
            self._started = True
            events.append(OverlayStarted(at, self.deck.cue.id))
        if len(jingle) < length:
            self._ended = True
            self.deck.close()
            events.append(OverlayEnded(at + len(jingle), self.deck.cue.id))
        return jingle
