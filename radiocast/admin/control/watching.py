"""What everybody may know: what is heard now, and where."""

from __future__ import annotations

import time
from collections.abc import Mapping

from radiocast.admin.control.shapes import Shape, next_shape, now_shape
from radiocast.admin.control.station import AutoDjControls, Station
from radiocast.autodj.changes import Changes, Part
from radiocast.autodj.simulate import Airing
from radiocast.autodj.title import format_title
from radiocast.mounts.delay import burst_delay
from radiocast.mounts.mount import Mount
from radiocast.protocols.addresses import quote_path

NEXT_FRESH = 10.0
"""Seconds what comes next is not asked for again while nothing changes: it takes a dry run,
and everybody may ask."""

LOOK_AHEAD = 12
"""Tracks of a dry run: some of them are jingles, which are not shown."""


class Watching:
    """Looks at the auto-DJ for those who may only look."""

    def __init__(self, station: Station, controls: AutoDjControls) -> None:
        self._station = station
        self._controls = controls
        self._coming: tuple[Airing, ...] = ()
        self._coming_of: tuple[Mapping[Part, int], float] | None = None

    @property
    def changes(self) -> Changes:
        """When to look again."""
        return self._controls.changes

    def now(self, *, private: bool = False) -> Shape:
        """What is heard, and what comes next."""
        upcoming = self.next()
        template = self._station.config.autodj.title
        shape = now_shape(self._controls.now, private=private)
        return {**shape, "next": next_shape(upcoming, template) if upcoming else None}

    def next(self) -> Airing | None:
        """The next title that is shown; None: nobody can tell."""
        return next(iter(self._upcoming()), None)

    def titles(self, count: int) -> list[str]:
        """The next titles that are shown, at most so many."""
        config = self._station.config.autodj
        coming = ((each.track, each.playlist) for each in self._upcoming()[:count])
        return [format_title(config.title, track, playlist) for track, playlist in coming if track]

    def _upcoming(self) -> tuple[Airing, ...]:
        known = self._controls.changes.counts, time.monotonic() // NEXT_FRESH
        if self._coming_of != known:
            self._coming_of = known
            upcoming = self._controls.upcoming(LOOK_AHEAD)
            self._coming = tuple(each for each in upcoming if self._is_shown(each))
        return self._coming

    def streams(self, site: str) -> list[Shape]:
        """The mounts it is heard on. `site`: where we are reached. `behind` is how many seconds
        after the live edge somebody hears it who begins now."""
        return [
            {
                "path": mount.path,
                "url": site + quote_path(mount.path),
                "content_type": mount.content_type,
                "bitrate": self._station.config.outputs[mount.path].bitrate,
                "listeners": mount.counts.listeners,
                "behind": round(burst_delay(mount), 3),
            }
            for mount in self.mounts
        ]

    @property
    def mounts(self) -> list[Mount]:
        """The mounts the auto-DJ plays on that are not hidden."""
        found = map(self._station.registry.get, self._station.config.outputs)
        return [mount for mount in found if mount and mount.source and not mount.config.hidden]

    def _is_shown(self, airing: Airing) -> bool:
        playlist = self._station.config.playlists.get(airing.playlist)
        return airing.track is not None and (playlist is None or playlist.announce)
