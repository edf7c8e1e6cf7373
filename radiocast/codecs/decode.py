"""Sound files and URLs, whatever is in them, as sound for the bus."""

from __future__ import annotations

from pathlib import Path

from radiocast.codecs.audio import Audio, Fifo
from radiocast.codecs.container import ContainerReader
from radiocast.codecs.errors import CodecError
from radiocast.codecs.ogg_file import OggReader, is_ogg
from radiocast.codecs.resample import Sink
from radiocast.codecs.stream import StreamDecoder

__all__ = ["FileDecoder", "Reader", "StreamDecoder", "open_reader"]


Reader = ContainerReader | OggReader


def open_reader(source: str | Path, sink: Sink | None = None) -> tuple[Reader, float | None]:
    """What reads this source best, and its duration in seconds, if it says.

    `sink`: where the sound goes, if not to the bus. Raises CodecError.
    """
    reader = ContainerReader(source, sink)
    if not is_ogg(Path(source)):
        return reader, reader.duration
    reader.close()
    return OggReader(Path(source), sink), reader.duration


class FileDecoder:
    """A file or an http(s) URL, decoded as it is read.

    Gapless: what the encoder added in front and behind (LAME's delay and padding, MP4's edit
    list and padding, Opus' pre-skip, Ogg's last granule position) is cut off, to the sample.
    What is damaged inside is left out.

    It blocks: use it in a thread, from one at a time. Raises CodecError if nothing of it can be
    played. Whoever opens it closes it.
    """

    def __init__(self, source: str | Path) -> None:
        self.problem: str | None = None
        """Why the sound ended before the file did; None: it did not."""
        self._fifo = Fifo()
        self._reader, self.duration = open_reader(source)
        """In seconds, as the file says; a guess for MP3 and ADTS without any index, and off by
        a few milliseconds for Opus. None: unknown."""
        self._ended = False
        self._fill(1)
        if not len(self._fifo):
            self.close()
            raise CodecError(self.problem or "there is no sound in it")

    def read(self, samples: int) -> Audio:
        """The next so many samples; fewer at the end, and then none."""
        self._fill(samples)
        return self._fifo.take(samples)

    def close(self) -> None:
        """Let go of the file. What has been decoded can still be read."""
        self._ended = True
        self._reader.close()

    def _fill(self, samples: int) -> None:
        while len(self._fifo) < samples and not self._ended:
            try:
                audio = self._reader.read()
                if audio is None:
                    self._ended = True
                    audio = self._reader.flush()
            except CodecError as error:
                self._ended, self.problem = True, str(error)
                return
            self._fifo.push(audio)
