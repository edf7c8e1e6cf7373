"""What the API needs of the station and its auto-DJ."""

from __future__ import annotations

from typing import Protocol

from radiocast.admin.controls import Controls
from radiocast.autodj.simulate import Airing
from radiocast.config.model import Config
from radiocast.formats import Title
from radiocast.mounts.mount import Mount
from radiocast.mounts.registry import Registry
from radiocast.mounts.statistics import ListenerStatistics, StationStatistics


class Audience(Protocol):
    """The listeners of every mount, and what can be done with them."""

    def of(self, mount: Mount) -> tuple[ListenerStatistics, ...]:
        """Who hears it."""

    def kick(self, mount: Mount, number: int) -> bool:
        """Hang up on a listener. Whether there was one of this number."""

    def move(self, mount: Mount, there: Mount) -> bool:
        """Let the listeners go on with another mount. Whether they can."""


class Station(Protocol):
    """The station: its mounts, and what can be done with them."""

    @property
    def config(self) -> Config:
        """The settings now."""

    @property
    def registry(self) -> Registry:
        """The mounts there are."""

    @property
    def audience(self) -> Audience:
        """Who hears them."""

    @property
    def port(self) -> int:
        """Where we are reached."""

    def statistics(self) -> StationStatistics:
        """What there is to say of the station right now."""

    def kick_source(self, mount: Mount) -> bool:
        """Throw the source out. Whether there was one that may be."""

    def set_title(self, mount: Mount, title: Title | None) -> bool:
        """Say what the source plays. Whether there is one that may be spoken for."""


class AutoDjControls(Controls, Protocol):
    """All that can be done with the auto-DJ over HTTP."""

    def simulate(self, seconds: float) -> list[Airing]:
        """What would play from now on for so many seconds: a dry run."""
