"""What the API needs of the station and its auto-DJ."""

from __future__ import annotations

from typing import Protocol

from radiocast.admin.controls import Controls
from radiocast.autodj.simulate import Airing
from radiocast.config.model import Config
from radiocast.mounts.registry import Registry


class Station(Protocol):
    """The station round the auto-DJ."""

    @property
    def config(self) -> Config:
        """The settings now."""

    @property
    def registry(self) -> Registry:
        """The mounts there are."""

    @property
    def port(self) -> int:
        """Where we are reached."""


class AutoDjControls(Controls, Protocol):
    """All that can be done with the auto-DJ over HTTP."""

    def simulate(self, seconds: float) -> list[Airing]:
        """What would play from now on for so many seconds: a dry run."""
