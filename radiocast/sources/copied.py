"""A mount without any codec: files and live sources are put on it as they are.

Theory of operation. Everything is paced by media time: the log is never far ahead of the clock.
Files are read ahead by a task of their own; those that are not of the mount's format are passed
over. A live source is held until there is enough to outlast the gaps in which it comes; then it
follows at the next frame border, and when nothing is left of it the next file follows in the same
way. One plain function, `_play`, decides who appends, so there is only one at a time.

What cannot be had without decoding: fades, loudness, joins to the sample (up to 25 ms of silence
that the encoder put at the end of an MP3 or AAC file are heard), and to know whether a live source
sends silence.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from typing import Protocol

import trio

from radiocast.autodj.choose import Choice
from radiocast.config.live import After
from radiocast.config.model import Config
from radiocast.config.outputs import OutputConfig
from radiocast.formats import Frame, StreamStart, Title
from radiocast.formats.detect import Detected
from radiocast.mounts.mount import Mount
from radiocast.mounts.source import Source
from radiocast.sources.airing import Airing, Guests
from radiocast.sources.file_reader import FileReader, Job, Programme
from radiocast.sources.live import Receive
from radiocast.sources.live_frames import Timed
from radiocast.sources.lives import Live
from radiocast.sources.opened import Opened
from radiocast.sources.policy import audio_of, content_type_of, fits
from radiocast.sources.splice import Splicer
from radiocast.studio.mediatime import RATE, samples

logger = logging.getLogger(__name__)

AHEAD = samples(0.2)
"""How far ahead of the clock the log is filled: so long are blocks, as each wakes the listeners."""
LEAST = samples(0.05)
"""How far ahead it is when it is filled again."""
NEWS = samples(0.1)
"""How long news of live sources may wait: many send 40 times a second."""
CATCH_UP = samples(2.0)
"""What is made good if we come late; after a longer pause the clock starts afresh."""


class Record(Protocol):
    """Is told what is heard. See `Chronicle`."""

    def on_rung(self, rung: str, reason: str) -> None: ...

    def live(self, source: Source) -> None: ...

    def track(self, choice: Choice) -> None: ...

    def nothing(self) -> None: ...

    def title(self, title: Title) -> None: ...


class Copied:
    """Plays on one mount. `run` is its task, `carry` that of each live source; the rest are
    plain calls."""

    def __init__(
        self,
        mount: Mount,
        output: OutputConfig,
        programme: Programme,
        record: Record,
        config: Config,
    ) -> None:
        self._mount, self._output = mount, output
        self._programme, self._record, self._config = programme, record, config
        self._news = trio.Event()
        self._began = trio.current_time()
        self._end = 0  # media time up to which the log is filled
        self._guests = Guests(config.live, AHEAD / RATE, self._now, self._wake_up, one_format=False)
        self._files = FileReader(mount.path, output, programme, self._wake_up, config)
        self._job: Job | None = None  # whose frames were appended last; None: live
        self._heard = 0.0  # seconds of it
        self._splicer = Splicer()

    async def run(self) -> None:
        """Play for ever."""
        self._mount.announce(content_type_of(self._output), chains=True)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._files.run)
            while True:
                self._news = trio.Event()
                now = self._now()
                self._play(now)
                with trio.move_on_after(max(LEAST, self._end - LEAST - now) / RATE):
                    await self._news.wait()
                    await trio.sleep(NEWS / RATE)

    async def carry(
        self, live: Live, opened: Opened, receive: Receive, source_timeout: float, title: Title
    ) -> None:
        """Take what a live source sends until it leaves, in its own scope.

        Raises what `receive` raises, and FormatError.
        """
        await self._guests.carry(live, opened, receive, source_timeout, title)

    def configure(self, config: Config) -> None:
        """Other settings, from now on."""
        self._config = config
        self._files.configure(config)
        self._guests.settings = config.live

    def title(self, name: str, title: Title | None) -> bool:
        """What this live source says it plays. Whether it is one of ours."""
        return self._guests.title(name, title)

    def skip(self) -> None:
        """On to the next file."""
        if self._job is not None:
            self._files.skip(self._job)
            self._wake_up()

    def reconsider(self) -> None:
        """Somebody asks for something: what is there only because it was its turn gives way."""
        self._files.reconsider()

    def _now(self) -> int:
        return round((trio.current_time() - self._began) * RATE)

    def _wake_up(self) -> None:
        self._news.set()

    def _play(self, now: int) -> None:
        """Append what is due soon."""
        self._end = max(self._end, now - CATCH_UP)
        on_air = self._guests.on_air
        best = self._guests.best(now, lambda airing: airing.frames.filled)
        if best is not on_air:
            if on_air is not None:
                self._end_live(on_air, now)
            if best is not None:
                self._begin_live(best, now)
        if best is not None:
            self._append(self._guests.take(now + AHEAD, now), best.opened.detected)
            self._end = best.frames.next
        else:
            self._play_file(now)

    # Live

    def _begin_live(self, airing: Airing, now: int) -> None:
        live = airing.live
        logger.info("%s: on air: live from %s", self._mount.path, live.source.ip)
        self._append(self._end_file())
        if self._job is not None:
            resume = self._config.live.after is After.RESUME
            self._files.skip(self._job, resume_at=self._heard if resume else None)
            self._job = None
        self._record.live(live.source)
        self._append(self._guests.begin(airing, max(self._end, now)), airing.opened.detected)

    def _end_live(self, airing: Airing, now: int) -> None:
        why, self._end, last = self._guests.end(now)
        self._append(last, airing.opened.detected)
        logger.info("%s: live from %s: %s", self._mount.path, airing.live.source.ip, why.value)

    # Files

    def _play_file(self, now: int) -> None:
        timed: list[Timed] = []
        while self._end < now + AHEAD:
            if self._job is not None and time.time() >= self._job.cut_at:
                self.skip()
            following = self._files.take()
            if following is None:
                break
            job, event = following
            if job is not self._job:
                self._append([*timed, *self._end_file()])
                timed = []
                self._begin_job(job)
            timed += self._timed(self._splicer.feed([event]))
            if isinstance(event, StreamStart) and job.title is not None:
                timed.append(Timed(self._end, self._end, job.title))
        self._append(timed)

    def _end_file(self) -> list[Timed]:
        return self._timed(self._splicer.close())

    def _timed(self, events: Sequence[StreamStart | Frame]) -> list[Timed]:
        timed = []
        for event in events:
            at = self._end
            if isinstance(event, Frame):
                self._end += event.samples * RATE // self._output.sample_rate
                self._heard += event.samples / self._output.sample_rate
            timed.append(Timed(at, self._end, event))
        return timed

    def _begin_job(self, job: Job) -> None:
        self._job, self._heard = job, job.start
        logger.info("%s: on air: %s (%s)", self._mount.path, job.path, job.reason)
        self._record.on_rung(job.rung.value, job.reason)
        if job.choice is None:
            self._record.nothing()
            return
        self._programme.heard(job.choice)
        self._record.track(job.choice)

    # The log

    def _append(self, timed: Sequence[Timed], detected: Detected | None = None) -> None:
        """Put it on the log. `detected`: of a live source; None: files are as the output is."""
        frames: list[Frame] = []
        for each in timed:
            match each.item:
                case Frame():
                    frames.append(each.item)
                    continue
                case StreamStart():
                    self._add(frames)
                    self._set_up(each.item, detected)
                case Title():
                    self._add(frames)
                    self._mount.set_title(each.item)
                    self._record.title(each.item)
            frames = []
        self._add(frames)

    def _add(self, frames: list[Frame]) -> None:
        if frames:
            self._mount.counts.bytes_read += sum(len(frame.data) for frame in frames)
            self._mount.add(frames, now=time.time())

    def _set_up(self, start: StreamStart, detected: Detected | None) -> None:
        """Another stream follows. Where it is in another format, responses end there."""
        mount, before = self._mount, self._mount.log.epoch
        if detected is None or fits(self._output, start):
            mount.announce(content_type_of(self._output), chains=True)
        else:
            mount.announce(detected.content_type, chains=detected.chains)
        if before is not None and audio_of(before.stream) != audio_of(start):
            mount.floor = mount.log.end
        mount.add([start], now=time.time())
        if start.title is not None and start.title.text:
            self._record.title(start.title)
