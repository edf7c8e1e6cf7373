"""What a command found out or did, before anybody writes it down. Times are Unix seconds."""

from __future__ import annotations

from dataclasses import dataclass

from radiocast.access.bans import Ban
from radiocast.mounts.statistics import ListenerStatistics, MountStatistics, StationStatistics


@dataclass(frozen=True, slots=True)
class Statistics:
    """Everything there is to say of the station, and of all its mounts or of one."""

    station: StationStatistics
    only: str | None = None
    """The path of the one mount to show; None: all."""

    @property
    def mounts(self) -> list[MountStatistics]:
        """Those to show."""
        return [each for each in self.station.mounts if self.only in (None, each.path)]


@dataclass(frozen=True, slots=True)
class Mounts:
    """Mounts to choose from."""

    mounts: tuple[MountStatistics, ...]
    now: float
    moving_from: str | None = None
    """The path of the mount whose listeners are to go to one of these, if it is about that."""


@dataclass(frozen=True, slots=True)
class Listeners:
    """Who hears a mount."""

    mount: str
    listeners: tuple[ListenerStatistics, ...]


@dataclass(frozen=True, slots=True)
class TitleForm:
    """A mount whose title somebody wants to write."""

    mount: str


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a command that does something."""

    message: str
    success: bool
    mount: str = ""
    """The path of the mount it was about; empty: it was about none."""


@dataclass(frozen=True, slots=True)
class Users:
    """Who may listen to a mount by name and password, and what was just done to them."""

    mount: str
    names: tuple[str, ...]
    told: str | None = None
    """None: nothing was."""


@dataclass(frozen=True, slots=True)
class Banned:
    """Addresses that are kept out for wrong passwords."""

    bans: tuple[Ban, ...]
    told: str | None = None
    """What was just done; None: nothing."""


Result = Statistics | Mounts | Listeners | TitleForm | Told | Users | Banned
