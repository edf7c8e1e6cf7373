"""Which title belongs to which position."""

from __future__ import annotations

from bisect import bisect_right

from radiocast.formats import Title


class Titles:
    """Titles in the order of the positions from which they hold.

    Bounded by `max_titles`: a source that renames itself a thousand times a
    second between two frames replaces its own last word, and of those further
    back the oldest is forgotten.
    """

    max_titles = 1024

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._titles: list[Title | None] = []

    def __len__(self) -> int:
        return len(self._starts)

    def set(self, position: int, title: Title | None) -> bool:
        """Let `title` hold from `position` on. Gives back whether that changed anything."""
        if self.latest() == title:
            return False
        if self._starts and self._starts[-1] == position:
            self._titles[-1] = title
            return True
        self._starts.append(position)
        self._titles.append(title)
        if len(self._starts) > self.max_titles:
            del self._starts[0], self._titles[0]
        return True

    def latest(self) -> Title | None:
        """The title at the live edge."""
        return self._titles[-1] if self._titles else None

    def at(self, position: int) -> Title | None:
        """The title of the byte at `position`."""
        if not self._starts or position >= self._starts[-1]:  # nearly every reader is there
            return self.latest()
        index = bisect_right(self._starts, position) - 1
        return self._titles[index] if index >= 0 else None

    def forget_before(self, oldest: int) -> None:
        """Drop the titles no kept position has any more."""
        index = bisect_right(self._starts, oldest) - 1
        if index > 0:
            del self._starts[:index], self._titles[:index]
