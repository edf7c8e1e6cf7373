"""Tracks by their public ids."""

from __future__ import annotations

from radiocast.admin.control.shapes import id_of
from radiocast.admin.controls import Controls
from radiocast.autodj.state import Shelves
from radiocast.autodj.track import Track


class Index:
    """Looks tracks up by id. Made anew when the library has changed, which takes some 2 ms per
    thousand tracks: ask it in a thread."""

    def __init__(self, controls: Controls) -> None:
        self._controls = controls
        # Replaced as a whole: two threads may make it at once, and either one is right.
        self._made: tuple[Shelves, dict[str, Track]] = ({}, {})

    def find(self, name: str) -> Track | None:
        """The track of the library, of the queue or on air with this id; None: there is none."""
        shelves = self._controls.shelves
        if shelves is not self._made[0]:
            tracks = (track for shelf in shelves.values() for track in shelf.by_key.values())
            self._made = shelves, {id_of(track.key): track for track in tracks}
        found = self._made[1].get(name)
        if found is not None:
            return found
        now = self._controls.now.track
        others = [each.track for each in self._controls.queue] + ([now] if now else [])
        return next((track for track in others if id_of(track.key) == name), None)
