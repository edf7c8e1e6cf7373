"""Live sound: what a source sends, piece by piece, as sound for the bus.

No container code of FFmpeg's is in it: that would probe for half a second and more before the
first sound, want a thread that blocks on a pipe, and not survive a chained Ogg stream whose
sample rate changes. Our framers cut the stream, bare decoders take the packets.
"""

from __future__ import annotations

import numpy as np

from radiocast.codecs.audio import RATE, Audio, silence
from radiocast.codecs.errors import CodecError
from radiocast.codecs.link import MAX_SECONDS, LinkDecoder
from radiocast.codecs.resample import Sink, ToBus
from radiocast.errors import FormatError
from radiocast.formats import Event, Frame, Framer, Skipped, StreamStart
from radiocast.formats.detect import ENOUGH, framer_for


class FrameDecoder:
    """Decodes the events of a framer. When a new stream begins, the old one's end comes first."""

    def __init__(self, sink: Sink | None = None) -> None:
        """`sink`: where the sound goes, if not to the bus."""
        self._sink = sink or ToBus()
        self._link: LinkDecoder | None = None
        self._failures = 0  # of former links

    @property
    def failures(self) -> int:
        """Packets that could not be decoded and were left out."""
        return self._failures + (self._link.failures if self._link else 0)

    def take(self, event: Event) -> Audio:
        """What the event makes audible. Raises CodecError for streams that nothing here decodes."""
        match event:
            case StreamStart():
                before = self.flush()
                self._link = LinkDecoder(event)
                return before
            case Frame():
                assert self._link is not None, "framers say StreamStart first"
                return self._sink.push(self._link.decode(event))
            case Skipped():
                return silence(0)

    def flush(self) -> Audio:
        """The stream is over: what its decoder still holds."""
        rest = self._link.drain() if self._link else []
        self._failures, self._link = self.failures, None
        return np.concatenate([self._sink.push(rest), self._sink.flush()])


class StreamDecoder:
    """Decodes the bytes of a live source, in whatever pieces they come.

    Damage is left out and counted. Raises CodecError for what can never be decoded; after that
    it is of no more use.
    """

    def __init__(self, content_type: str, sink: Sink | None = None) -> None:
        """`sink`: where the sound goes, if not to the bus."""
        self._content_type = content_type
        self._first = b""  # until there is enough to know the format by
        self._framer: Framer | None = None
        self._frames = FrameDecoder(sink)

    @property
    def failures(self) -> int:
        """Packets that could not be decoded and were left out."""
        return self._frames.failures

    def feed(self, data: bytes) -> Audio:
        """Take the next bytes; give back what they make audible."""
        if self._framer is None:
            data = self._first = self._first + data
            detected = framer_for(self._content_type, data)
            if detected is None:
                return silence(0)
            self._framer = detected.make()
            self._first = b""
        try:
            return self._decode(self._framer.feed(data))
        except FormatError as error:
            raise CodecError(str(error)) from error

    def close(self) -> Audio:
        """The source has gone: what is still inside. Call once."""
        # Zeros are no frame of any format, but they make enough to know one by.
        before = self.feed(bytes(ENOUGH)) if self._first else silence(0)
        after = self._framer.close() if self._framer else []
        return np.concatenate([before, self._decode(after), self._frames.flush()])

    def _decode(self, events: list[Event]) -> Audio:
        pieces = [silence(0)]
        samples = 0
        for event in events:
            pieces.append(self._frames.take(event))
            samples += len(pieces[-1])
            if samples > MAX_SECONDS * RATE:
                raise CodecError(f"more than {MAX_SECONDS} seconds of sound at once")
        return np.concatenate(pieces)
