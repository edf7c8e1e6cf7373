"""What the tests of the page share: stations to show, and a reader of the page."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

from radiocast.mounts.statistics import MountStatistics, StationStatistics
from radiocast.web.status_page import status_page

_VOID = {"meta", "link", "input", "br", "img"}


def make_station(*mounts: MountStatistics, **changes: Any) -> StationStatistics:
    station = StationStatistics(
        server_id="radiocast 0.1",
        server_start=1_795_355_675.0,
        name="Radio Example",
        description="Jazz by night",
        genre="jazz",
        url="https://radio.example/about",
        admin="admin@radio.example",
        host="radio.example",
        location="Hamburg",
        port=8000,
        mounts=mounts,
    )
    return replace(station, **changes)


class Page(HTMLParser):
    """A page as a browser takes it in: tags with their attributes, and text. Checks the nesting."""

    def __init__(self, page: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(page.decode())
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append(data.strip())

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def shape(self) -> list[tuple[str, tuple[str, ...]]]:
        """The page without anything a source could have said."""
        return [(tag, tuple(attributes)) for tag, attributes in self.tags]


def read_page(*mounts: MountStatistics, **changes: Any) -> Page:
    return Page(status_page(make_station(*mounts, **changes)))
