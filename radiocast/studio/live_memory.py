"""What the station keeps of a live source, for the worker that may have to take over."""

from __future__ import annotations

from collections import deque

from radiocast.errors import FormatError
from radiocast.formats import Framer, StreamStart
from radiocast.formats.detect import framer_for
from radiocast.studio.commands import (
    Command,
    LiveAudio,
    LiveOpen,
    LiveResume,
    LiveTitle,
)
from radiocast.studio.mediatime import PREROLL, RATE
from radiocast.studio.reports import LiveMixed

MAX_KEPT = 1 << 20
"""Bytes of a live source. What is needed, some three seconds, is a tenth of that."""
WARM_UP = 3 * RATE // 2
"""Samples that a decoder may need before it is in full swing: a long Ogg page."""


class LiveMemory:
    """One live source: its last bytes, its header, and how far it is mixed.

    With a container (Ogg, FLAC, WebM) a decoder that begins in the middle needs the header.
    """

    def __init__(self, opened: LiveOpen) -> None:
        self.title: LiveTitle | None = None
        self.mixed: LiveMixed | None = None
        """What the worker said last, but `received` as counted by us."""
        self._opened = opened
        self._header = b""
        self._first: bytes | None = b""  # until the format is known; None: nothing to look for
        self._framer: Framer | None = None
        self._kept: deque[bytes] = deque()
        self._begin = self._end = 0  # of what is kept, in bytes since the source connected
        self._base = 0  # where the worker's count begins, in ours
        self._marks: deque[tuple[int, int]] = deque()  # what was received when so much was mixed

    @property
    def kept(self) -> int:
        """Bytes."""
        return self._end - self._begin

    def sent(self, data: bytes) -> None:
        """The source sent this."""
        self._look_for_header(data)
        self._kept.append(data)
        self._end += len(data)
        while self.kept > MAX_KEPT:
            self._drop(self._begin + len(self._kept[0]))

    def was_mixed(self, report: LiveMixed) -> None:
        """The worker says how far it is: what no worker needs any more is forgotten."""
        received = self._base + report.received
        self.mixed = LiveMixed(report.at, report.id, received, report.left, report.on_air)
        self._marks.append((report.at, received))
        needed = report.at - report.left - PREROLL - WARM_UP
        while len(self._marks) > 1 and self._marks[1][0] <= needed:
            self._marks.popleft()
        if self._marks[0][0] <= needed:
            self._drop(self._marks[0][1])

    def restart(self, at: int) -> list[Command]:
        """What to tell a worker that begins at this media time."""
        id_, data = self._opened.id, b"".join(self._kept)
        header = self._header if self._begin > 0 else b""
        self._base = self._begin - len(header)
        mixed, self.mixed = self.mixed, None
        self._marks.clear()
        commands: list[Command] = [self._opened]
        if self.title is not None:
            commands.append(self.title)
        if mixed is None or not mixed.on_air:
            return [*commands, *_audio(id_, header), *_audio(id_, data)]
        split = mixed.received - self._begin
        commands += [*_audio(id_, header), *_audio(id_, data[:split])]
        commands.append(LiveResume(id_, max(0, mixed.left + mixed.at - at)))
        return [*commands, *_audio(id_, data[split:])]

    def _drop(self, before: int) -> None:
        while self._kept and self._begin + len(self._kept[0]) <= before:
            self._begin += len(self._kept.popleft())

    def _look_for_header(self, data: bytes) -> None:
        if self._first is None:
            return
        try:
            if self._framer is None:
                data = self._first = self._first + data
                detected = framer_for(self._opened.content_type, data)
                if detected is None:
                    return
                self._framer, self._first = detected.make(), b""
            for event in self._framer.feed(data):
                if isinstance(event, StreamStart):
                    self._header = event.header
                    if not event.header:
                        self._first = self._framer = None  # bare frames
                        return
        except FormatError:
            self._first = self._framer = None  # no worker can decode that either


def _audio(id_: str, data: bytes) -> list[Command]:
    return [LiveAudio(id_, data)] if data else []
