"""What all MPD clients of a station share."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from radiocast.admin.controls import Controls
from radiocast.admin.mpd.catalogue import FILE_SCHEME, Catalogue, song_of, unescape
from radiocast.admin.mpd.playlist import Entry, Playlist
from radiocast.autodj.state import Queued, Shelves
from radiocast.autodj.tags import Artwork, TagsError, read_artwork
from radiocast.autodj.track import Track
from radiocast.config.model import Config
from radiocast.protocols.mpd.errors import Ack, MpdError
from radiocast.protocols.mpd.song import Song


class Desk:
    """The controls, and MPD's view of them."""

    def __init__(
        self,
        controls: Controls,
        config: Callable[[], Config],
        *,
        started: float,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`config`: the settings as they are now. `started`, and `clock`: Unix seconds."""
        self.controls = controls
        self.started = started
        self.clock = clock
        self.updated = started
        """When the library last changed."""
        self._config = config
        self._playlist = Playlist()
        self._shelves: Shelves | None = None
        self._catalogue = Catalogue({}, {})
        self._picture: tuple[str, Artwork | None] = ("", None)

    @property
    def config(self) -> Config:
        """The settings as they are now."""
        return self._config()

    @property
    def playlist(self) -> Playlist:
        """The queue as clients see it, as of now."""
        self._playlist.refresh(self.controls)
        return self._playlist

    def id_of(self, queued: Queued) -> int:
        """The id of what has just been put into the queue."""
        return self._playlist.id_of(queued)

    @property
    def catalogue(self) -> Catalogue:
        """The library as of now. May be asked for in any thread."""
        shelves = self.controls.shelves
        if shelves is not self._shelves:
            sources = {
                name: str(Path(playlist.source).absolute())
                for name, playlist in self.config.playlists.items()
                if playlist.source
            }
            self._catalogue = Catalogue(shelves, sources)
            if self._shelves is not None and shelves != self._shelves:
                self.updated = self.clock()
            self._shelves = shelves
        return self._catalogue

    def song(self, entry: Entry) -> Song:
        """What an entry of the queue looks like."""
        if entry.track is not None:
            return song_of(entry.track, self.catalogue.uri(entry.track, entry.playlist))
        now = entry.heard
        assert now is not None, "only what is heard may be no track"
        title = now.title
        tags = [("Name", self.config.station.name)]
        if title is not None:
            tags += [("Artist", title.artist), ("Title", title.title or title.text)]
        return Song(now.rung, tuple(tags))

    def track(self, uri: str) -> Track:
        """The track of the library a client means. Raises MpdError."""
        track = self.catalogue.find(uri)
        if track is None:
            raise MpdError(Ack.NO_EXIST, "No such song")
        return track

    def key(self, uri: str) -> str:
        """What the controls call the song a client wants to add, which may be an address, or a
        local file of any playlist. Raises MpdError."""
        track = self.catalogue.find(uri)
        if track is not None:
            return track.key
        if uri.startswith(FILE_SCHEME):
            return unescape(uri.removeprefix(FILE_SCHEME))
        if uri.startswith(("/", "http://", "https://")):
            return unescape(uri)
        raise MpdError(Ack.NO_EXIST, "No such song")

    def picture(self, uri: str, offset: int) -> Artwork | None:
        """The picture in a song's file; None: it has none. Blocks. Raises MpdError.

        It is asked for piece by piece, and kept until the first piece of another is.
        """
        track = self.track(uri)
        key, artwork = self._picture
        if offset == 0 or key != track.key:
            try:
                artwork = read_artwork(track.path) if track.path.startswith("/") else None
            except TagsError as exc:
                raise MpdError(Ack.NO_EXIST, str(exc)) from None
            self._picture = track.key, artwork
        return artwork
