"""What the station tells its studio worker. How it travels: `wire.py`."""

from __future__ import annotations

from dataclasses import dataclass

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
    """Where a stream's packets ended when the worker that made them was lost."""

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
    """Begin at the media time `at`, which is `ahead` seconds before it is due."""

    plan: Plan
    at: int = 0
    ahead: float = 0.0
    resume: tuple[Resume, ...] = ()


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
class LiveTitle:
    """What it says it plays."""

    id: str
    title: Title


@dataclass(frozen=True, slots=True)
class LiveClose:
    """It left (its sound is played out), or is thrown out (it is faded at once)."""

    id: str
    kick: bool = False


Command = Start | Configure | Load | Skip | Lay | LiveOpen | LiveAudio | LiveTitle | LiveClose
COMMANDS: tuple[type[Command], ...] = (
    Start,
    Configure,
    Load,
    Skip,
    Lay,
    LiveOpen,
    LiveAudio,
    LiveTitle,
    LiveClose,
)
