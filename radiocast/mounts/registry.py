"""All mounts that exist now, and who may have one."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from radiocast.config.model import Config
from radiocast.mounts.fallbacks import Fallbacks
from radiocast.mounts.mount import Mount
from radiocast.mounts.sids import Sids
from radiocast.mounts.source import Source
from radiocast.mounts.statistics import Traffic


class Refused(Enum):
    """Why a source does not get a mount, although its password is right."""

    IN_USE = "mount in use"
    TOO_MANY_SOURCES = "too many sources"


class Registry:
    """Mounts by path. A mount exists from its first source until it is abandoned."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._mounts: dict[str, Mount] = {}
        self.fallbacks = Fallbacks(config)
        self.sids = Sids(config)
        self.listeners = 0
        """On all mounts together; kept by whoever adds and removes them."""
        self.traffic = Traffic()
        """Kept by whoever lets it in."""
        self.reading = 0
        """Sources being read right now; kept by whoever reads them."""
        self._last_number = 0

    def __iter__(self) -> Iterator[Mount]:
        return iter(sorted(self._mounts.values(), key=lambda mount: mount.path))

    def get(self, path: str) -> Mount | None:
        """The mount at `path`, on air or in its grace time."""
        return self._mounts.get(path)

    def numbered(self, sid: int | None) -> Mount | None:
        """The mount with SHOUTcast's number `sid`; None: the first."""
        return self.get(self.sids.meant(sid))

    @property
    def on_air(self) -> list[Mount]:
        """Mounts with a source whose content is known, by path."""
        return [mount for mount in self if mount.source is not None and mount.content_type]

    @property
    def sources(self) -> int:
        """How many sources are connected."""
        sources = [mount.source for mount in self._mounts.values() if mount.source is not None]
        return sum(not source.stands_in for source in sources)

    def claim(self, path: str, source: Source, *, now: float) -> Mount | Refused:
        """Give the mount to the source, or say why not."""
        mount = self._mounts.get(path)
        config = self._config.mount(path)
        held = mount is not None and mount.source is not None and not mount.source.stands_in
        if held and not config.takeover:
            return Refused.IN_USE
        full = self.sources >= self._config.limits.sources
        if not held and not source.stands_in and full:
            return Refused.TOO_MANY_SOURCES
        if mount is None:
            mount = self._mounts[path] = Mount(path, config)
            if not source.stands_in:
                self.sids.number(path, exist=self._mounts)
        mount.take(source, now=now)
        return mount

    def next_number(self) -> int:
        """A number for a listener, which nobody else on this station ever has."""
        self._last_number += 1
        return self._last_number

    def remove(self, mount: Mount) -> None:
        """The mount was abandoned."""
        del self._mounts[mount.path]

    def configure(self, config: Config) -> None:
        """New settings, from now on: after a reload."""
        self._config = config
        self.fallbacks.configure(config)
        self.sids.configure(config)
        for mount in self._mounts.values():
            mount.configure(config.mount(mount.path))
