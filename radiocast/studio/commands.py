"""What the station tells its studio worker. How it travels: `wire.py`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from radiocast.codecs.spec import OutputSpec
from radiocast.formats import Title
from radiocast.studio.cues import Cue, MixSettings


@dataclass(frozen=True, slots=True)
class Stream:
    """One output: an encoder's packets in one framing. Streams of equal `spec` share an encoder."""

    id: str
    spec: OutputSpec
    chained: bool = False
    """Ogg: whether each title begins a new link. Browsers stop at links; most players show the
    title by them."""


@dataclass(frozen=True, slots=True)
class Resume:
    """The media time where a stream's packets end, and others are to follow."""

    stream: str
    at: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What a worker is to do."""

    mix: MixSettings
    streams: tuple[Stream, ...]
    lead: float = 3.0
    """Seconds by which packets are made before they are due."""


@dataclass(frozen=True, slots=True)
class Start:
    """Begin at the media time `at`."""

    plan: Plan
    at: int = 0
    due: float | None = None
    """When `at` is due, by the monotonic clock that all processes of a machine share, in seconds;
    None: now. (How much time goes by until a worker reads this is not known beforehand.)"""
    resume: tuple[Resume, ...] = ()
    resting: bool = False
    """Whether to begin with a rest."""
    following: int = 0
    """So many commands belong to this one: they are obeyed before anything is rendered."""


@dataclass(frozen=True, slots=True)
class Configure:
    """Go on otherwise. Streams that stay the same are not interrupted."""

    plan: Plan


@dataclass(frozen=True, slots=True)
class Load:
    """Play this next."""

    cue: Cue


@dataclass(frozen=True, slots=True)
class Skip:
    """Fade to the next track."""


@dataclass(frozen=True, slots=True)
class Rest:
    """Fade down and stop: something else is on air that does not come through the studio."""


@dataclass(frozen=True, slots=True)
class Wake:
    """Be heard again from the media time `at` on, with a fresh track."""

    at: int
    grace: bool = False
    """Whether what was heard instead may come back soon: titles do not change until then."""


@dataclass(frozen=True, slots=True)
class Lay:
    """Lay a jingle over whatever is on air."""

    cue: Cue


@dataclass(frozen=True, slots=True)
class LiveOpen:
    """A live source connected. See `Mixer.open_live`."""

    id: str
    content_type: str
    priority: int = 0


@dataclass(frozen=True, slots=True)
class LiveAudio:
    """What it sent."""

    id: str
    data: bytes


@dataclass(frozen=True, slots=True)
class LiveResume:
    """It was on air with another worker, which had all it sent so far but `left` samples mixed."""

    id: str
    left: int


@dataclass(frozen=True, slots=True)
class LiveTitle:
    """What it says it plays."""

    id: str
    title: Title


@dataclass(frozen=True, slots=True)
class LiveClose:
    """It left (its sound is played out), or is thrown out (it is faded at once)."""

    id: str
    kick: bool = False


Command = (
    Start
    | Configure
    | Load
    | Skip
    | Rest
    | Wake
    | Lay
    | LiveOpen
    | LiveAudio
    | LiveResume
    | LiveTitle
    | LiveClose
)
COMMANDS: tuple[type[Command], ...] = get_args(Command)
