"""What a playlist's source holds: a directory, a playlist file, a file, an address. Blocks."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from http.client import HTTPException
from pathlib import Path
from urllib.request import Request, urlopen

from radiocast.autodj.playlists import (
    SUFFIXES,
    Entry,
    Parsed,
    PlaylistError,
    Problem,
    parse_playlist,
    suffix_of,
)
from radiocast.autodj.playlists.entry import MAX_PLAYLIST

AUDIO_SUFFIXES = frozenset({
    "mp3", "mp2", "aac", "m4a", "m4b", "mp4", "ogg", "oga", "opus", "flac",
    "wav", "aif", "aiff", "wma", "wv", "ape", "mpc", "mka", "webm",
})  # fmt: skip
"""What files of a directory are taken for audio by; playlist files may name others."""

MAX_FILES = 500_000
"""Files of one directory: whoever gives us "/" by mistake gets a station all the same."""

MAX_EMERGENCY = 100
"""Files for when nothing else can be played: enough until somebody is woken up."""

FETCH_TIMEOUT = 10.0
"""Seconds without a byte after which an address is given up."""


def list_source(source: str, charsets: Sequence[str] = ()) -> Parsed:
    """The entries of a playlist's `source`. Raises PlaylistError if it holds none at all.

    A directory is taken with all that is in it, by name; a CUE sheet in it stands for the
    files it names. A relative path starts where the server was started.
    """
    if source.lower().startswith(("http://", "https://")):
        if suffix_of(source) not in SUFFIXES:
            return Parsed((Entry(source),))
        return parse_playlist(_fetch(source), source, charsets)
    if not source:
        raise PlaylistError("has no source")
    path = Path(source).absolute()
    if path.is_dir():
        return _list_directory(str(path), charsets)
    folders = (str(path.parent),)
    if suffix_of(source) in SUFFIXES:
        return replace(parse_playlist(_read(path), str(path), charsets), folders=folders)
    if not path.is_file():
        raise PlaylistError("is not there")
    return Parsed((Entry(str(path)),), folders=folders)


def list_emergency(source: str) -> tuple[str, ...]:
    """The files to play when nothing else can be: MAX_EMERGENCY of them. Raises PlaylistError."""
    return tuple(entry.location for entry in list_source(source).entries[:MAX_EMERGENCY])


def _list_directory(directory: str, charsets: Sequence[str]) -> Parsed:
    entries: list[Entry] = []
    problems: list[Problem] = []
    described: set[str] = set()
    folders: list[str] = []
    for path in _walk(directory, folders):
        if suffix_of(path) == "cue":
            try:
                sheet = parse_playlist(_read(Path(path)), path, charsets)
            except PlaylistError as exc:
                problems.append(Problem(0, f"{path} {exc}"))
                continue
            entries += sheet.entries
            problems += (Problem(each.line, f"{path}: {each.text}") for each in sheet.problems)
            described.update(entry.location for entry in sheet.entries)
        elif suffix_of(path) in AUDIO_SUFFIXES:
            entries.append(Entry(path))
    kept = (entry for entry in entries if entry.part or entry.location not in described)
    return Parsed(tuple(kept), tuple(problems), tuple(folders))


def _walk(directory: str, walked: list[str]) -> Iterator[str]:
    """The files below a directory, by name; links are followed, circles and hidden names not.

    The directories are added to `walked`.
    """
    count = 0
    visited: set[tuple[int, int]] = set()
    for folder, folders, files in os.walk(directory, followlinks=True):
        try:
            status = Path(folder).stat()
        except OSError:  # gone in the meantime
            continue
        here = status.st_dev, status.st_ino
        if here in visited:
            folders.clear()
            continue
        visited.add(here)
        walked.append(folder)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith("."):
                count += 1
                if count > MAX_FILES:
                    return
                yield f"{folder}/{name}"


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_PLAYLIST + 1)
    except OSError as exc:
        raise PlaylistError(f"cannot be read: {exc.strerror}") from None


def _fetch(address: str) -> bytes:
    request = Request(address, headers={"User-Agent": "radiocast"})
    try:
        with urlopen(request, timeout=FETCH_TIMEOUT) as response:
            data: bytes = response.read(MAX_PLAYLIST + 1)
    except (OSError, HTTPException, ValueError) as exc:
        raise PlaylistError(f"cannot be fetched: {exc}") from None
    return data
