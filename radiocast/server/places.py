"""Where a source's audio goes: straight to a mount, or to the auto-DJ that plays there."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Protocol

from radiocast.config.model import LimitsConfig
from radiocast.formats import Title
from radiocast.mounts.mount import Mount
from radiocast.mounts.registry import Registry
from radiocast.mounts.source import Source, SourceEnding
from radiocast.sources.autodj import AutoDj
from radiocast.sources.live import LiveTiming, Receive, block_interval, feed_live
from radiocast.sources.lives import Live

logger = logging.getLogger(__name__)


class Place(Protocol):
    """A source's place, which was given to it; `leave` must be called in the end."""

    async def feed(self, content_type: str, receive: Receive) -> SourceEnding:
        """Take the audio until it ends. Nothing a source sends raises."""
        ...

    def set_title(self, title: Title | None) -> None:
        """What the source says it plays from now on; None: nothing it knows."""
        ...

    def leave(self) -> None:
        """Give the place back, taken or not."""
        ...


@dataclass(frozen=True, slots=True)
class OnMount:
    """The source feeds the mount itself: what it sends is what is heard."""

    mount: Mount
    source: Source
    registry: Registry
    limits: LimitsConfig

    async def feed(self, content_type: str, receive: Receive) -> SourceEnding:
        registry = self.registry
        timing = LiveTiming(
            lambda: self.mount.config.source_timeout or self.limits.source_timeout,
            lambda: block_interval(registry.reading, registry.listeners),
        )
        registry.reading += 1
        try:
            return await feed_live(self.mount, self.source, content_type, receive, timing)
        finally:
            registry.reading -= 1

    def set_title(self, title: Title | None) -> None:
        if self.mount.source is self.source and self.mount.set_title(title):
            said = title.text if title else "(nothing)"
            logger.info("%s: now playing %s", self.mount.path, said)

    def leave(self) -> None:
        self.mount.leave(self.source)


@dataclass(frozen=True, slots=True)
class OnAutoDj:
    """The source takes the air from the auto-DJ, and gives it back."""

    autodj: AutoDj
    live: Live

    async def feed(self, content_type: str, receive: Receive) -> SourceEnding:
        return await self.autodj.take_live(self.live, content_type, receive)

    def set_title(self, title: Title | None) -> None:
        self.autodj.title_of(self.live, title)

    def leave(self) -> None:
        self.autodj.leave_live(self.live)
