"""The library as MPD's clients browse it: a directory for each playlist. Pure.

A track's URI is the playlist's name and the file's path below the playlist's source: absolute
paths are no URIs for libmpdclient. What cannot stand in a line of UTF-8 is written as `\\u` and
four hexadecimal digits. A track in several playlists has a URI in each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from radiocast.autodj.track import Shelf, Track
from radiocast.protocols.mpd.song import Song

FILE_SCHEME = "file://"
"""How a local file is named that is in no playlist."""

_UNSAYABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\\\ud800-\udfff]")
_ESCAPED = re.compile(r"\\u([0-9a-f]{4})")


@dataclass(frozen=True, slots=True)
class Listing:
    """What is directly in a directory, by name."""

    directories: tuple[str, ...]
    songs: tuple[Song, ...]


class Folder:
    """One playlist."""

    def __init__(self, name: str, shelf: Shelf, source: str) -> None:
        self.name = folder_name(name)
        self.shelf = shelf
        self._root = _root(shelf, source)

    def uri(self, track: Track) -> str:
        """What clients call a track of this playlist."""
        if not track.path.startswith("/"):
            return escape(track.key)
        return f"{self.name}/{escape(track.key.removeprefix(self._root))}"

    def find(self, uri: str) -> Track | None:
        """The track of a URI; None: it is not of this playlist."""
        prefix = f"{self.name}/"
        if uri.startswith(prefix):
            return self.shelf.by_key.get(self._root + unescape(uri.removeprefix(prefix)))
        return self.shelf.by_key.get(unescape(uri))

    def songs(self) -> Iterator[Song]:
        """All of it, in the playlist's order."""
        for track in self.shelf.by_key.values():
            yield song_of(track, self.uri(track))


class Catalogue:
    """All playlists, as they were when it was made."""

    def __init__(self, shelves: Mapping[str, Shelf], sources: Mapping[str, str]) -> None:
        """`sources`: where each playlist's files are, as absolute paths."""
        self.folders = {
            folder.name: folder
            for folder in (Folder(name, shelves[name], sources.get(name, "")) for name in shelves)
        }

    def uri(self, track: Track, playlist: str = "") -> str:
        """What clients call a track, preferably as one of this playlist."""
        of_playlist = self.folders.get(folder_name(playlist))
        for folder in (of_playlist, *self.folders.values()):
            if folder is not None and track.key in folder.shelf.by_key:
                return folder.uri(track)
        scheme = FILE_SCHEME if track.path.startswith("/") else ""
        return scheme + escape(track.key)

    def find(self, uri: str) -> Track | None:
        """The track of a URI; None: there is none."""
        found = (folder.find(uri) for folder in self.folders.values())
        return next((track for track in found if track is not None), None)

    def song(self, uri: str) -> Song | None:
        """The song of a URI; None: there is none."""
        track = self.find(uri)
        return None if track is None else song_of(track, uri)

    def songs(self) -> Iterator[Song]:
        """Every track once, under the first of its URIs."""
        seen: set[str] = set()
        for folder in self.folders.values():
            for key, track in folder.shelf.by_key.items():
                if key not in seen:
                    seen.add(key)
                    yield song_of(track, folder.uri(track))

    def below(self, directory: str) -> list[Song]:
        """Every song in a directory and in those in it, sorted by URI; empty: there is no such
        directory. "" is the root."""
        name = directory.partition("/")[0]
        folders = self.folders.values() if not name else [self.folders.get(name)]
        found = [
            song
            for folder in folders
            if folder is not None
            for song in folder.songs()
            if not directory or _is_below(song, directory, folder.name)
        ]
        return sorted(found, key=lambda song: song.file)

    def list_directory(self, directory: str) -> Listing | None:
        """What is directly in a directory; None: there is no such directory."""
        if not directory:
            return Listing(tuple(sorted(self.folders)), ())
        songs = self.below(directory)
        if not songs and directory not in self.folders:
            return None
        inner: dict[str, None] = {}
        here: list[Song] = []
        for song in songs:
            rest = song.file.removeprefix(f"{directory}/")
            first, slash, _ = rest.partition("/")
            if slash and rest != song.file:
                inner[f"{directory}/{first}"] = None
            else:
                here.append(song)
        return Listing(tuple(inner), tuple(here))


def song_of(track: Track, uri: str) -> Song:
    """A track as clients see it. It lasts as long as it is heard."""
    tags = [("Artist", track.artist), ("Title", track.title), ("Album", track.album)]
    if track.part:
        tags.append(("Track", str(track.part)))
    end = track.duration if track.cue_out is None else track.cue_out
    duration = None if end is None else max(0.0, end - track.cue_in)
    return Song(uri, tuple(tag for tag in tags if tag[1]), duration)


def _is_below(song: Song, directory: str, folder: str) -> bool:
    """Addresses of a playlist have no directory: they are directly in the playlist's."""
    if "://" in song.file:
        return directory == folder
    return song.file.startswith(f"{directory}/")


def _root(shelf: Shelf, source: str) -> str:
    """What is left out of the paths of a playlist's files: its source, or what all share."""
    paths = [track.path for track in shelf.by_key.values() if track.path.startswith("/")]
    if not paths:
        return ""
    first, last = min(paths), max(paths)  # whatever these begin with, all do
    prefix = source.rstrip("/") + "/"
    if source and first.startswith(prefix) and last.startswith(prefix):
        return prefix
    same = next((at for at, c in enumerate(first) if last[at : at + 1] != c), len(first))
    return first[: first.rfind("/", 0, same) + 1]


def folder_name(playlist: str) -> str:
    """The directory of a playlist."""
    return escape(playlist).replace("/", "\\u002f")


def escape(text: str) -> str:
    """`text` as it can stand in a URI."""
    return _UNSAYABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def unescape(text: str) -> str:
    """What was escaped."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
