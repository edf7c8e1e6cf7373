"""What the station says, as lines for a terminal. Pure.

The values are the API's, read from JSON: `dict` and `list` as they came.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Said = Mapping[str, Any]

UNKNOWN = "?"


def now(said: Said) -> str:
    """What is heard."""
    lines = [said["text"] or "(no title)"]
    elapsed = _length(said["elapsed"])
    if said["live"]:
        source = f" from {said['source']}" if said.get("source") else ""
        lines.append(f"  live{source}, {elapsed} of this title")
    elif said["id"]:
        playlist = f", from {said['playlist']}" if said["playlist"] else ""
        lines.append(f"  {elapsed} of {_length(said['duration'])}{playlist}")
    if said.get("rung") and not said["live"]:
        lines.append(f"  on air: {said['rung']} ({said['reason']})")
    lines += [f"  because {why}" for why in said.get("why", ())]
    if said["next"]:
        lines.append(f"  next: {said['next']['text']}")
    lines += [f"  {each['listeners']} listening at {each['url']}" for each in said["streams"]]
    return _text(lines)


def queue(said: Said) -> str:
    """The queue."""
    rows = [
        (each["number"], _name(each["track"]), _length(each["track"]["duration"]))
        for each in said["queue"]
    ]
    return _table(rows, "the queue is empty")


def queued(said: Said) -> str:
    """What was put into the queue."""
    place = "next" if said["position"] == 0 else f"after {said['position']} others"
    return _text([f"number {said['number']}, {place}: {_name(said['track'])}"])


def tracks(said: Said) -> str:
    """What was found."""
    rows = [(each["id"], _name(each), _length(each["duration"])) for each in said["tracks"]]
    return _table(rows, "nothing was found")


def programme(airings: Sequence[Said], *, why: bool = False) -> str:
    """What would be on air."""
    lines: list[str] = []
    day = ""
    # What is laid over a track comes after it, as it is heard.
    for each in (one for airing in airings for one in (airing, *airing["laid"])):
        at = time.localtime(each["start"])
        if (today := time.strftime("%A %d %B %Y", at)) != day:
            day = today
            lines.append(day)
        track = each["track"]
        name = _name(track) if track else "(nothing)"
        playlist = each["playlist"] or "-"
        lines.append(f"  {time.strftime('%H:%M:%S', at)}  {playlist:<12}  {name}")
        lines += [f"    because {reason}" for reason in each["why"] if why]
    return _text(lines or ["nothing"])


def explanation(said: Said) -> str:
    """Why this is heard, and why the next will be."""
    heard, coming = said["now"], said["next"]
    lines = [f"now: {heard['text'] or '(no title)'}", f"  on air: {heard['rung'] or UNKNOWN}"]
    lines += [f"  because {reason}" for reason in (heard["reason"], *heard["why"]) if reason]
    if coming:
        lines.append(f"next: {_name(coming['track'])}, at {_clock(coming['start'])}")
        lines += [f"  because {reason}" for reason in coming["why"]]
    return _text(lines)


def history(said: Said) -> str:
    """What was heard, the oldest first."""
    rows = [
        (
            time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(each["at"])),
            _length(each["duration"]),
            each["playlist"] or each["source"],
            _name(each),
        )
        for each in sorted(said["history"], key=lambda each: each["at"])
    ]
    return _table(rows, "nothing was heard")


def playlists(said: Said) -> str:
    """How far the library is."""
    rows = [
        (
            each["name"],
            f"{each['tracks']} tracks",
            f"{each['order']}, weight {each['weight']}",
            each["source"],
        )
        for each in said["playlists"]
    ]
    progress = said["progress"]
    lines = [
        f"{progress['read']} files read, {progress['unread']} to be read, "
        f"{progress['unanalysed']} to be measured, {progress['broken']} problems"
    ]
    lines += [f"not played: {each['what']}: {each['problem']}" for each in said["problems"]]
    return "\n".join((_table(rows, "there are no playlists"), _text(lines)))


def plain(text: str) -> str:
    """One line that a terminal shows as it is: names of files may hold anything."""
    return "".join(c if c.isprintable() else "?" for c in text)


def _name(track: Said) -> str:
    return " - ".join(each for each in (track["artist"], track["title"]) if each) or UNKNOWN


def _length(seconds: float | None) -> str:
    """
    >>> _length(83.2), _length(3723), _length(None)
    ('1:23', '1:02:03', '?')
    """
    if seconds is None:
        return UNKNOWN
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _clock(seconds: float) -> str:
    return time.strftime("%H:%M:%S", time.localtime(seconds))


def _table(rows: Sequence[Sequence[object]], nothing: str) -> str:
    """Rows in columns; the last column is as wide as it likes."""
    if not rows:
        return nothing
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return _text(
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    )


def _text(lines: Iterable[str]) -> str:
    return "\n".join(map(plain, lines))
