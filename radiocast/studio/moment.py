"""The mixer at one moment: all of it that can be gone back to."""

from __future__ import annotations

from collections import deque
from copy import copy
from dataclasses import dataclass, field, replace

from radiocast.codecs.audio import Audio
from radiocast.formats import Title
from radiocast.studio.decks import Decks
from radiocast.studio.events import MixEvent, TitleChanged
from radiocast.studio.limiter import LOOK_AHEAD, Limiter
from radiocast.studio.meter import SilenceMeter
from radiocast.studio.overlay import Overlay
from radiocast.studio.ramp import Ramp


@dataclass(slots=True)
class Moment:
    """Everything but the live sources, whose sound comes once."""

    at: int
    """Media time of the next sample that is rendered."""
    mixed: int
    """Media time of the next block that is mixed."""
    decks: Decks
    limiter: Limiter
    meter: SilenceMeter
    decks_ramp: Ramp = field(default_factory=Ramp)
    bus_ramp: Ramp = field(default_factory=Ramp)
    overlays: deque[Overlay] = field(default_factory=deque)
    fresh: bool = True
    """Whether nothing was heard yet."""
    quiet_reported: bool = False
    ready: tuple[Audio, ...] = ()
    """Limited, not yet rendered."""
    surplus: int = LOOK_AHEAD
    """Samples that the limiter gives before its first input."""
    events: list[MixEvent] = field(default_factory=list)
    """What has happened, or will: not said yet."""
    lost_at: int | None = None
    """Since when live is missing that may come back soon."""
    held: Title | None = None
    """What listeners are shown if it does not."""

    def say(self, events: list[MixEvent]) -> None:
        """The decks' events. Their titles wait while live may come back."""
        for event in events:
            if self.lost_at is not None and isinstance(event, TitleChanged):
                self.held = event.title
            else:
                self.events.append(event)

    def give_up(self) -> None:
        """Live did not come back: listeners see what the decks play."""
        if self.held is not None:
            self.events.append(TitleChanged(self.mixed, self.held))
        self.lost_at = self.held = None

    def copy(self) -> Moment:
        """The same, standing still."""
        return replace(
            self,
            decks=self.decks.copy(),
            limiter=copy(self.limiter),
            meter=copy(self.meter),
            decks_ramp=copy(self.decks_ramp),
            bus_ramp=copy(self.bus_ramp),
            overlays=deque(each.copy() for each in self.overlays),
            events=list(self.events),
        )

    def wind_back(self) -> None:
        """Have all that plays stand where it stood when this copy was made."""
        self.decks.wind_back()
        for overlay in self.overlays:
            overlay.wind_back()

    def take_up(self, later: Moment) -> None:
        """What `later` was told is true from now on."""
        self.decks.take_up(later.decks)
