"""Files and URLs read ahead, each in a thread of its own: the mixer waits for no disk."""

from __future__ import annotations

import threading
from collections.abc import Callable

from radiocast.codecs.audio import Audio, Fifo
from radiocast.codecs.decode import FileDecoder
from radiocast.codecs.errors import CodecError
from radiocast.studio.mediatime import RATE, samples

AHEAD = samples(4)
"""How much of a track is decoded before it is due, besides the lead. 1.5 MB for each deck."""
PIECE = samples(1)
"""Decoded in one go. Less at a time costs more: its tables leave the cache in between."""
PATIENCE = 1.0
"""Seconds that the mixer waits, at most, for a sound that should be there; less than the lead."""


class ReadAhead:
    """A `Sound` whose file is opened, and read, by a thread.

    `check` never waits. `read` does, for `PATIENCE`: after that the sound counts as broken.
    """

    def __init__(
        self, path: str, start: float, *, open_: Callable[[str], FileDecoder] = FileDecoder
    ) -> None:
        self.duration: float | None = None
        self._problem = ""
        self._fifo = Fifo()
        self._ended = self._closed = False
        self._changed = threading.Condition()
        threading.Thread(
            target=self._run, args=(path, start, open_), name="deck", daemon=True
        ).start()

    @property
    def buffered(self) -> int:
        """Samples that are decoded and not read."""
        return len(self._fifo)

    def check(self) -> bool:
        with self._changed:
            if self._problem and not len(self._fifo):
                raise CodecError(self._problem)
            return self._ended or len(self._fifo) >= min(AHEAD, RATE)

    def read(self, samples: int) -> Audio:
        with self._changed:
            enough = self._changed.wait_for(
                lambda: self._ended or len(self._fifo) >= min(samples, AHEAD), PATIENCE
            )
            if not enough:
                raise CodecError(f"no sound for {PATIENCE:g} seconds")
            audio = self._fifo.take(samples)
            if len(self._fifo) <= AHEAD - PIECE:
                self._changed.notify_all()  # there is room for a piece; not 50 times a second
            if self._problem and not len(audio) and samples:
                raise CodecError(self._problem)
            return audio

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._fifo = Fifo()
            self._changed.notify_all()

    def _run(self, path: str, start: float, open_: Callable[[str], FileDecoder]) -> None:
        try:
            decoder = open_(path)
            try:
                self.duration = decoder.duration
                self._fill(decoder, samples(start))
            finally:
                decoder.close()
        except Exception as error:
            self._end(str(error) or type(error).__name__)

    def _fill(self, decoder: FileDecoder, skip: int) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or len(self._fifo) <= AHEAD - PIECE)
                if self._closed:
                    return
            wanted = min(skip, PIECE) or PIECE
            audio = decoder.read(wanted)
            with self._changed:
                if skip:
                    skip -= len(audio)
                elif not self._closed:
                    self._fifo.push(audio)
                self._changed.notify_all()
            if len(audio) < wanted:
                self._end(decoder.problem or "")
                return

    def _end(self, problem: str) -> None:
        with self._changed:
            self._problem, self._ended = problem, True
            self._changed.notify_all()
