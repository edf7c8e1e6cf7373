"""What everybody may know: what is heard now, and where."""

from __future__ import annotations

import time
from collections.abc import Mapping

from radiocast.admin.control.shapes import Shape, next_shape, now_shape
from radiocast.admin.control.station import AutoDjControls, Station
from radiocast.autodj.changes import Part
from radiocast.autodj.simulate import Airing
from radiocast.mounts.delay import burst_delay
from radiocast.mounts.mount import Mount
from radiocast.protocols.addresses import quote_path

NEXT_FRESH = 10.0
"""Seconds what comes next is not asked for again while nothing changes: it takes a dry run,
and everybody may ask."""


class Watching:
    """Looks at the auto-DJ for those who may only look."""

    def __init__(self, station: Station, controls: AutoDjControls) -> None:
        self._station = station
        self._controls = controls
        self._next: Airing | None = None
        self._next_of: tuple[Mapping[Part, int], float] | None = None

    def now(self, *, private: bool = False) -> Shape:
        """What is heard, and what comes next."""
        upcoming = self.next()
        template = self._station.config.autodj.title
        shape = now_shape(self._controls.now, private=private)
        return {**shape, "next": next_shape(upcoming, template) if upcoming else None}

    def next(self) -> Airing | None:
        """The next title that is shown; None: nobody can tell."""
        known = self._controls.changes.counts, time.monotonic() // NEXT_FRESH
        if self._next_of != known:
            self._next_of = known
            shown = (each for each in self._controls.upcoming(5) if self._is_shown(each))
            self._next = next(shown, None)
        return self._next

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
