"""A file's frames, to be sent as they are: tags and descriptions of the file are left out.

Reads the disk: call it in a thread.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Sequence
from contextlib import ExitStack
from io import FileIO
from os import SEEK_CUR
from pathlib import Path
from types import TracebackType

from radiocast.config.outputs import OutputCodec, OutputConfig
from radiocast.errors import FormatError
from radiocast.formats import Event, Frame, Framer, StreamStart, Title
from radiocast.formats.adts import AdtsFramer
from radiocast.formats.detect import ENOUGH, framer_for
from radiocast.formats.flac import FlacFramer
from radiocast.formats.mpeg_audio import MpegAudioFramer
from radiocast.formats.ogg.framer import OggFramer
from radiocast.formats.passthrough import PassthroughFramer
from radiocast.formats.tags import TAG_HEAD_LENGTH, tag_length
from radiocast.mux.relink import FlacLinker, Relinker
from radiocast.sources.policy import describe, describe_output, same_audio
from radiocast.sources.splice import Splicer

PIECE = 16 * 1024
"""Bytes read at a time: a second of 128 kbit/s."""
MAX_TAGS = 8
"""Tags in front of the audio that are looked behind to see what it is."""

_BARE: dict[OutputCodec, type[MpegAudioFramer | AdtsFramer]] = {
    OutputCodec.MP3: MpegAudioFramer,
    OutputCodec.AAC: AdtsFramer,
}
_SUFFIXES: dict[str, type[MpegAudioFramer | AdtsFramer]] = {
    ".mp3": MpegAudioFramer,
    ".aac": AdtsFramer,
}


class FileFrames:
    """A file as events for a mount of this format (None: of any), from `start` to `end` in seconds.

    Raises FormatError, here or in `read`, for what is not of the output's format, and OSError.
    """

    def __init__(
        self,
        path: Path,
        output: OutputConfig | None,
        title: Title | None = None,
        *,
        start: float = 0.0,
        end: float = math.inf,
    ) -> None:
        """`title`: for formats that carry titles themselves."""
        self._output = output
        self._from, self._until = start, end
        # Without a buffer, and its lock: to close it does not wait for a disk that hangs.
        self._file: FileIO = path.open("rb", buffering=0)
        with ExitStack() as stack:
            stack.enter_context(self._file)
            self._framer = self._framer_for(path)
            stack.pop_all()
        serial = secrets.randbits(32)
        self._linker: Splicer | Relinker | FlacLinker
        match self._framer:
            case OggFramer():
                self._linker = Relinker(serial, title)
            case FlacFramer():
                self._linker = FlacLinker(serial, title)
            case _:
                self._linker = Splicer()
        self._stream: StreamStart | None = None
        self._time = 0.0  # of the next frame, in seconds from the start of the file
        self._entered = False
        self._over = False

    def __enter__(self) -> FileFrames:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Nothing more will be read."""
        self._file.close()

    @property
    def content_type(self) -> str:
        """What a mount of just this file is."""
        match self._framer:
            case MpegAudioFramer():
                return "audio/mpeg"
            case AdtsFramer():
                return "audio/aac"
            case _:
                return "audio/ogg"

    @property
    def time(self) -> float:
        """Seconds from the start of the file to what comes next."""
        return self._time

    def read(self) -> list[StreamStart | Frame]:
        """The next events; none: that was all."""
        given: list[Event] = []
        while not given and not self._over:
            data = self._file.read(PIECE)
            self._over = not data
            for event in self._framer.feed(data) if data else self._framer.close():
                given += self._take(event)
            if self._stream is None and self._over:
                raise FormatError(f"there is no {self._wanted_codec} in it")
            if self._over:
                given += self._linker.close()
        return [event for event in given if isinstance(event, StreamStart | Frame)]

    def _take(self, event: Event) -> Sequence[Event]:
        match event:
            case StreamStart():
                if self._output is not None and not same_audio(self._output, event):
                    raise FormatError(f"it is {describe(event)}, not {self._wanted}")
                self._stream = event
                return self._linker.feed([event])
            case Frame() if self._stream is not None and self._time < self._until:
                is_early = self._time < self._from or not (self._entered or event.entry)
                self._time += event.samples / self._stream.sample_rate
                if not is_early:
                    self._entered = True
                    return self._linker.feed([event])
                if isinstance(self._linker, Splicer):
                    self._linker.skip(event)
            case Frame():
                self._over = True
            case _:
                pass
        return []

    def _framer_for(self, path: Path) -> Framer:
        """The framer for what the file begins with, if that may be the output's codec."""
        self._pass_tags()
        first = self._file.read(ENOUGH)
        self._file.seek(-len(first), SEEK_CUR)
        detected = framer_for("", first.ljust(ENOUGH, b"\0"))
        assert detected is not None, "that was enough"
        framer = detected.make()
        # What stands before the first frame of an MP3 file is often neither tag nor frame.
        named = _SUFFIXES.get(path.suffix.lower())
        if isinstance(framer, PassthroughFramer) and named is not None:
            framer = named()
        if self._output is None:
            known = isinstance(framer, (*_BARE.values(), OggFramer, FlacFramer))
        elif (bare := _BARE.get(self._output.codec)) is not None:
            known = isinstance(framer, bare)
        else:
            known = isinstance(framer, OggFramer) or (
                self._output.codec is OutputCodec.FLAC and isinstance(framer, FlacFramer)
            )
        if not known:
            raise FormatError(f"it does not begin like {self._wanted}")
        return framer

    @property
    def _wanted(self) -> str:
        return "audio we can cut" if self._output is None else describe_output(self._output)

    @property
    def _wanted_codec(self) -> str:
        return "audio" if self._output is None else self._output.codec

    def _pass_tags(self) -> None:
        for _ in range(MAX_TAGS):
            at = self._file.tell()
            length = tag_length(self._file.read(TAG_HEAD_LENGTH))
            self._file.seek(at + length)
            if not length:
                return
