"""Where one run of frames follows another in the same response: no decoder may complain. Pure.

ADTS frames stand for themselves. Ogg begins with its headers anew; where it ends, no packet must
be left half. An MP3 frame may lean on
the frames before it, which the decoder has not got: the first one is rebuilt so that it stands
alone (`studio.stand_alone`), or, where no bitrate has room for that, a silent frame goes before
it that brings what is missing (`formats.mpeg_bridge`).

What an MP3 or AAC encoder gives first is its own delay: 25 ms of silence, which would be heard
between two sounds that are to follow each other. So those frames are left out, where a run begins
with them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import replace

from radiocast.formats import Frame, StreamStart
from radiocast.formats.mpeg_bridge import BRIDGE_NEEDS, bridge
from radiocast.formats.mpeg_header import main_data_begin, parse_header
from radiocast.formats.ogg.page import CAPTURE
from radiocast.mux.relink import end_link, ends_in_packet
from radiocast.studio.stand_alone import stand_alone

DELAYS = {"mp3": 1105, "aac": 1024}
"""Samples that come out of a decoder before the first that went into the encoder, at least: 576
of the encoder's and 529 of the decoder's filters in MP3, one frame in AAC."""


class Splicer:
    """What one framer gave goes in; what can follow anything else, and be followed by it, comes
    out. At most one frame is held until the next one has come: MP3's first of a run, and an Ogg
    page with half a packet at its end.
    """

    def __init__(self) -> None:
        self.start: StreamStart | None = None
        """The decoder set-up of the latest frame."""
        self.held: Frame | None = None
        self._before: deque[bytes] = deque(maxlen=BRIDGE_NEEDS)
        self._joining = False
        self._delay = 0  # samples of the encoder's delay that are still to come

    def rejoin(self) -> list[StreamStart | Frame]:
        """After `close`, something else was heard: what comes next follows that."""
        self._joining = True
        return [self.start] if self.start is not None else []

    def feed(self, events: Iterable[StreamStart | Frame]) -> list[StreamStart | Frame]:
        """Take the next events; give back what can be sent. Frames on which nobody can begin
        are left out at the beginning of a run."""
        given: list[StreamStart | Frame] = []
        for event in events:
            if isinstance(event, StreamStart):
                given += self.close()
                self._begin(event)
                given.append(event)
            elif self._is_delay(event):
                self.skip(event)
            else:
                given += self._take(event)
                self._before.append(event.data)
        return given

    def skip(self, event: StreamStart | Frame) -> None:
        """This one is not sent, but what comes after it may lean on it."""
        if isinstance(event, StreamStart):
            self._begin(event)
        else:
            self._delay -= event.samples
            self._before.append(event.data)

    def close(self) -> list[StreamStart | Frame]:
        """The run is over: give back what is held."""
        held, self.held = self.held, None
        if held is None or (not self._is_ogg and _leans(held.data)):
            return []  # one frame is not worth a bridge
        return [replace(held, data=end_link(held.data)) if self._is_ogg else held]

    @property
    def _is_ogg(self) -> bool:
        return self.start is not None and self.start.header.startswith(CAPTURE)

    def _begin(self, start: StreamStart) -> None:
        self.start, self._joining, self.held = start, True, None
        self._before.clear()
        self._delay = 0 if start.header else DELAYS.get(start.codec, 0)

    def _is_delay(self, frame: Frame) -> bool:
        """Whether most of this frame is what its encoder gave before any sound."""
        return self._delay > frame.samples // 2

    def _take(self, frame: Frame) -> list[StreamStart | Frame]:
        assert self.start is not None, "frames before the stream they belong to"
        if self.held is None and self._joining and not frame.entry:
            return []
        held = [self.held] if self.held is not None else []
        if self._is_ogg:
            self._joining = False
            self.held = frame if ends_in_packet(frame.data) else None
            return [*held] if self.held else [*held, frame]
        if self._joining and self.start.codec == "mp3" and not self.start.header:
            if not held:
                self.held = frame
                return []
            self.held, self._joining = None, False
            return [*self._stand(held[0], frame), frame]
        self._joining = False
        return [frame]

    def _stand(self, first: Frame, after: Frame) -> list[StreamStart | Frame]:
        before = list(self._before)[:-1]  # the last one is `first` itself
        alone = stand_alone(first.data, before, after.data)
        if not _leans(alone):
            return [Frame(alone, first.samples)]
        silent = bridge(before)
        return [Frame(silent, first.samples), first] if silent else []


def _leans(frame: bytes) -> bool:
    """Whether an MP3 frame has main data in the frames before it."""
    header = parse_header(frame)
    return header is not None and header.layer == 3 and main_data_begin(header, frame) > 0
