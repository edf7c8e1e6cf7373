"""Who is live on the auto-DJ's outputs, or waits to be: at most one is heard. Plain calls."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from radiocast.formats import Title
from radiocast.mounts.registry import Refused
from radiocast.mounts.source import Source, SourceEnding

MAX_LIVES = 4
"""Live sources at a time: the one that is heard, and those that wait behind it."""
REMEMBERED = 16
"""Live sources whose address is known when they are gone: what they sent may still be heard."""


@dataclass(slots=True, eq=False)
class Live:
    """A live source on an output. Compared by identity."""

    name: str
    """Names it to the studio."""
    path: str
    """The mount it was sent to; it is heard on all outputs."""
    source: Source
    priority: int
    title: Title | None = None
    """What it says it plays; many say it before their first sound."""
    stalled: bool = False
    """Whether nothing comes from it any more, though it has not hung up."""


class Lives:
    """The live sources there are, oldest first."""

    def __init__(self) -> None:
        self._lives: list[Live] = []
        self._latest: deque[Live] = deque(maxlen=REMEMBERED)
        self._count = 0

    def __iter__(self) -> Iterator[Live]:
        return iter(self._lives)

    def get(self, name: str) -> Live | None:
        """The one that is, or not long ago was, called so."""
        return next((live for live in self._latest if live.name == name), None)

    def on(self, path: str) -> Live | None:
        """Who came last to this mount."""
        return next((live for live in reversed(self._lives) if live.path == path), None)

    def admit(self, path: str, source: Source, priority: int, *, takeover: bool) -> Live | Refused:
        """Let one more in, or say why not.

        Of equal priority there is one at a time, unless `takeover` lets the newer replace the
        older; who has more priority is always let in, and who has less has to try again later.
        Who has stalled is no obstacle: it is most often the same DJ, by a connection that broke.
        """
        above = max((live.priority for live in self._lives if not live.stalled), default=None)
        if above is not None and (priority < above or (priority == above and not takeover)):
            return Refused.IN_USE
        if len(self._lives) >= MAX_LIVES:
            return Refused.TOO_MANY_SOURCES
        self._count += 1
        live = Live(f"live {self._count}", path, source, priority)
        self._lives.append(live)
        self._latest.append(live)
        return live

    def took_over(self, name: str) -> None:
        """It is heard: those of the same priority before it are replaced for good."""
        on_air = self.get(name)
        if on_air is None or on_air not in self._lives:
            return
        on_air.stalled = False
        for live in self._lives[: self._lives.index(on_air)]:
            if live.priority == on_air.priority:
                live.source.end(SourceEnding.REPLACED)

    def stalled(self, name: str) -> None:
        """It is no longer heard, for nothing comes from it."""
        live = self.get(name)
        if live is not None:
            live.stalled = True

    def leave(self, live: Live) -> None:
        """It is gone."""
        if live in self._lives:
            self._lives.remove(live)
