"""From the operator's playlists to shelves of tracks, again and again. Blocks: for a thread.

A file is read once, and again when its size or time of change does. New files are left
alone until they have settled: somebody may still be copying them.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from stat import S_ISREG

from radiocast.autodj.analyses import Analyses, Analysis, Stamp
from radiocast.autodj.database import DatabaseError
from radiocast.autodj.listing import list_source
from radiocast.autodj.playlists import Entry, Parsed, PlaylistError
from radiocast.autodj.state import Rules, Shelves
from radiocast.autodj.tags import Tags, TagsError, read_tags
from radiocast.autodj.track import Shelf, Track, gain_to

READING_TIME, READING_TIME_MAX = 0.5, 8.0
"""Seconds one scan may spend on reading new files: a station that starts plays the first tracks
long before the last of ten thousand is read. Each scan that does not suffice gives the next one
twice the time: to look at all the others takes long, too."""

REMOTE_AGE = 300.0
"""Seconds a playlist from the network is not fetched again."""

REMOTE_REST = 900.0
"""Seconds an address that could not be played is left out: it may be back, and nothing tells."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What one scan found."""

    shelves: Shelves
    problems: Mapping[str, str]
    """What cannot be played and why, by path or playlist."""
    read: int
    """Files that are known."""
    unread: int
    """Files whose turn has not come: scan again."""
    unanalysed: tuple[tuple[str, Stamp], ...]
    """Files that were never measured."""
    settles: float | None = None
    """When the first of the files that have not settled will have, in Unix seconds; None: all
    have."""
    folders: tuple[str, ...] = ()
    """The directories whose changes may change it."""


@dataclass(slots=True)
class _Known:
    """What is known about one file."""

    stamp: Stamp
    since: float
    """When it was first seen like that."""
    tags: Tags | None = None
    analysis: Analysis | None = None
    problem: str = ""

    def take(self, analysis: Analysis) -> None:
        """It was measured."""
        self.analysis = analysis
        self.problem = self.problem or analysis.problem


@dataclass(slots=True)
class _Round:
    """One scan under way."""

    now: float
    deadline: float
    problems: dict[str, str] = field(default_factory=dict)
    seen: dict[str, _Known | None] = field(default_factory=dict)
    """What `_look` said of each file that is there."""
    unread: set[str] = field(default_factory=set)
    settles: float = math.inf
    folders: dict[str, None] = field(default_factory=dict)
    """In the order they were found."""


class Scanner:
    """Remembers files from scan to scan. For one thread at a time."""

    def __init__(self, rules: Rules, analyses: Analyses | None = None) -> None:
        self._rules = rules
        self._analyses = analyses
        self._known: dict[str, _Known] = {}
        self._shelves: dict[str, Shelf] = {}
        self._remote: dict[str, tuple[float, Parsed]] = {}
        self._reading_time = READING_TIME
        self._resting: dict[str, tuple[float, str]] = {}  # addresses: until when, and why

    @property
    def files(self) -> Iterable[str]:
        """The paths of all files that are known."""
        return self._known

    def scan(self, now: float, rules: Rules | None = None) -> Scan:
        """Look at all playlists; `now` in Unix seconds, as files have them.

        `rules` replace those before. Never raises: what is wrong is in `Scan.problems`.
        """
        self._rules = rules or self._rules
        current = _Round(now, time.monotonic() + self._reading_time)
        self._shelves = {name: self._shelf(name, current) for name in self._rules.playlists}
        self._known = {path: each for path, each in self._known.items() if path in current.seen}
        more = min(self._reading_time * 2, READING_TIME_MAX)
        self._reading_time = more if current.unread else READING_TIME
        return Scan(
            shelves=self._shelves,
            problems=current.problems,
            read=sum(each.tags is not None for each in self._known.values()),
            unread=len(current.unread),
            unanalysed=tuple(
                (path, each.stamp)
                for path, each in self._known.items()
                if each.tags and each.analysis is None and not each.problem
            ),
            settles=None if math.isinf(current.settles) else current.settles,
            folders=tuple(current.folders),
        )

    def mark_broken(self, path: str, problem: str, now: float) -> None:
        """A file could not be played: it is left out until it changes, an address for a while."""
        if "://" in path:
            self._resting[path] = now + REMOTE_REST, problem
        elif path in self._known:
            self._known[path].problem = problem

    def mark_analysed(self, path: str, stamp: Stamp, analysis: Analysis) -> None:
        """A file was measured."""
        if path in self._known and self._known[path].stamp == stamp:
            self._known[path].take(analysis)

    def _shelf(self, name: str, current: _Round) -> Shelf:
        entries = self._entries(name, current)
        found = (self._track(entry, current) for entry in entries)
        tracks = tuple(track for track in found if track)
        before = self._shelves.get(name)
        # The same shelf as long as it has the same tracks: whoever holds it can tell by that.
        return before if before and before.tracks == tracks else Shelf(tracks)

    def _entries(self, name: str, current: _Round) -> Sequence[Entry]:
        source = self._rules.playlists[name].source
        fetched, parsed = self._remote.get(source, (0.0, Parsed(())))
        if current.now - fetched >= REMOTE_AGE:
            try:
                parsed = list_source(source, self._rules.settings.tag_charsets)
            except PlaylistError as exc:
                # A playlist from the network stays what it was when the network fails.
                current.problems[name] = f"{source} {exc}"
            if "://" in source:
                self._remote[source] = current.now, parsed
        current.folders.update(dict.fromkeys(parsed.folders))
        if parsed.problems:
            count = len(parsed.problems)
            current.problems[f"{name}, {source}"] = f"{parsed.problems[0]}" + (
                f" (and {count - 1} more)" if count > 1 else ""
            )
        return parsed.entries

    def _track(self, entry: Entry, current: _Round) -> Track | None:
        """The track of an entry, if its file can be played and has been read."""
        if "://" in entry.location:
            until, problem = self._resting.get(entry.location, (0.0, ""))
            if current.now < until:
                current.problems[entry.location] = problem
                return None
            return _make_track(entry, Tags(), None, 0.0)
        known = self._look(entry.location, current)
        if known and not known.tags and not known.problem:
            self._read(entry.location, known, current)
        if known is None or known.tags is None or known.problem:
            if known and known.problem:
                current.problems[entry.location] = known.problem
            return None
        settings = self._rules.settings
        gain = 0.0
        if settings.normalize:
            measured: Analysis | Tags = known.tags
            if known.analysis and known.analysis.loudness is not None:
                measured = known.analysis
            gain = gain_to(settings.loudness, measured.loudness, measured.peak)
        return _make_track(entry, known.tags, known.analysis, gain)

    def _look(self, path: str, current: _Round) -> _Known | None:
        """What is known about a file as it is now; None: it cannot be used yet, or any more."""
        if path in current.seen:
            return current.seen[path]
        known = self._known.get(path)
        try:
            status = os.stat(path)  # noqa: PTH116 - of ten thousand a Path would double the cost
        except (OSError, ValueError) as exc:
            reason = exc.strerror if isinstance(exc, OSError) else str(exc)
            current.problems[path] = f"cannot be read: {reason}"
            return None
        if not S_ISREG(status.st_mode):  # to open a pipe would be to wait for ever
            current.problems[path] = "is not a file"
            return None
        stamp = Stamp(status.st_size, status.st_mtime_ns)
        if known is None or known.stamp != stamp:
            known = self._known[path] = _Known(stamp, current.now)
        # A time of change in the future tells nothing; then it counts how long we have known it.
        settles = min(status.st_mtime, known.since) + self._rules.settings.settle
        is_settled = known.tags is not None or settles <= current.now
        if not is_settled:
            current.settles = min(current.settles, settles)
        current.seen[path] = known if is_settled else None
        return current.seen[path]

    def _read(self, path: str, known: _Known, current: _Round) -> None:
        if time.monotonic() > current.deadline:
            current.unread.add(path)
            return
        try:
            known.tags = read_tags(path, self._rules.settings.tag_charsets)
            analysis = self._analyses.get(path, known.stamp) if self._analyses else None
            if analysis:
                known.take(analysis)
        except TagsError as exc:
            known.problem = str(exc)
        except DatabaseError as exc:
            current.problems["database"] = str(exc)


def _make_track(entry: Entry, tags: Tags, analysis: Analysis | None, gain_db: float) -> Track:
    """What the playlist says counts where the file says nothing; of a CUE sheet, all of it."""
    if entry.part:
        # The file's own tags are about the album, and its cue points about both its ends.
        artist, title, album = entry.artist or tags.artist, entry.title, entry.album or tags.album
        title = title or f"track {entry.part}"
        points = Analysis(cue_in=entry.cue_in, cue_out=entry.cue_out)
    else:
        artist, title, album = (
            tags.artist or entry.artist,
            tags.title or entry.title,
            tags.album or entry.album,
        )
        points = analysis or Analysis()
    return Track(
        path=entry.location,
        duration=tags.duration or entry.duration,
        artist=artist,
        title=title,
        album=album,
        gain_db=gain_db,
        cue_in=points.cue_in,
        cue_out=points.cue_out,
        start_next=points.start_next,
        part=entry.part,
    )
