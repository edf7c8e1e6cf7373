"""Ogg files by our own framer: to the sample even if they are chained or only one page long,
where FFmpeg loses or adds some."""

from __future__ import annotations

from pathlib import Path

from radiocast.codecs.audio import Audio
from radiocast.codecs.errors import CodecError
from radiocast.codecs.resample import Sink
from radiocast.codecs.stream import StreamDecoder
from radiocast.formats.ogg.page import CAPTURE

_PIECE = 4096  # bytes


class OggReader:
    """An Ogg file on disk, piece by piece. Raises CodecError if it cannot be opened."""

    def __init__(self, path: Path, sink: Sink | None = None) -> None:
        """`sink`: where the sound goes, if not to the bus."""
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise CodecError(error.strerror or str(error)) from error
        self._decoder = StreamDecoder("application/ogg", sink)

    def read(self) -> Audio | None:
        """What the next bytes make audible, which may be nothing; None: that was all.

        Raises CodecError where nothing more can be had, though it should be there.
        """
        try:
            data = self._file.read(_PIECE)
        except OSError as error:
            raise CodecError(error.strerror or str(error)) from error
        return self._decoder.feed(data) if data else None

    def flush(self) -> Audio:
        """What is still inside. The end."""
        return self._decoder.close()

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def is_ogg(path: Path) -> bool:
    """Whether the file begins like Ogg; one that cannot be read does not."""
    try:
        with path.open("rb") as file:
            return file.read(len(CAPTURE)) == CAPTURE
    except OSError:
        return False
