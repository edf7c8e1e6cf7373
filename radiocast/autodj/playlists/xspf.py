"""XSPF (xspf.org, version 1): a playlist in XML, with references as URIs. Pure."""

from __future__ import annotations

from collections.abc import Callable
from xml.parsers import expat

from radiocast.autodj.playlists.entry import Collector, Entry, Parsed, PlaylistError, resolve

_NAMESPACE = "http://xspf.org/ns/0/"
_WANTED = ("location", "creator", "title", "album", "duration")
_DEPTH_OF_TRACK = ("playlist", "trackList", "track")


def parse_xspf(data: bytes, base: str) -> Parsed:
    """The tracks of an XSPF file at `base`. Raises PlaylistError if it is not XML."""
    reader = _Reader(base)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = reader.doctype
    reader.line = lambda: parser.CurrentLineNumber
    try:
        parser.Parse(data, True)
    except expat.ExpatError as exc:
        raise PlaylistError(f"is not XML: {exc}") from None
    except (ValueError, LookupError):
        raise PlaylistError("is not XML: its charset is not known") from None
    return reader.found.parsed()


class _Reader:
    """Expat's events to entries."""

    def __init__(self, base: str) -> None:
        self.found = Collector()
        self.line: Callable[[], int] = lambda: 0
        self._base = base
        self._path: list[str] = []
        self._track: dict[str, list[str]] = {}

    def doctype(self, *_: object) -> None:
        # XSPF has none; entities that multiply are all it could bring.
        raise PlaylistError("is no XSPF: it has a document type of its own")

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        # Elements of other namespaces are extensions: they are no track, whatever their name.
        self._path.append(local if space in ("", _NAMESPACE) else name)
        if tuple(self._path) == _DEPTH_OF_TRACK:
            self._track = {}
        elif self._in_track():
            self._track.setdefault(local, []).append("")

    def text(self, text: str) -> None:
        if self._in_track():
            self._track[self._path[-1]][-1] += text

    def end(self, _: str) -> None:
        if tuple(self._path) == _DEPTH_OF_TRACK:
            self._finish()
        self._path.pop()

    def _in_track(self) -> bool:
        return (
            len(self._path) == 4
            and tuple(self._path[:3]) == _DEPTH_OF_TRACK
            and self._path[3] in _WANTED
        )

    def _finish(self) -> None:
        """A track may have several locations: the first that can be played counts."""
        problem = "a track without a location"
        for location in self._track.get("location", []):
            try:
                where = resolve(location, self._base, is_uri=True)
            except ValueError as exc:
                problem = str(exc)
                continue
            artist, title, album, length = (self._first(name) for name in _WANTED[1:])
            known = length.isascii() and length.isdecimal() and len(length) < 12
            duration = (int(length) / 1000 or None) if known else None
            self.found.add(Entry(where, artist, title, album, duration))
            return
        self.found.complain(self.line(), problem)

    def _first(self, name: str) -> str:
        return " ".join(self._track.get(name, [""])[0].split())
