"""Measures one file: how loud it is, where it sounds, and where the next track may begin."""

from __future__ import annotations

from pathlib import Path

from radiocast.codecs.cue_points import find_points
from radiocast.codecs.decode import open_reader
from radiocast.codecs.errors import CodecError
from radiocast.codecs.measured import Measured
from radiocast.codecs.meter import LoudnessMeter, MeterError

MAX_DURATION = 12 * 3600.0
"""Seconds of a file that are measured. What is longer has no end that anyone waits for."""

NOTHING = Measured(None, 0.0, 0.0, None, None)
"""What is found of sound that the meter cannot take: it plays as it is."""


class Measuring:
    """One file being measured, in steps. Raises CodecError if nothing of it can be decoded.

    It blocks. Whoever opens it closes it.
    """

    def __init__(self, path: str | Path) -> None:
        self._meter = LoudnessMeter()
        self._reader, _ = open_reader(path, self._meter)
        self._found = NOTHING

    def step(self) -> bool:
        """Measure the next packets. False: there are no more, and `result` is ready."""
        try:
            more = self._reader.read() is not None
            if more and self._meter.duration <= MAX_DURATION:
                return True
            self._reader.flush()
        except CodecError:
            if not self._meter.duration:
                raise
            more = False
            self._meter.flush()  # what plays until then is what counts
        except MeterError:
            return False
        if not self._meter.duration:
            raise CodecError("there is no sound in it")
        self._found = self._find(has_end=not more)
        return False

    def result(self) -> Measured:
        """What was found."""
        return self._found

    def close(self) -> None:
        """Let go of the file."""
        self._reader.close()

    def _find(self, *, has_end: bool) -> Measured:
        points = find_points(self._meter.curve())
        return Measured(
            points.loudness,
            self._meter.peak,
            points.cue_in,
            points.cue_out if has_end else None,
            points.start_next if has_end else None,
        )


def measure(path: str | Path) -> Measured:
    """Measure a whole file. Raises CodecError if nothing of it can be decoded."""
    measuring = Measuring(path)
    try:
        while measuring.step():
            pass
        return measuring.result()
    finally:
        measuring.close()
