"""A live source as the mixer sees it: a jitter buffer, a fade, and whether it is fit for air."""

from __future__ import annotations

from collections import deque

from radiocast.codecs.audio import Audio, silence
from radiocast.formats import Title
from radiocast.studio.cues import MixSettings
from radiocast.studio.events import Why
from radiocast.studio.jitter import JitterBuffer
from radiocast.studio.mediatime import BLOCK, samples
from radiocast.studio.meter import SilenceMeter
from radiocast.studio.ramp import Ramp

SOUND_AGAIN = samples(0.5)
"""A source that had gone silent comes back after so much sound."""
STALL_FADE = 0.15
"""Seconds for the fade of a source that stalls: what is kept for it cannot bridge a gap."""
MAX_TITLES = 16
"""Titles that wait for their sound; more come from a source that plays with us."""


class LiveInput:
    """One live source. `id` names it in events; the highest `priority` goes on air."""

    def __init__(self, id_: str, priority: int, settings: MixSettings) -> None:
        self.id = id_
        self.priority = priority
        self.ramp = Ramp(0.0)
        self.closed = False
        """Whether the source has left: what is in the buffer is all there is."""
        self.kicked = False
        self.title: Title | None = None
        """What it plays, as far as heard."""
        self._settings = settings
        self._tail = samples(settings.fade) + BLOCK  # what a fade out needs
        self._reserve = samples(min(settings.fade, STALL_FADE)) + BLOCK
        self._primed = False
        self._buffer = JitterBuffer(
            samples(settings.live_buffer), samples(settings.live_buffer_max), self._reserve
        )
        self._meter = SilenceMeter(settings.silence_threshold)
        self._silent = False
        self._heard = False
        self._reported = 0
        self._titles: deque[tuple[int, Title]] = deque(maxlen=MAX_TITLES)

    @property
    def left(self) -> int:
        """Samples in the buffer."""
        return len(self._buffer)

    @property
    def scarce(self) -> bool:
        """Whether to take more of the buffer just now may be the end of it."""
        return not self.closed and self.left <= self._reserve + 2 * BLOCK

    def feed(self, audio: Audio) -> None:
        """Its sound, as it comes."""
        self._buffer.feed(audio)

    def set_title(self, title: Title) -> None:
        """It said what it plays: true for the sound it sends from now on."""
        if not self._buffer.fed:
            self.title = title  # many say it before they play anything
        else:
            self._titles.append((self._buffer.fed, title))

    def take_dropped(self) -> int:
        """Samples dropped since last asked."""
        dropped, self._reported = self._buffer.dropped - self._reported, self._buffer.dropped
        return dropped

    def unfit(self, *, on_air: bool) -> Why | None:
        """Why it may not be heard from the next block on; None: it may."""
        if self.kicked:
            return Why.KICKED
        if self._silent:
            return Why.SILENT
        if self.closed and not on_air:
            # One that sent all it had at once and left is heard all the same.
            return Why.LEFT if self._heard or self.left < self._buffer.wanted else None
        # Nothing is lost: the fade takes what is left.
        if self.closed:
            return Why.LEFT if self.left <= self._tail else None
        return None if self._primed and self.left > self._reserve else Why.STALLED

    @property
    def over(self) -> bool:
        """Whether nothing will be heard of it any more."""
        return self.ramp.silent and (self.kicked or self.closed)

    def tick(self, length: int) -> None:
        """Time goes on, whatever the bus does: it is mixed ahead of time."""
        self._buffer.tick(length)
        self._judge()

    def take_up(self, left: int) -> None:
        """It was on air, mixed by another worker: of what it sent so much is not mixed yet."""
        self._buffer.keep(left)
        self._primed = self._heard = True

    def play(self, length: int) -> tuple[Audio | None, Title | None]:
        """The next block: what is heard of it (None: nothing) and its new title."""
        if self.ramp.silent and not self._silent:
            if self._primed:  # somebody else is on air: what is kept must stay fresh
                self._buffer.wait()
            self._judge()
            return None, self._title_due()
        audio = self._buffer.take(length)
        if len(audio):
            self._listen(audio)
        self._judge()
        title = self._title_due()
        if self.ramp.silent:
            return None, title
        self._heard = True
        heard = silence(length)
        heard[: len(audio)] = audio
        return self.ramp.apply(heard), title

    def _judge(self) -> None:
        """Filled is fit, until only the reserve is left."""
        self._primed = self._buffer.filled or (self._primed and self.left > self._reserve)

    def _listen(self, audio: Audio) -> None:
        self._meter.feed(audio)
        if self._silent:
            self._silent = self._meter.loud < SOUND_AGAIN
        else:
            self._silent = self._meter.quiet >= samples(self._settings.live_silence)

    def _title_due(self) -> Title | None:
        """The newest title whose sound has been reached."""
        reached = self._buffer.fed - len(self._buffer)
        due = None
        while self._titles and self._titles[0][0] <= reached:
            _, due = self._titles.popleft()
        if due is not None:
            self.title = due
        return due
