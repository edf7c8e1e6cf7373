"""What the studio says. `at` is media time: samples since the station's first."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from radiocast.formats import Title
from radiocast.studio.cues import Rung


class Why(Enum):
    """Why something ended."""

    FINISHED = "finished"
    SKIPPED = "skipped"
    SILENT = "silent"
    FAILED = "failed"
    LIVE = "live took over"
    RELIEVED = "something better came"
    LEFT = "left"
    STALLED = "stalled"
    REPLACED = "another live source took over"
    KICKED = "kicked"


@dataclass(frozen=True, slots=True)
class TrackStarted:
    """The first sample of a track is on the bus at `at`."""

    at: int
    id: str
    skipped: int = 0
    """Samples of the track that were left out: it was taken up in the middle."""


@dataclass(frozen=True, slots=True)
class TrackEnded:
    """Nothing of the track is heard from `at` on."""

    at: int
    id: str
    why: Why


@dataclass(frozen=True, slots=True)
class TrackUnheard:
    """The track that began lately does not count as played, and is not loaded any more."""

    at: int
    id: str


@dataclass(frozen=True, slots=True)
class TrackFailed:
    """The track cannot be played, or not on; another one is needed."""

    at: int
    id: str
    problem: str


@dataclass(frozen=True, slots=True)
class NeedTrack:
    """Load a track: it is needed in `within` samples (None: nobody knows, as a live show ends)."""

    at: int
    within: int | None


@dataclass(frozen=True, slots=True)
class TitleChanged:
    """What listeners are to be shown from `at` on."""

    at: int
    title: Title


@dataclass(frozen=True, slots=True)
class LiveStarted:
    """The live source begins to be heard at `at`."""

    at: int
    id: str


@dataclass(frozen=True, slots=True)
class LiveEnded:
    """The live source begins to fade at `at`."""

    at: int
    id: str
    why: Why


@dataclass(frozen=True, slots=True)
class LiveOverrun:
    """A live source sent faster than time goes; its oldest sound was dropped."""

    at: int
    id: str
    dropped: int
    """In samples."""


@dataclass(frozen=True, slots=True)
class OnAir:
    """The rung of the ladder that is on air from `at` on, and why."""

    at: int
    rung: Rung
    reason: str


@dataclass(frozen=True, slots=True)
class Silence:
    """It has been quiet since `since`."""

    at: int
    since: int


@dataclass(frozen=True, slots=True)
class SoundBack:
    """The silence that was reported is over."""

    at: int


@dataclass(frozen=True, slots=True)
class OverlayStarted:
    """A jingle is laid over the programme from `at` on."""

    at: int
    id: str


@dataclass(frozen=True, slots=True)
class OverlayEnded:
    """The jingle is over."""

    at: int
    id: str


MixEvent = (
    TrackStarted
    | TrackEnded
    | TrackUnheard
    | TrackFailed
    | NeedTrack
    | TitleChanged
    | LiveStarted
    | LiveEnded
    | LiveOverrun
    | OnAir
    | Silence
    | SoundBack
    | OverlayStarted
    | OverlayEnded
)
