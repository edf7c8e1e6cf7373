"""Whoever feeds a mount right now, as the mount sees it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from enum import Enum

import trio

from radiocast.protocols.source_info import SourceInfo


class SourceEnding(Enum):
    """Why a source is no longer on air."""

    LEFT = "disconnected"
    STALLED = "sent nothing for too long"
    REPLACED = "was replaced by a new source"
    KICKED = "was kicked"
    BROKEN = "sent what cannot be played"
    UNHEARD = "has no listeners any more"
    STOPPED = "was disconnected because the station stops"


@dataclass(eq=False, slots=True)
class Source:
    """A connected source. Compared by identity: two connections are two sources."""

    ip: str
    info: SourceInfo
    via: tuple[str, ...] = ()
    """The servers of our kind that it comes by."""
    scope: trio.CancelScope = field(default_factory=trio.CancelScope)
    """Cancelled to end it; `ending` says why."""
    stands_in: bool = False
    """Whether it is a file of ours, that makes way for whoever comes."""
    ending: SourceEnding | None = None
    instance: str = field(default_factory=lambda: str(uuid.uuid4()))
    """Its own, for statistics that are compared with earlier ones."""

    def end(self, why: SourceEnding) -> None:
        """Ask the source's task to stop. The first reason counts."""
        if self.ending is None:
            self.ending = why
            self.scope.cancel()
