"""What the studio is told: tracks to play, and how to play them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from radiocast.formats import Title


class Rung(Enum):
    """What is on air, best first: the ladder that keeps dead air away."""

    LIVE = "live"
    SCHEDULE = "schedule"
    REQUEST = "request"
    ROTATION = "rotation"
    EMERGENCY = "emergency"
    LAST_GOOD = "last good track"
    LAST_RESORT = "last resort"


class Transition(Enum):
    """How one track follows another."""

    OFF = "off"
    """Sample after sample."""
    FIXED = "fixed"
    """Both fade, for so many seconds."""
    SMART = "smart"
    """The next begins where the analysis heard this one end (`start_next`), at full level."""


class AfterLive(Enum):
    """What the decks do when a live show is over."""

    NEXT = "next"
    RESUME = "resume"


@dataclass(frozen=True, slots=True)
class Cue:
    """A track, and the part of it to play. Times in seconds from the start of the file."""

    id: str
    """Names this playing of the track in every event."""
    path: str
    """A file or a URL."""
    title: Title = field(default_factory=lambda: Title(""))
    gain_db: float = 0.0
    cue_in: float = 0.0
    cue_out: float | None = None
    """None: where the file ends."""
    start_next: float | None = None
    """Where the analysis would let the next track begin; None: unknown."""
    resume: float = 0.0
    """Seconds after the cue-in that were heard already."""
    rung: Rung = Rung.ROTATION
    hard: bool = False
    """Neither side fades: jingles, news."""
    announce: bool = True
    """Whether the title goes out; otherwise listeners keep seeing the one before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MixSettings:
    """How the station sounds. Times in seconds, levels in dBFS."""

    transition: Transition = Transition.SMART
    crossfade: float = 6.0
    """The longest two tracks may overlap."""
    fade: float = 0.3
    """Into and out of live, and on a skip."""
    live_buffer: float = 0.5
    """The least of a live source that must be in hand before it goes on air."""
    live_buffer_max: float = 5.0
    grace: float = 8.0
    """So long after live was lost its title stays: until then it may come back."""
    live_silence: float = 45.0
    """So long a silence from live gives the air back to the decks, until sound returns."""
    silence_threshold: float = -50.0
    skip_silence: float = 8.0
    """So long a silence in a track skips it."""
    ask_ahead: float = 20.0
    """So long before it is needed the next track is asked for."""
    after_live: AfterLive = AfterLive.NEXT
    limiter: float = -1.0
    duck_db: float = -9.0
    """What a jingle that is laid over does to what is under it."""
    emergency: tuple[str, ...] = ()
    """Files that take turns when nothing else can be played."""
    tone: bool = True
    """Whether the last resort is a soft tone (-40 dBFS), not silence."""
