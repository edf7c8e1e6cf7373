"""Where one run of frames follows another in the same response: no decoder may complain. Pure.

ADTS frames stand for themselves, and Ogg begins with its headers anew. An MP3 frame may lean on
the frames before it, which the decoder has not got: the first one is rebuilt so that it stands
alone (`studio.stand_alone`), or, where no bitrate has room for that, a silent frame goes before
it that brings what is missing (`formats.mpeg_bridge`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from radiocast.formats import Frame, StreamStart
from radiocast.formats.mpeg_bridge import BRIDGE_NEEDS, bridge
from radiocast.formats.mpeg_header import main_data_begin, parse_header
from radiocast.studio.stand_alone import stand_alone


class Splicer:
    """What one framer gave goes in; what can follow anything else comes out.

    At most one frame is held: the first one of a run, until the second has come.
    """

    def __init__(self) -> None:
        self.start: StreamStart | None = None
        """The decoder set-up of the latest frame."""
        self._before: deque[bytes] = deque(maxlen=BRIDGE_NEEDS)
        self._joining = False
        self._first: Frame | None = None

    def rejoin(self) -> list[StreamStart | Frame]:
        """Something else was heard meanwhile: what comes next follows that."""
        self._first, self._joining = None, True
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
            else:
                given += self._take(event) if self._joining else [event]
                self._before.append(event.data)
        return given

    def skip(self, event: StreamStart | Frame) -> None:
        """This one is not sent, but what comes after it may lean on it."""
        if isinstance(event, StreamStart):
            self._begin(event)
        else:
            self._before.append(event.data)

    def close(self) -> list[StreamStart | Frame]:
        """The run is over: give back what is held."""
        first, self._first = self._first, None
        if first is None or _leans(first.data):  # one frame is not worth a bridge
            return []
        return [first]

    def _begin(self, start: StreamStart) -> None:
        self.start, self._joining, self._first = start, True, None
        self._before.clear()

    def _take(self, frame: Frame) -> list[StreamStart | Frame]:
        assert self.start is not None, "frames before the stream they belong to"
        if self._first is None:
            if not frame.entry:
                return []
            if self.start.codec == "mp3" and not self.start.header:
                self._first = frame
                return []
            self._joining = False
            return [frame]
        first, self._first, self._joining = self._first, None, False
        return [*self._stand(first, frame), frame]

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
