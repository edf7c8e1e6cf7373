"""Who waits for news: one counter for each thing that changes, and a way to wait for them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

import trio


class Part(Enum):
    """What can change, in the words of whoever watches."""

    PLAYER = "player"
    """What is heard, and whether live."""
    QUEUE = "queue"
    """The queue and the requests."""
    LIBRARY = "library"
    """The tracks there are."""


class Changes:
    """Counts changes, so that nobody misses one between two looks."""

    def __init__(self) -> None:
        self._counts = dict.fromkeys(Part, 0)
        self._news = trio.Event()

    @property
    def counts(self) -> Mapping[Part, int]:
        """How often each has changed: a copy, to compare with and to give to `wait`."""
        return dict(self._counts)

    def tell(self, part: Part) -> None:
        """Something changed."""
        self._counts[part] += 1
        self._news.set()
        self._news = trio.Event()

    async def wait(self, since: Mapping[Part, int]) -> set[Part]:
        """Wait until there is something newer than `since`; what it is about."""
        while True:
            news = {part for part, count in self._counts.items() if count != since.get(part, 0)}
            if news:
                return news
            await self._news.wait()
