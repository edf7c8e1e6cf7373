"""How loud sound is, moment by moment: libavfilter's EBU R128 meter, in one pass."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from fractions import Fraction
from itertools import groupby

import av
import numpy as np
from av.filter import Graph
from av.filter.context import FilterContext

from radiocast.codecs.audio import CHANNELS, Audio, silence
from radiocast.codecs.cue_points import AROUND, Curve
from radiocast.codecs.frames import total_samples
from radiocast.codecs.resample import Kind, check_rate, kind_of
from radiocast.errors import RadiocastError

_EBUR128 = "framelog=quiet:metadata=1:peak=sample:dualmono=true"
"""Mono is measured as it is heard: from both sides."""

_SILENCE = -120.0


class MeterError(RadiocastError):
    """Sound that can be played, perhaps, but not be measured."""


class LoudnessMeter:
    """Takes decoded frames in place of the bus, and lets nothing through.

    Where the kind of frames changes, the windows of 400 ms begin anew.
    """

    def __init__(self) -> None:
        self.peak = 0.0
        """The highest sample; 1.0 is full scale."""
        self._momentary = array("f")
        self._before = 0.0  # seconds of former kinds
        self._graph: _Graph | None = None

    @property
    def duration(self) -> float:
        """Seconds that were measured."""
        return self._before + (self._graph.duration if self._graph else 0.0)

    def push(self, frames: Sequence[av.AudioFrame]) -> Audio:
        """Take the next frames. Raises MeterError, and CodecError for what cannot be heard."""
        for kind, run in groupby(frames, key=kind_of):
            graph = self._graph
            if graph is None or graph.kind != kind:
                graph = self._begin(kind)
            graph.push(list(run))
        return silence(0)

    def flush(self) -> Audio:
        """The sound is over."""
        if self._graph is not None:
            self._before = self.duration
            graph, self._graph = self._graph, None
            graph.finish()
            self.peak = max(self.peak, graph.peak)
            self._momentary.extend(graph.momentary)
        return silence(0)

    def curve(self) -> Curve:
        """All that was measured; for after `flush`."""
        return Curve(self._momentary, self._before)

    def _begin(self, kind: Kind) -> _Graph:
        self.flush()
        # Of the last slot, and of what lies beyond it, the next kind tells.
        del self._momentary[int(self._before * 10) :]
        check_rate(kind)
        self._graph = _Graph(kind)
        return self._graph


class _Graph:
    """The filter, for frames of one kind. Raises MeterError for what it cannot measure."""

    def __init__(self, kind: Kind) -> None:
        self.momentary = array("f")
        self.peak = 0.0
        self.kind = kind
        self._slot = kind.rate // 10  # samples, as the filter counts them
        self._samples = 0
        self._unseen = 0  # samples since what the filter found was last looked at
        self._partial = AROUND  # windows that are still to come before the first full one
        try:
            # A filter does not keep its graph alive, and crashes without it.
            self._graph, self._input, self._output = _make_filter(kind)
        except (av.FFmpegError, ValueError) as error:
            raise MeterError(str(error)) from error
        self._feed([_silence(kind, AROUND * self._slot)])

    @property
    def duration(self) -> float:
        return self._samples / self.kind.rate

    def push(self, frames: Sequence[av.AudioFrame]) -> None:
        self._feed(frames)
        samples = total_samples(frames)
        self._samples += samples
        self._unseen += samples
        if self._unseen > self.kind.rate:  # one look in vain costs as much as a frame
            self._unseen = 0
            self._look()

    def finish(self) -> None:
        self._feed([_silence(self.kind, AROUND * self._slot + -self._samples % self._slot)])
        self._look()

    def _feed(self, frames: Sequence[av.AudioFrame]) -> None:
        try:
            for frame in frames:
                frame.pts = None  # time is what was counted, not what a container claims
                self._input.push(frame)
        except (av.FFmpegError, ValueError) as error:
            raise MeterError(str(error)) from error

    def _look(self) -> None:
        """See what the filter says of the slots that it is through with."""
        metadata: dict[str, str] = {}
        while True:
            try:
                slot = self._output.pull()
            except (av.BlockingIOError, av.EOFError):
                break
            assert isinstance(slot, av.AudioFrame)
            metadata = slot.metadata
            if self._partial:
                self._partial -= 1
            else:
                self.momentary.append(_momentary(metadata, slot))
        self.peak = float(metadata.get("lavfi.r128.sample_peak", self.peak))


def _momentary(metadata: dict[str, str], slot: av.AudioFrame) -> float:
    momentary = float(metadata["lavfi.r128.M"])
    if math.isnan(momentary):
        # The filter keeps a running sum, which rounding makes negative when sound turns to
        # silence. But after a sample that is no number it is of no more use.
        if not np.isfinite(slot.to_ndarray()).all():
            raise MeterError("there are samples in it that are no numbers")
        return _SILENCE
    return max(momentary, _SILENCE)


def _make_filter(kind: Kind) -> tuple[Graph, FilterContext, FilterContext]:
    graph = Graph()
    first = last = graph.add_abuffer(
        sample_rate=kind.rate,
        format=kind.sample_format,
        layout=kind.layout,
        time_base=Fraction(1, kind.rate),
    )
    filters = [("ebur128", _EBUR128), ("abuffersink", None)]
    if kind.channels > CHANNELS:
        filters.insert(0, ("aformat", "sample_fmts=flt:channel_layouts=stereo"))  # as for the bus
    for name, options in filters:
        following = graph.add(name, options)
        last.link_to(following)
        last = following
    graph.configure()
    return graph, first, last


def _silence(kind: Kind, samples: int) -> av.AudioFrame:
    frame = av.AudioFrame(kind.sample_format, kind.layout, samples)
    frame.sample_rate = kind.rate
    zero = b"\x80" if kind.sample_format.startswith("u8") else b"\0"
    for plane in frame.planes:
        plane.update(zero * plane.buffer_size)
    return frame
