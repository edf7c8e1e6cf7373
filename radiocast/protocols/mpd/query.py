"""What a client wants of the songs: which, in what order, what part of them, by what groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from radiocast.protocols.mpd.arguments import EVERYTHING, Span, parse_span
from radiocast.protocols.mpd.errors import Ack, MpdError
from radiocast.protocols.mpd.filters import Filter, parse_filter
from radiocast.protocols.mpd.song import Song, find_tag


@dataclass(frozen=True, slots=True)
class Query:
    """A `find`, `search` or one of their kin."""

    filter: Filter
    sort: str = ""
    """The tag to sort by; empty: as they come."""
    descending: bool = False
    window: Span = EVERYTHING
    position: str | None = None
    """Where to add them to the queue."""

    def select(self, songs: Iterable[Song]) -> list[Song]:
        """Those of the `songs` that are wanted."""
        found = [song for song in songs if self.filter.matches(song)]
        if self.sort:
            found.sort(key=lambda song: song.value(self.sort).casefold(), reverse=self.descending)
        return [found[at] for at in self.window.clipped(len(found))]


@dataclass(frozen=True, slots=True)
class Tally:
    """A `list` or `count`."""

    filter: Filter
    groups: tuple[str, ...] = ()

    def group(self, songs: Iterable[Song], *values: str) -> dict[tuple[str, ...], list[Song]]:
        """The wanted ones of the `songs` by their groups and these other tags, in order."""
        tags = (*self.groups, *values)
        grouped: dict[tuple[str, ...], list[Song]] = {}
        for song in songs:
            if self.filter.matches(song):
                grouped.setdefault(tuple(map(song.value, tags)), []).append(song)
        return dict(sorted(grouped.items(), key=lambda item: item[0]))


def parse_query(arguments: Sequence[str], *, fold: bool) -> Query:
    """`FILTER [sort TYPE] [window START:END] [position POS]`. Raises MpdError."""
    rest = list(arguments)
    position = _option(rest, "position")
    window = _option(rest, "window")
    sort = _option(rest, "sort") or ""
    if not rest:
        raise MpdError(Ack.ARGUMENT, "Incorrect number of filter arguments")
    return Query(
        parse_filter(rest, fold=fold),
        _sort_tag(sort.removeprefix("-")) if sort else "",
        sort.startswith("-"),
        EVERYTHING if window is None else parse_span(window),
        position,
    )


def parse_tally(arguments: Sequence[str]) -> Tally:
    """`[FILTER] [group TYPE]...`. Raises MpdError."""
    rest = list(arguments)
    groups: list[str] = []
    while (group := _option(rest, "group")) is not None:
        groups.insert(0, find_tag(group))
    if len(set(groups)) < len(groups):
        raise MpdError(Ack.ARGUMENT, "Conflicting group")
    return Tally(parse_filter(rest, fold=False), tuple(groups))


def _option(arguments: list[str], name: str) -> str | None:
    """Take an option off the end."""
    if len(arguments) < 2 or arguments[-2].lower() != name:
        return None
    value = arguments.pop()
    arguments.pop()
    return value


def _sort_tag(name: str) -> str:
    try:
        return find_tag(name)
    except MpdError:
        raise MpdError(Ack.ARGUMENT, "Unknown sort tag") from None
