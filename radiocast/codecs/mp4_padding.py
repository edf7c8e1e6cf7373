"""What AAC in MP4 has too much at its end. FFmpeg cuts what is too much at the start only."""

from __future__ import annotations

import re
from typing import Any

import av

from radiocast.codecs.frames import first_samples, total_samples

_ITUNES = re.compile(r"\s*[0-9A-Fa-f]+ [0-9A-Fa-f]+ [0-9A-Fa-f]+ ([0-9A-Fa-f]+)")
"""iTunSMPB: a zero, encoder delay, padding, length of the original in samples; all in hex. Also
written by qaac, fdkaac and afconvert."""


class Mp4Padding:
    """Cuts the last frames of a track in MP4; lets everything else through."""

    def __init__(self, container: av.container.InputContainer) -> None:
        self._is_mp4 = "mp4" in container.format.name.split(",")
        said = _ITUNES.match(container.metadata.get("iTunSMPB", "")) if self._is_mp4 else None
        self._left = int(said[1], 16) or None if said else None  # samples; None: nobody said
        self._longest = 0  # of the packets so far, as the container says

    def cut(self, packet: av.Packet[Any], frames: list[av.AudioFrame]) -> list[av.AudioFrame]:
        """What is sound of the frames that came out of a packet."""
        if not self._is_mp4 or not frames:
            return frames
        samples = total_samples(frames)
        if self._left is None:
            return first_samples(frames, self._keep(packet.duration or 0, samples))
        frames = first_samples(frames, self._left)
        self._left -= total_samples(frames)
        return frames

    def _keep(self, duration: int, samples: int) -> int:
        """The last packet has a shorter duration than those before, if it is filled up."""
        self._longest = max(self._longest, duration)
        if 0 < duration < self._longest:
            return -(-samples * duration // self._longest)
        return samples
