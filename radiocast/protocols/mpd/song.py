"""A song as MPD's clients know it: a URI with tags."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from radiocast.protocols.mpd.errors import Ack, MpdError

TAGS = (
    "Artist", "ArtistSort", "Album", "AlbumSort", "AlbumArtist", "AlbumArtistSort", "Title",
    "TitleSort", "Track", "Name", "Genre", "Mood", "Date", "OriginalDate", "Composer",
    "ComposerSort", "Performer", "Conductor", "Work", "Movement", "MovementNumber", "Ensemble",
    "Location", "Grouping", "Comment", "Disc", "Label", "MUSICBRAINZ_ARTISTID",
    "MUSICBRAINZ_ALBUMID", "MUSICBRAINZ_ALBUMARTISTID", "MUSICBRAINZ_TRACKID",
    "MUSICBRAINZ_RELEASETRACKID", "MUSICBRAINZ_WORKID",
)  # fmt: skip
"""Every tag of MPD's, as it is written in answers."""

FALLBACKS = {
    "ArtistSort": "Artist",
    "AlbumSort": "Album",
    "AlbumArtist": "Artist",
    "AlbumArtistSort": "Artist",
    "TitleSort": "Title",
    "ComposerSort": "Composer",
}
"""What a tag is taken from where a song has none: clients group albums by AlbumArtist."""

_BY_NAME = {tag.lower(): tag for tag in TAGS}


def find_tag(name: str) -> str:
    """The tag a client means, whatever its case. Raises MpdError."""
    tag = _BY_NAME.get(name.lower())
    if tag is None:
        raise MpdError(Ack.ARGUMENT, f"Unknown tag type: {name}")
    return tag


@dataclass(frozen=True, slots=True)
class Song:
    """Something that can be played."""

    file: str
    """Its URI: what clients add it by."""
    tags: tuple[tuple[str, str], ...] = ()
    """Those it has, by names out of TAGS."""
    duration: float | None = None
    """In seconds; None: nobody knows."""

    def value(self, tag: str) -> str:
        """The value of a tag, or of what stands in for it; empty: it has neither."""
        for wanted in (tag, FALLBACKS.get(tag)):
            for name, value in self.tags:
                if name == wanted and value:
                    return value
        return ""

    def pairs(self, shown: Collection[str] = TAGS) -> list[tuple[str, object]]:
        """What an answer says of it, with those of its tags that the client wants."""
        pairs: list[tuple[str, object]] = [("file", self.file)]
        pairs += [(name, value) for name, value in self.tags if value and name in shown]
        if self.duration is not None:
            pairs += [("Time", round(self.duration)), ("duration", f"{self.duration:.3f}")]
        return pairs
