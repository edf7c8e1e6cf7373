"""SHOUTcast's stream numbers: which mount is meant by `sid=2`.

1 is `listen.shoutcast_mount`, on air or not. The other mounts that the configuration names are
numbered from 2 on, in the order of their paths: the same after every start. A mount that it does
not name gets the next number when it first comes on air, and keeps it while the station runs.
"""

from __future__ import annotations

from collections.abc import Collection

from radiocast.config.model import Config

MAX_REMEMBERED = 1000
"""Numbers kept, beyond those of mounts that are configured or exist: of others the oldest go."""

FIRST = 1


class Sids:
    """Numbers by path, and paths by number. A number is never given to another mount."""

    def __init__(self, config: Config) -> None:
        self._paths: dict[int, str] = {}
        self._sids: dict[str, int] = {}
        self._next = FIRST
        self._configured: frozenset[str] = frozenset()
        self.configure(config)

    def __len__(self) -> int:
        return len(self._sids)

    def configure(self, config: Config) -> None:
        """New settings: what they name besides gets the next numbers."""
        first = config.listen.shoutcast_mount
        self._configured = _named(config)
        held = self._paths.pop(FIRST, None)
        if held is not None and held != first:
            del self._sids[held]
        if first in self._sids:
            self._paths.pop(self._sids[first], None)
        self._give(FIRST, first)
        for path in sorted(self._configured):
            self.number(path)

    def number(self, path: str, *, exist: Collection[str] = ()) -> int:
        """The number of the mount at `path`, which gets one if it has none.

        `exist`: mounts whose numbers are needed still.
        """
        known = self._sids.get(path)
        if known is not None:
            return known
        spare = [each for each in self._sids if each not in self._configured and each not in exist]
        for each in spare[: max(0, len(spare) - MAX_REMEMBERED + 1)]:
            del self._paths[self._sids.pop(each)]
        sid = self._next
        self._give(sid, path)
        return sid

    def path(self, sid: int) -> str | None:
        """The mount that a number means; None: none."""
        return self._paths.get(sid)

    def meant(self, sid: int | None) -> str:
        """The mount that somebody means who says this number, or none; empty: there is none."""
        return self.path(FIRST if sid is None else sid) or ""

    def _give(self, sid: int, path: str) -> None:
        self._paths[sid], self._sids[path] = path, sid
        self._next = max(self._next, sid + 1)


def _named(config: Config) -> frozenset[str]:
    """The mounts that the configuration names."""
    sockets = (each.shoutcast_mount for each in config.sockets.values())
    relays = (each.mount for each in config.relays.values())
    named = (config.listen.shoutcast_mount, *config.mounts, *config.outputs, *sockets, *relays)
    return frozenset(path for path in named if path is not None)
