"""What every playlist file comes down to: entries, and what could not be read. Pure."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from urllib.parse import unquote, urljoin, urlsplit

from radiocast.errors import RadiocastError

MAX_PLAYLIST = 16 * 1024 * 1024
"""Bytes of a playlist file: a hundred thousand entries."""

MAX_PROBLEMS = 100
"""Problems that are told of one file: whoever gives us an MP3 as a playlist gets no novel."""

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")


class PlaylistError(RadiocastError):
    """The file as a whole is no playlist we can read."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One track of a playlist, with what the playlist says about it. Times in seconds."""

    location: str
    """An absolute path, or an http(s) address."""
    artist: str = ""
    title: str = ""
    album: str = ""
    duration: float | None = None
    cue_in: float = 0.0
    cue_out: float | None = None
    part: int = 0
    """The number of the track in a CUE sheet; 0: the whole file."""


@dataclass(frozen=True, slots=True)
class Problem:
    """An entry that was skipped."""

    line: int
    """From 1; 0: nobody knows."""
    text: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}" if self.line else self.text


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a playlist file holds."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...] = ()
    """The first of them."""
    folders: tuple[str, ...] = ()
    """The directories whose changes may change it, if it is made of local files."""


class Collector:
    """Entries and problems while a file is read."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._problems: list[Problem] = []

    def add(self, entry: Entry) -> None:
        """Take an entry."""
        self._entries.append(entry)

    def complain(self, line: int, text: str) -> None:
        """Take a problem."""
        if len(self._problems) < MAX_PROBLEMS:
            self._problems.append(Problem(line, text))

    def parsed(self) -> Parsed:
        """All that was taken."""
        return Parsed(tuple(self._entries), tuple(self._problems))


def resolve(reference: str, base: str, *, is_uri: bool = False) -> str:
    """Where `reference` points, seen from the playlist at `base` (a path or an address).

    `is_uri`: the format wants references percent-encoded. Raises ValueError, with a reason
    for the operator. A playlist from the network cannot point to files of ours.
    """
    reference = reference.strip()
    if not reference or "\0" in reference:
        raise ValueError("an empty location" if not reference else "a location with a NUL in it")
    is_remote = _is_http(base)
    scheme = _SCHEME.match(reference)
    if scheme and scheme[1].lower() in ("http", "https"):
        return _checked(reference)
    if scheme and (scheme[1].lower() != "file" or is_remote):
        raise ValueError(f"cannot play from {scheme[1][:20]}://")
    if is_remote:
        return _checked(urljoin(base, reference))
    if scheme:
        host, _, path = reference[len("file://") :].partition("/")
        if host.lower() not in ("", "localhost"):
            raise ValueError(f"a file of another machine: {host[:40]}")
        return _absolute("/" + unquote(path), base)
    return _absolute(unquote(reference) if is_uri else reference, base)


def split_title(text: str) -> tuple[str, str]:
    """Artist and title of "Artist - Title"; without a dash it is all title."""
    artist, dash, title = text.strip().partition(" - ")
    return (artist.strip(), title.strip()) if dash else ("", artist)


def seconds(text: str) -> float | None:
    """A duration; None for what is none, and for the 0 and -1 that mean "unknown"."""
    found = re.fullmatch(r"[0-9]{1,9}(?:\.[0-9]{0,9})?", text.strip())
    return (float(found[0]) or None) if found else None


def _is_http(location: str) -> bool:
    return location.lower().startswith(("http://", "https://"))


def _checked(address: str) -> str:
    parts = urlsplit(address)  # raises ValueError for what is no address
    if not parts.hostname:
        raise ValueError("an address without a host")
    return address


def _absolute(path: str, base: str) -> str:
    if "\0" in path:
        raise ValueError("a location with a NUL in it")
    if _DRIVE.match(path):
        raise ValueError(f"a Windows path: {path[:60]}")
    # Players on Windows write "..\Music\x.mp3". A real backslash in a name is rarer than that.
    if "\\" in path and "/" not in path:
        path = path.replace("\\", "/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), path))
