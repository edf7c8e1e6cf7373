"""WebM and Matroska: clusters of blocks. RFC 9559; the WebM container guidelines.

Theory of operation: a live stream is one Segment without end. What comes before its
first Cluster is the header. A cluster may last five seconds (ffmpeg's default), too long to
wait for, so it is cut: one Frame is its head with the first block, where a
player can start, and then each block is a Frame that is no entry. Nothing is nested
for us: no element in a cluster has the ID of one beside it, so whether sizes are
known (ffmpeg) or not (a browser's MediaRecorder) makes no difference.
"""

from __future__ import annotations

import re
from enum import Enum, auto

from radiocast.errors import FormatError
from radiocast.formats._base import Event, Frame, Skipped, StreamStart
from radiocast.formats.webm.block import Block, parse_block
from radiocast.formats.webm.ebml import MAX_HEAD, NO_ELEMENT, Head, Id, read_head, to_number
from radiocast.formats.webm.header import Description, Track, describe

MAX_HEADER = 1 << 21
"""Bytes before the first cluster. Each listener gets them all first."""
MAX_ELEMENT = 1 << 21
"""Bytes of one block, and of what may stand before the first block of a cluster. A key frame
of a video has some hundred kilobytes."""
MAX_EBML = 4096
"""Bytes of the EBML header, which has about 40."""
MAX_LEAD_BLOCKS = 8
"""How many blocks a cluster may begin with before the first one of a video."""
MAX_STEP = 10_000_000_000
"""Nanoseconds between two blocks of audio from which their times are not believed."""

_HEADER_IDS = frozenset(
    {Id.SEEK_HEAD, Id.INFO, Id.TRACKS, Id.CHAPTERS, Id.ATTACHMENTS, Id.CUES, Id.TAGS}
    | {Id.VOID, Id.CRC_32}
)
_BLOCK_IDS = frozenset({Id.SIMPLE_BLOCK, Id.BLOCK_GROUP})
_CLUSTER_IDS = frozenset(
    {Id.TIMESTAMP, Id.SILENT_TRACKS, Id.POSITION, Id.PREVIOUS_SIZE, Id.ENCRYPTED_BLOCK}
    | {Id.VOID, Id.CRC_32}
)
_BESIDE_CLUSTERS = _HEADER_IDS - _CLUSTER_IDS
_AFTER_HEADER = _BLOCK_IDS | _CLUSTER_IDS | _HEADER_IDS
_RESYNC = re.compile(b"|".join(re.escape(id_.to_bytes(4, "big")) for id_ in (Id.EBML, Id.CLUSTER)))
_PER_SECOND = 1_000_000_000


class State(Enum):
    """What the next element belongs to."""

    NOWHERE = auto()
    HEADER = auto()
    CLUSTER_HEAD = auto()
    CLUSTER = auto()


class WebmFramer:
    """A Framer for WebM and Matroska."""

    max_buffered = max(MAX_HEADER, MAX_ELEMENT) + MAX_ELEMENT + MAX_HEAD

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._state = State.NOWHERE
        self._gathered = bytearray()  # a header or the head of a cluster, as far as it goes
        self._has_tracks = False  # the header is not without what matters
        self._stream: Description | None = None  # None: no header is whole
        self._cluster_time = 0  # in the stream's scale
        self._last_time: int | None = None  # of the last audio block, in nanoseconds
        self._head_samples = self._head_blocks = 0  # of the cluster whose head is gathered

    def feed(self, data: bytes) -> list[Event]:
        self._buffer += data
        events: list[Event] = []
        position = 0
        while taken := self._take_element(position, events):
            position += taken
        del self._buffer[:position]
        return events

    def close(self) -> list[Event]:
        events: list[Event] = []
        if self._head_blocks:
            events.append(self._flush_cluster_head(entry=False))
        left = len(self._gathered) + len(self._buffer)
        self._gathered.clear()
        self._buffer.clear()
        return [*events, Skipped(left)] if left else events

    def _take_element(self, at: int, events: list[Event]) -> int:
        """Take the element at `at` or skip junk; give back how many bytes, 0 for now."""
        head = read_head(self._buffer, at)
        if head is None:
            return 0
        length = self._length_to_take(head)
        if length == 0:
            return self._skip_junk(at, events)
        if len(self._buffer) - at < length:
            return 0
        data = bytes(self._buffer[at : at + length])
        match head.id:
            case Id.EBML:
                self._give_up(events)
                self._state = State.HEADER
                self._gathered += data
                self._has_tracks, self._stream = False, None
            case Id.CLUSTER:
                self._begin_cluster(data, events)
            case _ if self._state is State.HEADER:
                self._gathered += data
                self._has_tracks |= head.id == Id.TRACKS
            case _ if self._stream:
                content = data[head.length :]
                self._take_from_cluster(head.id, data, content, self._stream, events)
            case _:
                raise AssertionError("there are no clusters before a header")
        return length

    def _length_to_take(self, head: Head) -> int:
        """Bytes of this element to be taken at once; 0 if it has no place here."""
        in_header = self._state is State.HEADER
        if head is NO_ELEMENT:
            return 0
        if head.id == Id.CLUSTER and (self._stream or (in_header and self._has_tracks)):
            return head.length
        if head.id == Id.SEGMENT and in_header:
            return head.length
        if head.size is None:
            return 0
        length = head.length + head.size
        if head.id == Id.EBML:
            return length if length <= MAX_EBML else 0
        match self._state:
            case State.NOWHERE:
                known = False
            case State.HEADER:
                known = head.id in _HEADER_IDS
                if known and len(self._gathered) + length > MAX_HEADER:
                    raise FormatError(f"a WebM header of more than {MAX_HEADER} bytes", status=415)
            case State.CLUSTER_HEAD | State.CLUSTER:
                known = head.id in _AFTER_HEADER
                known = known and len(self._gathered) + length <= MAX_ELEMENT
        return length if known else 0

    def _begin_cluster(self, head: bytes, events: list[Event]) -> None:
        if self._state is State.HEADER:
            events.append(self._begin_stream())
        elif self._state is State.CLUSTER_HEAD:
            events.append(self._flush_cluster_head(entry=False))
        self._state = State.CLUSTER_HEAD
        self._gathered += head

    def _begin_stream(self) -> StreamStart:
        header = bytes(self._gathered)
        self._gathered.clear()
        self._stream = stream = describe(header)
        self._last_time = None
        if audio := stream.audio:
            codec, rate, channels = audio.codec, audio.sample_rate, audio.channels
        else:
            codec, rate, channels = stream.tracks[0].codec if stream.tracks else "", 0, 0
        return StreamStart(codec, rate, channels, header, stream.title)

    def _take_from_cluster(
        self, id_: int, data: bytes, content: bytes, stream: Description, events: list[Event]
    ) -> None:
        block = parse_block(id_, content) if id_ in _BLOCK_IDS else None
        track = stream.track(block.track) if block else None
        samples = self._advance(block, track, stream) if block and track is stream.audio else 0
        if id_ == Id.TIMESTAMP:
            self._cluster_time = to_number(content)
        if self._state is State.CLUSTER:
            events.append(Frame(data, samples, entry=False))
            return
        self._gathered += data
        self._head_samples += samples
        self._head_blocks += id_ in _BLOCK_IDS
        if id_ in _BESIDE_CLUSTERS:  # Cues or Tags after a cluster without blocks
            events.append(self._flush_cluster_head(entry=False))
        elif stream.has_video and not (track and track.is_video):
            # ffmpeg puts a block of audio before the key frame that the cluster begins for.
            if self._head_blocks == MAX_LEAD_BLOCKS:
                events.append(self._flush_cluster_head(entry=False))
        elif block and track:
            entry = block.key_frame if stream.has_video else True
            events.append(self._flush_cluster_head(entry=entry))

    def _flush_cluster_head(self, *, entry: bool) -> Frame:
        frame = Frame(bytes(self._gathered), self._head_samples, entry)
        self._gathered.clear()
        self._head_samples = self._head_blocks = 0
        self._state = State.CLUSTER
        return frame

    def _advance(self, block: Block, track: Track | None, stream: Description) -> int:
        """Samples from the last audio block to this one.

        A block does not say how long it is, so its duration counts with the next. All
        times are rounded by themselves, so the errors do not add up.
        """
        time = (self._cluster_time + block.offset) * stream.scale
        before, self._last_time = self._last_time, time
        if track is None or before is None or not 0 <= time - before <= MAX_STEP:
            return 0
        rate = track.sample_rate
        return time * rate // _PER_SECOND - before * rate // _PER_SECOND

    def _skip_junk(self, at: int, events: list[Event]) -> int:
        self._give_up(events)
        self._state = State.NOWHERE
        found = _RESYNC.search(self._buffer, at + 1)
        # Where nothing was, the last bytes may yet become an ID.
        end = found.start() if found else max(at + 1, len(self._buffer) - 3)
        events.append(Skipped(end - at))
        return end - at

    def _give_up(self, events: list[Event]) -> None:
        """Skip what was gathered: it will not be whole."""
        if self._gathered:
            events.append(Skipped(len(self._gathered)))
            self._gathered.clear()
            self._head_samples = self._head_blocks = 0
