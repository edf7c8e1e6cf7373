"""The last titles of a mount, for whoever asks what that song was."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from radiocast.formats import Title

MAX_PLAYED = 20
"""Titles kept: as many as SHOUTcast shows at most."""


@dataclass(frozen=True, slots=True)
class PlayedTitle:
    """A title, and when it was first at the live edge, in Unix seconds."""

    at: float
    title: Title


class Played:
    """Iterates over the last titles, newest first. Goes on when the source changes."""

    def __init__(self) -> None:
        self._titles: deque[PlayedTitle] = deque(maxlen=MAX_PLAYED)

    def __iter__(self) -> Iterator[PlayedTitle]:
        return reversed(self._titles)

    def texts(self) -> tuple[tuple[str, str], ...]:
        """Titles and artists, the oldest first."""
        titles = (each.title for each in self._titles)
        return tuple((each.title or each.text, each.artist) for each in titles)

    def add(self, title: Title | None, *, now: float) -> None:
        """It plays from now on. None, or no text: nobody says what plays."""
        if title is not None and title.text:
            self._titles.append(PlayedTitle(now, title))
