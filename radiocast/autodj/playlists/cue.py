"""CUE sheets (CDRWIN's format): the tracks within one or more audio files. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from radiocast.autodj.charsets import decode
from radiocast.autodj.playlists.entry import Collector, Entry, Parsed, resolve

_LINE_END = re.compile("\r\n|\n|\r")
_QUOTED = re.compile(r'"([^"]*)"?|(\S+)')
_TIME = re.compile(r"[0-9]+\s+([0-9]{1,5}):([0-9]{1,2}):([0-9]{1,2})")
_FRAMES = 75
"""In a second, as on a CD."""


@dataclass
class _Track:
    """What has been said about one track."""

    line: int
    location: str
    number: int
    artist: str = ""
    title: str = ""
    start: float | None = None


def parse_cue(data: bytes, base: str, charsets: Sequence[str] = ()) -> Parsed:
    """The tracks of a CUE sheet at `base`. Never raises.

    A track starts at its INDEX 01 and ends at the next one's: a pregap belongs to the track
    before, so that an album plays without a gap. Data tracks are left out.
    """
    found = Collector()
    tracks: list[_Track] = []
    album, location = _Track(0, "", 0), ""
    track = album
    for line, text in enumerate(_LINE_END.split(decode(data, charsets)), start=1):
        command, _, rest = text.strip().partition(" ")
        try:
            match command.upper():
                case "FILE":
                    track, location = _Track(0, "", 0), ""
                    location = resolve(_unquoted(rest), base)
                case "TRACK":
                    track = _Track(line, location, _number(rest))
                    if location and rest.upper().endswith(" AUDIO"):
                        tracks.append(track)
                case "PERFORMER" if not tracks and not location:
                    album.artist = _unquoted(rest)
                case "TITLE" if not tracks and not location:
                    album.title = _unquoted(rest)
                case "PERFORMER":
                    track.artist = _unquoted(rest)
                case "TITLE":
                    track.title = _unquoted(rest)
                case "INDEX" if _number(rest) == 1:
                    track.start = _time(rest)
        except ValueError as exc:
            found.complain(line, str(exc))
    _collect(tracks, album, found)
    return found.parsed()


def _collect(tracks: list[_Track], album: _Track, found: Collector) -> None:
    """Each track ends where the next one of the same file starts."""
    started: list[_Track] = []
    for track in tracks:
        before = started[-1] if started and started[-1].location == track.location else None
        if track.start is None:
            found.complain(track.line, "a TRACK without an INDEX 01")
        elif before and before.start is not None and track.start <= before.start:
            found.complain(track.line, "a TRACK that starts before the one in front of it")
        else:
            started.append(track)
    for track, after in pairwise([*started, album]):
        found.add(
            Entry(
                track.location,
                track.artist or album.artist,
                track.title,
                album.title,
                cue_in=track.start or 0.0,
                cue_out=after.start if after.location == track.location else None,
                part=track.number,
            )
        )


def _number(text: str) -> int:
    """The number that `text` begins with. Raises ValueError."""
    match = re.match(r"[0-9]{1,3}(?=\s)", text.strip() + " ")
    if match is None:
        raise ValueError(f"no number: {text[:20]}")
    return int(match[0])


def _time(text: str) -> float:
    """The seconds of `01 mm:ss:ff`. Raises ValueError."""
    match = _TIME.fullmatch(text.strip())
    if match is None or int(match[2]) > 59 or int(match[3]) >= _FRAMES:
        raise ValueError(f"no time: {text[:20]}")
    return 60 * int(match[1]) + int(match[2]) + int(match[3]) / _FRAMES


def _unquoted(text: str) -> str:
    match = _QUOTED.match(text.strip())
    return (match[1] or match[2] or "") if match else ""
