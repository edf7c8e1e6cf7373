"""One listener: a socket, a cursor, and what it is owed. It has no task of its own."""

from __future__ import annotations

import math
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

NOWHERE = -1
"""The position of who is not in the log yet: older than everything in it."""

INTRO_STEP = 128 * 1024
"""Bytes of an intro offered to a socket at a time."""

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
    TIME_IS_UP = "has listened as long as it may"
    STOPPED = "the station stops"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who listens, as far as a request tells."""

    ip: str
    user_agent: str
    started: float
    """When it asked, in monotonic seconds."""
    user: str | None = None
    """The name that it proved to have; None: it needed none."""
    number: int = 0
    """What it is called by already; 0: it gets a number when it joins."""


class Part(Enum):
    """What a piece of the response is."""

    OWED = auto()
    INTRO = auto()
    AUDIO = auto()
    METADATA = auto()


Pieces = list[tuple[Part, Buffer]]

State = tuple[int, Title | None]
"""Bytes of body until a listener's next metadata block, and the title it was told last (None:
nothing yet). Listeners of one state at one place get the same bytes."""


@dataclass(frozen=True, slots=True)
class Share:
    """What goes to every listener of one state at one place."""

    data: Buffer
    """All pieces as one: for nearly everybody, a view of the log."""
    size: int
    pieces: Pieces
    end: int
    """The position behind it."""
    state: State
    """The state behind it."""


class Listener:
    """A listener whose response head is on its way. Slotted: there may be ten thousand.

    With `metaint`, a block of ICY metadata goes after each `metaint` bytes of
    body, right before the byte that its title is about.
    """

    __slots__ = (
        "_moved_to",
        "bytes_sent",
        "floor",
        "intro",
        "metaint",
        "number",
        "origin",
        "owed",
        "position",
        "send",
        "sink",
        "state",
        "until",
        "visitor",
    )

    def __init__(
        self,
        sink: Sink,
        start: Start,
        log: FrameLog,
        *,
        head: bytes,
        metaint: int,
        floor: int,
        number: int,
        visitor: Visitor,
        until: float = math.inf,
        intro: bytes = b"",
    ) -> None:
        self.sink = sink
        self.send = sink.send
        self.intro = memoryview(intro)
        """What it gets before anything of the log: all share it. Where in the log it begins is
        found when there is none left; until then it stands nowhere."""
        self.origin = log.end
        """The live edge when it came."""
        if intro:
            start = Start(NOWHERE)
        self.position = start.position
        """Of the next byte of the log to send."""
        self.metaint = metaint
        """Bytes of body between two metadata blocks; 0: none."""
        self.floor = floor
        """The mount's floor when it joined: if that rises, its player cannot follow."""
        self.number = number
        """What the operator calls it by: nobody else on this station ever has the same."""
        self.visitor = visitor
        self.until = until
        """When it has to go, in monotonic seconds, on whatever mount it is then."""
        self.bytes_sent = 0
        self.state: State = (metaint or NEVER, None)
        self._moved_to = -1  # where it was last moved; -1: it never was
        before = start.prelude
        if metaint and before:
            title = log.titles.at(start.position) or NO_TITLE
            before, due = interleave(before, metaint, metaint, metadata_block(title))
            self.state = (due, title if len(before) != len(start.prelude) else None)
        self.owed: Buffer = head + before
        """Bytes that are no part of the log and go first: head, prelude, half a metadata block."""

    def share(self, views: Sequence[memoryview], log: FrameLog) -> Share:
        """What it gets of `views`, which start at `position`, as everyone in its state does."""
        pieces, state = self._cut(views, log)
        buffers = [piece for _, piece in pieces]
        data = buffers[0] if len(buffers) == 1 else b"".join(buffers)
        return Share(data, len(data), pieces, self.position + sum(map(len, views)), state)

    def push(self, views: Sequence[memoryview], log: FrameLog) -> int:
        """Send `owed` and `views`, which start at `position`, as far as the sink takes them.

        Gives back how many bytes went. Raises OSError when the peer is gone.
        """
        if self.intro:
            views = [self.intro[:INTRO_STEP]]
        pieces, _ = self._cut(views, log)
        if self.owed:
            pieces.insert(0, (Part.OWED, self.owed))
        if not pieces and not self.sink.holds_back:
            return 0
        try:
            sent = self.sink.sendmsg([piece for _, piece in pieces[:MOST_PIECES]])
        except BlockingIOError:
            return 0
        self.bytes_sent += sent
        self.account(pieces, sent, log)
        return sent

    def skip_to(self, start: Start, rest: Buffer) -> None:
        """Go on at `start`, after `rest`: the end of the frame it stands in."""
        before = bytes(rest) + start.prelude
        if self.metaint:
            due, told = self.state
            before, due = interleave(before, self.metaint, due, EMPTY_BLOCK)
            self.state = (due, told)
        self.owed = bytes(self.owed) + before
        self.position = self._moved_to = start.position

    @property
    def is_stuck(self) -> bool:
        """Whether it has taken no audio since it was moved: to move it again would only add
        to what it is owed."""
        return self.position == self._moved_to

    def account(self, pieces: Pieces, sent: int, log: FrameLog) -> None:
        """Note that the first `sent` bytes of `pieces` are gone."""
        due, told = self.state
        for part, piece in pieces:
            took = min(sent, len(piece))
            sent -= took
            if not took:
                break
            match part:
                case Part.OWED:
                    self.owed = piece[took:]
                case Part.AUDIO:
                    self.position += took
                    due -= took if self.metaint else 0
                case Part.INTRO:
                    self.intro = self.intro[took:]
                    due -= took if self.metaint else 0
                case Part.METADATA:
                    due, told = self.metaint, self._title(log, self.position)
                    self.owed = piece[took:]
        self.state = (due, told)

    def _cut(self, views: Sequence[memoryview], log: FrameLog) -> tuple[Pieces, State]:
        """The views with metadata where it is due, and the state behind them."""
        audio = Part.INTRO if self.intro else Part.AUDIO
        if not self.metaint:
            return [(audio, view) for view in views], self.state
        pieces: Pieces = []
        due, told = self.state
        position = self.position
        for whole in views:
            view = whole
            while len(view) > due:  # a block waits for the byte that its title is about
                if due:
                    pieces.append((audio, view[:due]))
                position += due
                view = view[due:]
                title = self._title(log, position)
                block = EMPTY_BLOCK if title == told else metadata_block(title)
                pieces.append((Part.METADATA, block))
                told, due = title, self.metaint
            if view:
                pieces.append((audio, view))
                position += len(view)
                due -= len(view)
        return pieces, (due, told)

    def _title(self, log: FrameLog, position: int) -> Title:
        """What is told at `position`; in an intro, what plays in the stream."""
        title = log.titles.latest() if self.intro else log.titles.at(position)
        return title or NO_TITLE
