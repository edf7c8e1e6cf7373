"""PLS, SHOUTcast's playlists: an INI file with `File1=`, `Title1=`, `Length1=`. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from radiocast.autodj.charsets import decode
from radiocast.autodj.playlists.entry import (
    Collector,
    Entry,
    Parsed,
    resolve,
    seconds,
    split_title,
)

_LINE_END = re.compile("\r\n|\n|\r")
_SETTING = re.compile(r"(file|title|length)([0-9]{1,9})\s*=\s*(.*)", re.IGNORECASE)
_KNOWN = re.compile(r"(\[playlist\]|(numberofentries|version)\s*=.*|[;#].*)?", re.IGNORECASE)


def parse_pls(data: bytes, base: str, charsets: Sequence[str] = ()) -> Parsed:
    """The tracks of a PLS file at `base`, by their numbers. Never raises."""
    found = Collector()
    said: dict[int, dict[str, str]] = {}
    lines: dict[int, int] = {}
    for number, line in enumerate(_LINE_END.split(decode(data, charsets)), start=1):
        match = _SETTING.fullmatch(line.strip())
        if match:
            index, name = int(match[2]), match[1].lower()
            said.setdefault(index, {})[name] = match[3]
            if name == "file":
                lines[index] = number
        elif not _KNOWN.fullmatch(line.strip()):
            found.complain(number, f"not a setting of a playlist: {line.strip()[:60]}")
    for index in sorted(said):
        values = said[index]
        if index not in lines:
            found.complain(0, f"entry {index} has no File{index}")
            continue
        artist, title = split_title(values.get("title", ""))
        try:
            location = resolve(values["file"], base)
        except ValueError as exc:
            found.complain(lines[index], str(exc))
        else:
            duration = seconds(values.get("length", ""))
            found.add(Entry(location, artist, title, duration=duration))
    return found.parsed()
