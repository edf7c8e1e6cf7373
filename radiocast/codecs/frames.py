"""PyAV's frames of sound."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray


def total_samples(frames: Sequence[av.AudioFrame]) -> int:
    """How many samples per channel they hold together."""
    return sum(frame.samples for frame in frames)


def first_samples(frames: Sequence[av.AudioFrame], samples: int) -> list[av.AudioFrame]:
    """The first so many samples of them, or all there are."""
    kept: list[av.AudioFrame] = []
    for frame in frames:
        if samples <= 0:
            break
        kept.append(frame if frame.samples <= samples else _cut(frame, samples))
        samples -= frame.samples
    return kept


def _cut(frame: av.AudioFrame, samples: int) -> av.AudioFrame:
    values: NDArray[Any] = frame.to_ndarray()
    if not frame.format.is_planar:
        samples *= frame.layout.nb_channels
    start = np.ascontiguousarray(values[:, :samples])
    short = av.AudioFrame.from_ndarray(start, frame.format.name, frame.layout.name)
    short.sample_rate = frame.sample_rate
    return short
