"""How long it has been quiet."""

from __future__ import annotations

from radiocast.codecs.audio import Audio
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
        """Measure the next block."""
        if level(audio) < self._threshold:
            self.quiet += len(audio)
            self.loud = 0
        else:
            self.loud += len(audio)
            self.quiet = 0

    def reset(self) -> None:
        """Forget: something else is measured from now on."""
        self.quiet = self.loud = 0
