"""A track: an audio file, a part of one, or an address, and what is known about it. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import PurePosixPath

UNKNOWN_SPAN = 240.0
"""Seconds a track is thought to take whose length nobody knows."""

MAX_RAISE = 20.0
"""Decibels. What would need more is hiss, or silence with a fault in it."""

_BETWEEN_ARTISTS = re.compile(r"[,;/&]|\s(?:feat|ft|featuring|vs|versus)\b\.?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Track:
    """Something the auto-DJ may play. Times are seconds from the beginning of the file."""

    path: str
    """A local path, or an http(s) address."""
    duration: float | None = None
    """Of the whole file; None: nobody knows before it has played."""
    artist: str = ""
    title: str = ""
    album: str = ""
    gain_db: float = 0.0
    """What brings it to the station's loudness."""
    cue_in: float = 0.0
    cue_out: float | None = None
    """Where it ends sounding; None: at the end."""
    start_next: float | None = None
    """Where the next track may begin; None: at `cue_out`."""
    part: int = 0
    """The number of the track in a CUE sheet; 0: the whole file."""

    @property
    def key(self) -> str:
        """What tells it from all other tracks."""
        return f"{self.path}#{self.part}" if self.part else self.path

    @property
    def file(self) -> str:
        """The file's name without its ending: the best title of a file without tags."""
        return PurePosixPath(self.path.partition("?")[0]).stem

    @property
    def span(self) -> float:
        """Seconds from its start to the next track's."""
        for end in (self.start_next, self.cue_out, self.duration):
            if end is not None:
                return max(end - self.cue_in, 0.0)
        return UNKNOWN_SPAN


@dataclass(frozen=True, slots=True)
class Labels:
    """What separation compares: spelling and guests make no difference."""

    title: str
    artists: tuple[str, ...]
    album: str


@lru_cache(maxsize=4096)
def make_labels(artist: str, title: str, album: str) -> Labels:
    """The labels of a track with these tags."""
    artists = (folded(each) for each in _BETWEEN_ARTISTS.split(artist))
    return Labels(folded(title), tuple(dict.fromkeys(a for a in artists if a)), folded(album))


def folded(text: str) -> str:
    """`text` for comparing: without case, punctuation and double spaces."""
    return " ".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())


@dataclass(frozen=True)
class Shelf:
    """The tracks of one playlist, in its order, each once."""

    tracks: tuple[Track, ...]
    by_key: Mapping[str, Track] = field(init=False, repr=False, compare=False)
    keys: tuple[str, ...] = field(init=False, repr=False, compare=False)
    """In the playlist's order."""
    labels: Mapping[str, Labels] = field(init=False, repr=False, compare=False)
    """By key."""

    def __post_init__(self) -> None:
        by_key = {track.key: track for track in self.tracks}
        labels = {key: labels_of(track) for key, track in by_key.items()}
        for name, value in (("by_key", by_key), ("keys", tuple(by_key)), ("labels", labels)):
            object.__setattr__(self, name, value)


def labels_of(track: Track) -> Labels:
    """A track's labels; one without a title is told by its file's name."""
    return make_labels(track.artist, track.title or track.file, track.album)


def gain_to(target: float, loudness: float | None, peak: float | None = None) -> float:
    """The gain in dB that brings a track of `loudness` LUFS to `target`; 0 where none is known.

    A quiet track is raised by no more than `MAX_RAISE`, and its `peak` (1.0 is full scale) to
    3 dB over full scale, which the limiter can take without being heard.
    """
    if loudness is None:
        return 0.0
    headroom = 3.0 - 20 * math.log10(peak) if peak and peak > 0 else math.inf
    return min(target - loudness, max(headroom, 0.0), MAX_RAISE)
