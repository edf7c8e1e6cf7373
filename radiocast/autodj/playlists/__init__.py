"""Playlist files: M3U, PLS, XSPF and CUE to one list of entries. Pure.

Broken lines are skipped and told; only what is no playlist at all raises PlaylistError.
"""

from __future__ import annotations

from collections.abc import Sequence

from radiocast.autodj.playlists.cue import parse_cue
from radiocast.autodj.playlists.entry import MAX_PLAYLIST, Entry, Parsed, PlaylistError, Problem
from radiocast.autodj.playlists.m3u import parse_m3u
from radiocast.autodj.playlists.pls import parse_pls
from radiocast.autodj.playlists.xspf import parse_xspf

__all__ = [
    "SUFFIXES",
    "Entry",
    "Parsed",
    "PlaylistError",
    "Problem",
    "parse_playlist",
    "suffix_of",
]

SUFFIXES = frozenset({"m3u", "m3u8", "pls", "xspf", "cue"})
"""How the names of playlist files end."""


def parse_playlist(data: bytes, location: str, charsets: Sequence[str] = ()) -> Parsed:
    """The tracks of the playlist at `location`: a path or an address, whose name says what it is.

    Relative entries start there. Text that is not UTF-8 is in the first of `charsets` that
    fits. Raises PlaylistError.
    """
    if len(data) > MAX_PLAYLIST:
        raise PlaylistError(f"is longer than {MAX_PLAYLIST} bytes")
    match _kind(data, location):
        case "m3u" | "m3u8":
            return parse_m3u(data, location, charsets)
        case "pls":
            return parse_pls(data, location, charsets)
        case "xspf":
            return parse_xspf(data, location)
        case "cue":
            return parse_cue(data, location, charsets)
        case _:
            raise PlaylistError("is no playlist: M3U, PLS, XSPF and CUE are known")


def suffix_of(location: str) -> str:
    """What follows the last dot of a file's name, in lower case; empty: nothing."""
    name = location.partition("?")[0].rpartition("/")[2] if "://" in location else location
    _, dot, suffix = name.rpartition("/")[2].rpartition(".")
    return suffix.lower() if dot else ""


def _kind(data: bytes, location: str) -> str:
    """What kind of playlist it is, by its name, or else by how it begins."""
    if suffix_of(location) in SUFFIXES:
        return suffix_of(location)
    start = data[:100].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(b"[playlist]"):
        return "pls"
    if start.startswith((b"<?xml", b"<playlist")):
        return "xspf"
    return "m3u" if start.startswith(b"#extm3u") else ""
