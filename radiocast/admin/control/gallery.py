"""Pictures of tracks, by id: read in a thread, kept as long as there is room."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

import trio

from radiocast.admin.control.index import Index
from radiocast.autodj.artwork import find_artwork
from radiocast.autodj.tags import Artwork

MAX_PICTURES = 200
MAX_BYTES = 32 * 1024 * 1024
"""Of all pictures kept."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is sent."""

    data: bytes
    content_type: str
    etag: str
    """Quotes included, as the ETag header has it (RFC 9110 section 8.8.3)."""


_Stamp = tuple[int, int, int]


class Gallery:
    """The pictures of what there is to play."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._kept: OrderedDict[str, tuple[_Stamp, Picture | None]] = OrderedDict()
        self._one = trio.CapacityLimiter(1)

    async def picture(self, name: str) -> Picture | None:
        """The picture of the track with this id; None: it has none, or there is no such track."""
        return await trio.to_thread.run_sync(
            self._find,
            name,
            limiter=self._one,
            # A disk that does not answer must not keep the station from stopping.
            abandon_on_cancel=True,
        )

    def _find(self, name: str) -> Picture | None:
        track = self._index.find(name)
        stamp = _stamp_of(track.path) if track and "://" not in track.path else None
        if track is None or stamp is None:
            return None
        path = track.path
        kept = self._kept.get(path)
        if kept is None or kept[0] != stamp:
            found = find_artwork(path)
            kept = stamp, _made(found) if found else None
            self._kept[path] = kept
        self._kept.move_to_end(path)
        while len(self._kept) > MAX_PICTURES or sum(self._sizes()) > MAX_BYTES:
            self._kept.popitem(last=False)
        return kept[1]

    def _sizes(self) -> Iterator[int]:
        return (len(picture.data) for _, picture in self._kept.values() if picture)


def _stamp_of(path: str) -> _Stamp | None:
    """What changes when the file does, or what lies beside it; None: there is no such file."""
    try:
        status, around = os.stat(path), os.stat(os.path.dirname(path))  # noqa: PTH116, PTH120
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_size, around.st_mtime_ns


def _made(found: Artwork) -> Picture:
    etag = f'"{sha256(found.data).hexdigest()[:16]}"'
    return Picture(found.data, found.content_type, etag)
