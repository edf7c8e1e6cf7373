"""One listener: a socket, a cursor, and what it is owed. It has no task of its own."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto
from typing import Protocol

from radiocast.formats import Title
from radiocast.framelog.log import FrameLog
from radiocast.framelog.start import Start
from radiocast.protocols.icy_metadata import EMPTY_BLOCK, interleave, metadata_block

Buffer = bytes | memoryview

NO_TITLE = Title("")

MOST_PIECES = 1024
"""Buffers Linux takes in one sendmsg (IOV_MAX). A burst of 8 kbit/s has more blocks than that."""


class Sink(Protocol):
    """Where a listener's bytes go: a non-blocking socket, or what behaves like one."""

    @property
    def holds_back(self) -> bool:
        """Whether bytes it has taken are still with it: offer it something, or nothing, again."""
        ...

    def send(self, data: Buffer, /) -> int:
        """Take what fits. Raises BlockingIOError when nothing does, OSError when it is gone."""
        ...

    def sendmsg(self, buffers: Sequence[Buffer], /) -> int:
        """The same, of several buffers in turn."""
        ...

    def fileno(self) -> int:
        """What to poll."""
        ...

    def close(self) -> None:
        """Hang up."""
        ...


class Ending(Enum):
    """Why a listener is no longer listening."""

    LEFT = "hung up"
    SLOW = "fell too far behind"
    SOURCE_GONE = "the source is gone"
    CHANGED = "the stream changed to one its player cannot follow"
    KICKED = "was kicked"
    STOPPED = "the station stops"


class Part(Enum):
    """What a piece of the response is."""

    OWED = auto()
    AUDIO = auto()
    METADATA = auto()


class Listener:
    """A listener whose response head is on its way. Slotted: there may be ten thousand.

    With `metaint`, a block of ICY metadata goes after each `metaint` bytes of
    body. The bytes of the log are never copied for it: where a block is due, it
    is sent between two views of them.
    """

    __slots__ = (
        "_due",
        "_moved_to",
        "_told",
        "bytes_sent",
        "floor",
        "metaint",
        "owed",
        "position",
        "sink",
    )

    def __init__(
        self, sink: Sink, start: Start, log: FrameLog, *, head: bytes, metaint: int, floor: int
    ) -> None:
        self.sink = sink
        self.position = start.position
        """Of the next byte of the log to send."""
        self.metaint = metaint
        """Bytes of body between two metadata blocks; 0: none."""
        self.floor = floor
        """The mount's floor when it joined: if that rises, its player cannot follow."""
        self.bytes_sent = 0
        self._told: Title | None = None  # the title last sent; None: nothing yet
        self._due = metaint  # bytes of body until the next metadata block
        self._moved_to = -1  # where it was last moved; -1: it never was
        before = start.prelude
        if metaint and before:
            title = log.titles.at(start.position) or NO_TITLE
            before, self._due = interleave(before, metaint, metaint, metadata_block(title))
            if len(before) != len(start.prelude):
                self._told = title
        self.owed: Buffer = head + before
        """Bytes that are no part of the log and go first: head, prelude, half a metadata block."""

    def push(self, views: Sequence[memoryview], log: FrameLog) -> bool:
        """Send what the sink takes of `owed` and of `views`, which start at `position`.

        Gives back whether everything went. Raises OSError when the peer is gone.
        """
        try:
            if (
                not self.owed
                and len(views) == 1
                and (not self.metaint or len(views[0]) <= self._due)
            ):
                done = self._push_plain(views[0])
            else:
                done = self._push_pieces(self._pieces(views, log), log)
        except BlockingIOError:
            return False
        return done and not self.sink.holds_back

    def skip_to(self, start: Start, rest: Buffer) -> None:
        """Go on at `start`, after `rest`: the end of the frame it stands in."""
        if self.metaint:
            before, self._due = interleave(
                bytes(rest) + start.prelude, self.metaint, self._due, EMPTY_BLOCK
            )
        else:
            before = bytes(rest) + start.prelude
        self.owed = bytes(self.owed) + before
        self.position = self._moved_to = start.position

    @property
    def is_stuck(self) -> bool:
        """Whether it has taken no audio since it was moved: to move it again would only add
        to what it is owed."""
        return self.position == self._moved_to

    def _push_plain(self, view: memoryview) -> bool:
        """The way nearly every send goes: one view, shared by all who stand here."""
        sent = self.sink.send(view)
        self.bytes_sent += sent
        self.position += sent
        self._due -= sent
        return sent == len(view)

    def _pieces(self, views: Sequence[memoryview], log: FrameLog) -> list[tuple[Part, Buffer]]:
        """All there is to send, in order."""
        pieces: list[tuple[Part, Buffer]] = []
        if self.owed:
            pieces.append((Part.OWED, self.owed))
        if not self.metaint:
            pieces += [(Part.AUDIO, view) for view in views]
            return pieces
        due, told, position = self._due, self._told, self.position
        for whole in views:
            view = whole
            while len(view) > due:  # a block waits for the byte that its title is about
                if due:
                    pieces.append((Part.AUDIO, view[:due]))
                position += due
                view = view[due:]
                title = log.titles.at(position) or NO_TITLE
                block = EMPTY_BLOCK if title == told else metadata_block(title)
                pieces.append((Part.METADATA, block))
                told, due = title, self.metaint
            if view:
                pieces.append((Part.AUDIO, view))
                position += len(view)
                due -= len(view)
        return pieces

    def _push_pieces(self, pieces: Sequence[tuple[Part, Buffer]], log: FrameLog) -> bool:
        if not pieces and not self.sink.holds_back:
            return True
        left = self.sink.sendmsg([piece for _, piece in pieces[:MOST_PIECES]])
        self.bytes_sent += left
        for part, piece in pieces:
            took = min(left, len(piece))
            left -= took
            if not took:
                return False
            match part:
                case Part.OWED:
                    self.owed = piece[took:]
                case Part.AUDIO:
                    self.position += took
                    self._due -= took
                case Part.METADATA:
                    self._told = log.titles.at(self.position) or NO_TITLE
                    self._due = self.metaint
                    self.owed = piece[took:]
            if took < len(piece):
                return False
        return True
