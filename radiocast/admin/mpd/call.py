"""One command of one client, and how commands are written down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from radiocast.admin.controls import Controls
from radiocast.admin.mpd.client import Client
from radiocast.admin.mpd.desk import Desk
from radiocast.admin.mpd.playlist import Playlist
from radiocast.protocols.mpd.answers import Answer
from radiocast.protocols.mpd.song import Song


@dataclass(frozen=True, slots=True)
class Call:
    """What a command has to go by, and where its answer goes."""

    desk: Desk
    client: Client
    name: str
    arguments: tuple[str, ...] = ()
    answer: Answer = field(default_factory=Answer)
    is_in_list: bool = False
    """Whether it is one of a command list."""

    @property
    def controls(self) -> Controls:
        """The auto-DJ."""
        return self.desk.controls

    @property
    def playlist(self) -> Playlist:
        """The queue as clients see it, as of now."""
        return self.desk.playlist

    def argument(self, at: int, default: str = "") -> str:
        """An argument that may have been left out."""
        return self.arguments[at] if at < len(self.arguments) else default

    def add_song(self, song: Song) -> None:
        """Answer with a song of the library."""
        self.answer.add_all(song.pairs(self.client.tags))

    def add_entry(self, position: int) -> None:
        """Answer with what is at a position of the queue."""
        entry = self.playlist.entries[position]
        self.add_song(self.desk.song(entry))
        self.answer.add_all([("Pos", position), ("Id", entry.id)])


Then = Callable[[], None]
"""What is left to do when the answer to a slow command is ready."""


@dataclass(frozen=True, slots=True)
class Spec:
    """A command we know."""

    perform: Callable[[Call], Then | None]
    """Raises MpdError, or what the controls raise."""
    least: int = 0
    """Arguments it needs."""
    most: int | None = 0
    """Arguments it may have; None: as many as it gets."""
    changes: bool = False
    """Whether it changes anything, and needs the password."""
    is_slow: bool = False
    """Whether it goes through the library or files: it is performed in a thread, where it may
    read what never changes; all else it leaves to the `Then` it gives back."""


Specs = Mapping[str, Spec]
