"""One listener: a socket, a cursor, and what it is owed. It has no task of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from radiocast.formats import Title
from radiocast.framelog.log import FrameLog
from radiocast.framelog.start import Start
from radiocast.protocols.icy_metadata import EMPTY_BLOCK, interleave, metadata_block

Buffer = bytes | memoryview

NO_TITLE = Title("")

NEVER = 1 << 62
"""More bytes than anybody will ever be sent."""

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


Pieces = list[tuple[Part, Buffer]]


@dataclass(frozen=True, slots=True)
class Share:
    """What goes to every listener that stands at one place, is due its next metadata after
    equally many bytes, and was told the same title."""

    data: Buffer
    """All pieces as one: for nearly everybody, a view of the log."""
    pieces: Pieces
    audio: int
    """How many bytes of it are the log's."""
    due: int
    """Bytes from its end to the next metadata block."""
    told: Title | None
    """The title last told at its end."""


class Listener:
    """A listener whose response head is on its way. Slotted: there may be ten thousand.

    With `metaint`, a block of ICY metadata goes after each `metaint` bytes of
    body, right before the byte that its title is about.
    """

    __slots__ = (
        "_moved_to",
        "bytes_sent",
        "due",
        "floor",
        "metaint",
        "owed",
        "position",
        "sink",
        "told",
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
        self.told: Title | None = None
        """The title last sent; None: nothing yet."""
        self.due = metaint or NEVER
        """Bytes of body until the next metadata block."""
        self._moved_to = -1  # where it was last moved; -1: it never was
        before = start.prelude
        if metaint and before:
            title = log.titles.at(start.position) or NO_TITLE
            before, self.due = interleave(before, metaint, metaint, metadata_block(title))
            if len(before) != len(start.prelude):
                self.told = title
        self.owed: Buffer = head + before
        """Bytes that are no part of the log and go first: head, prelude, half a metadata block."""

    def share(self, views: Sequence[memoryview], log: FrameLog) -> Share:
        """What it gets of `views`, which start at `position`, as everyone in its state does."""
        pieces, due, told = self._cut(views, log)
        buffers = [piece for _, piece in pieces]
        data = buffers[0] if len(buffers) == 1 else b"".join(buffers)
        return Share(data, pieces, sum(map(len, views)), due, told)

    def take(self, share: Share, log: FrameLog) -> int:
        """Send the share, as far as the sink takes it. It must be owed nothing.

        Gives back how many bytes went. Raises BlockingIOError when nothing does,
        OSError when the peer is gone.
        """
        sent = self.sink.send(share.data)
        self.bytes_sent += sent
        if sent == len(share.data):
            self.position += share.audio
            self.due, self.told = share.due, share.told
        else:
            self._account(share.pieces, sent, log)
        return sent

    def push(self, views: Sequence[memoryview], log: FrameLog) -> int:
        """Send `owed` and `views`, which start at `position`, as far as the sink takes them.

        Gives back how many bytes went. Raises OSError when the peer is gone.
        """
        pieces, _, _ = self._cut(views, log)
        if self.owed:
            pieces.insert(0, (Part.OWED, self.owed))
        if not pieces and not self.sink.holds_back:
            return 0
        try:
            sent = self.sink.sendmsg([piece for _, piece in pieces[:MOST_PIECES]])
        except BlockingIOError:
            return 0
        self.bytes_sent += sent
        self._account(pieces, sent, log)
        return sent

    def skip_to(self, start: Start, rest: Buffer) -> None:
        """Go on at `start`, after `rest`: the end of the frame it stands in."""
        before = bytes(rest) + start.prelude
        if self.metaint:
            before, self.due = interleave(before, self.metaint, self.due, EMPTY_BLOCK)
        self.owed = bytes(self.owed) + before
        self.position = self._moved_to = start.position

    @property
    def is_stuck(self) -> bool:
        """Whether it has taken no audio since it was moved: to move it again would only add
        to what it is owed."""
        return self.position == self._moved_to

    def _cut(self, views: Sequence[memoryview], log: FrameLog) -> tuple[Pieces, int, Title | None]:
        """The views with metadata where it is due; what is due, and was told, behind them."""
        pieces: Pieces = []
        if not self.metaint:
            pieces += [(Part.AUDIO, view) for view in views]
            return pieces, self.due, self.told
        due, told, position = self.due, self.told, self.position
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
        return pieces, due, told

    def _account(self, pieces: Pieces, sent: int, log: FrameLog) -> None:
        """Note that the first `sent` bytes of `pieces` are gone."""
        for part, piece in pieces:
            took = min(sent, len(piece))
            sent -= took
            if not took:
                return
            match part:
                case Part.OWED:
                    self.owed = piece[took:]
                case Part.AUDIO:
                    self.position += took
                    if self.metaint:
                        self.due -= took
                case Part.METADATA:
                    self.told = log.titles.at(self.position) or NO_TITLE
                    self.due = self.metaint
                    self.owed = piece[took:]
