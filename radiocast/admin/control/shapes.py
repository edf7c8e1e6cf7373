"""The auto-DJ's values as JSON has them. Pure.

Times are Unix seconds, durations seconds. `private` adds what only the operator may read: where
files are, and who is live from where.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256

from radiocast.autodj.history import HistoryEntry
from radiocast.autodj.now import LIVE, NowPlaying
from radiocast.autodj.simulate import Airing
from radiocast.autodj.state import Queued
from radiocast.autodj.title import format_title
from radiocast.autodj.track import Track
from radiocast.formats import Title

Shape = dict[str, object]

ART = "/api/art/"
"""Where the picture of a track is: followed by its id."""

CSV_COLUMNS = (
    "start",
    "duration",
    "source",
    "playlist",
    "artist",
    "title",
    "album",
    "listeners",
    "key",
)


def id_of(key: str) -> str:
    """A name for a track that does not tell where it is."""
    return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def art_of(key: str) -> str | None:
    """Where the picture of a track is, if it has one; None: it is no file of ours."""
    return None if not key or "://" in key else ART + id_of(key)


def track_shape(track: Track, *, private: bool) -> Shape:
    """A track."""
    shape: Shape = {
        "id": id_of(track.key),
        "artist": track.artist,
        "title": track.title or track.file,
        "album": track.album,
        "duration": _seconds(track.duration),
        "art": art_of(track.key),
    }
    return {**shape, "key": track.key} if private else shape


def now_shape(now: NowPlaying, *, private: bool) -> Shape:
    """What is heard. `at` is when the first of it was at the live edge.

    A track whose title is not shown, as a jingle's, is not told either but to the operator.
    """
    title = now.title or Title("")
    track = now.track if _is_shown(now) else None
    shape: Shape = {
        "at": round(now.since, 3),
        "number": now.number,
        "live": now.rung == LIVE,
        "dj": now.dj,
        "live_since": round(now.live_since, 3) or None,
        "text": title.text,
        "artist": title.artist,
        "title": title.title or (track.file if track else ""),
        "album": track.album if track else "",
        "playlist": now.playlist,
        "id": id_of(track.key) if track else None,
        "duration": _seconds(now.duration),
        "art": art_of(track.key) if track else None,
    }
    if private:
        shape |= {
            "rung": now.rung,
            "reason": now.reason,
            "why": list(now.why),
            "source": now.source,
            "key": now.track.key if now.track else None,
        }
    return shape


def _is_shown(now: NowPlaying) -> bool:
    """Whether the title is that of the track."""
    track, title = now.track, now.title
    return bool(track and title and (title.artist, title.title) == (track.artist, track.title))


def queued_shape(queued: Queued, position: int) -> Shape:
    """A place of the queue, for the operator."""
    return {
        "number": queued.number,
        "position": position,
        "track": track_shape(queued.track, private=True),
    }


def airing_shape(airing: Airing) -> Shape:
    """What would be on air, for the operator."""
    return {
        "start": round(airing.start, 3),
        "end": round(airing.end, 3),
        "origin": airing.origin.value,
        "playlist": airing.playlist,
        "track": track_shape(airing.track, private=True) if airing.track else None,
        "why": list(airing.why),
        "laid": [airing_shape(each) for each in airing.laid],
    }


def next_shape(airing: Airing, template: str) -> Shape:
    """What comes next, for everybody."""
    track = airing.track
    assert track is not None
    text = format_title(template, track, airing.playlist)
    return {"text": text, "playlist": airing.playlist, **track_shape(track, private=False)}


def entry_shape(entry: HistoryEntry, *, private: bool) -> Shape:
    """What was on air."""
    shape: Shape = {
        "at": round(entry.start, 3),
        "duration": _seconds(entry.duration),
        "source": entry.source,
        "playlist": entry.playlist,
        "artist": entry.artist,
        "title": entry.title,
        "album": entry.album,
        "listeners": entry.listeners,
        "id": id_of(entry.key) if entry.key else None,
        "art": art_of(entry.key),
    }
    return {**shape, "key": entry.key} if private else shape


def history_csv(entries: Iterable[HistoryEntry]) -> bytes:
    """What was on air as a table (RFC 4180), times in UTC as ISO 8601."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(CSV_COLUMNS)
    for entry in entries:
        start = datetime.fromtimestamp(entry.start, UTC).isoformat(timespec="seconds")
        rest = (getattr(entry, name) for name in CSV_COLUMNS[2:])
        table.writerow((start, _seconds(entry.duration), *rest))
    return out.getvalue().encode("utf-8", "backslashreplace")


def _seconds(duration: float | None) -> float | None:
    return None if duration is None else round(duration, 3)
