"""How long it has been quiet."""

from __future__ import annotations

from radiocast.codecs.audio import Audio
from radiocast.studio.mediatime import BLOCK
from radiocast.studio.pcm import level


class SilenceMeter:
    """Counts the samples since the level last reached the threshold, block by block."""

    def __init__(self, threshold: float) -> None:
        """`threshold` in dBFS (RMS of a block)."""
        self._threshold = threshold
        self.quiet = 0
        """Samples of silence, up to now."""
        self.loud = 0
        """Samples of sound, up to now."""

    def feed(self, audio: Audio) -> None:
        """Measure the next sound, block by block, however long it is."""
        for start in range(0, len(audio), BLOCK):
            block = audio[start : start + BLOCK]
            if level(block) < self._threshold:
                self.quiet += len(block)
                self.loud = 0
            else:
                self.loud += len(block)
                self.quiet = 0

    def reset(self) -> None:
        """Forget: something else is measured from now on."""
        self.quiet = self.loud = 0
