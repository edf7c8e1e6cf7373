"""One MPD client: what it may do, what it wants to see, and what it has not been told yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from radiocast.autodj.changes import Part
from radiocast.protocols.mpd.song import TAGS

SUBSYSTEMS = (
    "database", "stored_playlist", "playlist", "player", "mixer", "output", "options", "sticker",
    "update", "subscription", "message", "neighbor", "mount", "partition",
)  # fmt: skip
"""What a client may wait for. Of many of them there is never any news here."""

BINARY_LIMIT = 8192
"""Bytes of a picture sent at a time, if the client does not ask for more."""

_ABOUT = {
    Part.PLAYER: {"player", "playlist"},  # the queue begins with what is heard
    Part.QUEUE: {"playlist"},
    Part.LIBRARY: {"database", "stored_playlist", "update", "playlist"},
}


class Client:
    """What a conversation remembers."""

    def __init__(self, seen: Mapping[Part, int], *, may_change: bool) -> None:
        """`seen`: how often each part had changed when the client came."""
        self.seen = seen
        self.may_change = may_change
        self.tags = set(TAGS)
        self.binary_limit = BINARY_LIMIT
        self._news: set[str] = set()

    def note(self, counts: Mapping[Part, int]) -> None:
        """Look at what has changed by now."""
        for part, about in _ABOUT.items():
            if counts[part] != self.seen[part]:
                self._news |= about
        self.seen = counts

    def has_news(self, wanted: Collection[str]) -> bool:
        """Whether there is something to tell of the `wanted` subsystems."""
        return not self._news.isdisjoint(wanted)

    def take_news(self, wanted: Collection[str]) -> list[str]:
        """What there is to tell of the `wanted`: told once. The news of the others is kept."""
        told = [each for each in SUBSYSTEMS if each in self._news and each in wanted]
        self._news.difference_update(told)
        return told
