"""How long artists, titles and albums keep apart. Pure.

Apart means from one track's start to the next one's. Covers count as the same title, and
each of several artists counts. Jingles neither keep away nor are kept away.
"""

from __future__ import annotations

from collections.abc import Mapping

from radiocast.autodj.state import Rules, State
from radiocast.autodj.track import Labels
from radiocast.units import format_duration


class Separation:
    """What the songs played of late forbid at one moment."""

    def __init__(self, rules: Rules, state: State, now: float) -> None:
        wanted = rules.settings
        self._wanted = (wanted.separation_title, wanted.separation_artist, wanted.separation_album)
        title, artist, album = self._wanted
        jingles = {name for name, config in rules.playlists.items() if config.is_between}
        songs = [
            (play.labels, now - play.start) for play in state.plays if play.playlist not in jingles
        ]
        # Seconds since the last play of each. The oldest come first: later ones replace them.
        # A name nobody gave is no reason: most files without an album are from different ones.
        self._titles = {said.title: ago for said, ago in songs if ago < title and said.title}
        self._albums = {said.album: ago for said, ago in songs if ago < album and said.album}
        self._artists = {name: ago for said, ago in songs if ago < artist for name in said.artists}

    def fits(self, labels: Labels) -> bool:
        """Whether nothing is against a track with these labels."""
        return not (
            labels.title in self._titles
            or labels.album in self._albums
            or any(artist in self._artists for artist in labels.artists)
        )

    def clash(self, labels: Labels) -> str:
        """What is against such a track, for the operator; empty: nothing."""
        for what, names, played, wanted in self._checks(labels):
            for name in names:
                if name in played:
                    ago, apart = format_duration(round(played[name])), format_duration(wanted)
                    return f"{what} {name!r} played {ago} ago, and is wanted {apart} apart"
        return ""

    def distance(self, labels: Labels) -> tuple[float, ...]:
        """How much is against such a track where something is against them all: the least is best.

        Seconds missing for the title, then for artists, then for the album: the same song
        again is noticed before another one by the same artist.
        """
        return tuple(
            max((wanted - played[name] for name in names if name in played), default=0.0)
            for _, names, played, wanted in self._checks(labels)
        )

    def _checks(
        self, labels: Labels
    ) -> tuple[tuple[str, tuple[str, ...], Mapping[str, float], float], ...]:
        title, artist, album = self._wanted
        return (
            ("title", (labels.title,), self._titles, title),
            ("artist", labels.artists, self._artists, artist),
            ("album", (labels.album,), self._albums, album),
        )
