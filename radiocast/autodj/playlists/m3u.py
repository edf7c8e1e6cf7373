"""M3U and M3U8, as Winamp began it: one location per line, and comments with `#`. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from radiocast.autodj.charsets import decode
from radiocast.autodj.playlists.entry import (
    Collector,
    Entry,
    Parsed,
    PlaylistError,
    resolve,
    seconds,
    split_title,
)

_LINE_END = re.compile("\r\n|\n|\r")
# `#EXTINF:-1 tvg-name="a, b",Artist - Title`: attributes may hold commas in quotes.
_EXTINF = re.compile(r'#EXTINF:\s*(-?[0-9.]*)(?:"[^"]*"|[^",])*,(.*)', re.IGNORECASE)


def parse_m3u(data: bytes, base: str, charsets: Sequence[str] = ()) -> Parsed:
    """The tracks of an M3U file at `base`. Raises PlaylistError if it is HLS."""
    found = Collector()
    artist = title = album = ""
    duration: float | None = None
    for number, line in enumerate(_LINE_END.split(_text(data, charsets)), start=1):
        line = line.strip()
        tag = line[:8].upper()
        if tag.startswith("#EXT-X-"):
            raise PlaylistError("is an HLS playlist: it holds the pieces of a stream, not tracks")
        if tag == "#EXTINF:":
            match = _EXTINF.fullmatch(line)
            if match is None:
                found.complain(number, "an #EXTINF without a comma")
                continue
            duration = seconds(match[1])
            artist, title = split_title(match[2])
        elif tag == "#EXTALB:":
            album = line[8:].strip()
        elif tag == "#EXTART:":
            artist = line[8:].strip()
        elif line and not line.startswith("#"):
            try:
                found.add(Entry(resolve(line, base), artist, title, album, duration))
            except ValueError as exc:
                found.complain(number, str(exc))
            artist = title = album = ""
            duration = None
    return found.parsed()


def _text(data: bytes, charsets: Sequence[str]) -> str:
    said = re.search(rb"^#EXTENC:[ \t]*([A-Za-z0-9_-]{1,20})", data[:1000], re.MULTILINE)
    return decode(data, (said[1].decode("ascii"), *charsets) if said else charsets)
