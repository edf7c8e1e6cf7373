"""Reads the files that are copied, ahead of time, one after the other, for ever.

Where the programme has nothing of the mount's format, something else has to do: the emergency
file, then the last file that could be played. Without an encoder there is nothing after that.
"""

from __future__ import annotations

import logging
import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import trio

from radiocast.autodj.choose import Choice
from radiocast.autodj.listing import list_emergency
from radiocast.autodj.playlists import PlaylistError
from radiocast.autodj.state import Origin
from radiocast.autodj.title import format_title
from radiocast.config.model import Config
from radiocast.config.outputs import OutputConfig
from radiocast.errors import FormatError
from radiocast.formats import Frame, StreamStart, Title
from radiocast.sources.file_frames import FileFrames
from radiocast.sources.opening import open_in_thread
from radiocast.studio.cues import Rung

logger = logging.getLogger(__name__)

READ_AHEAD = 3.0
"""Seconds that are read ahead: what the disk may take to answer."""
MAX_TRIES = 50
"""Files in a row that cannot be played before something else has to do."""
MAX_UNFIT = 10_000
"""Files not of the mount's format that are remembered, so that each is said once."""
RETRY = 1.0
"""Seconds before the programme is asked again when there is nothing at all."""

RUNGS = {
    Origin.SCHEDULE: Rung.SCHEDULE,
    Origin.REQUEST: Rung.REQUEST,
    Origin.QUEUE: Rung.REQUEST,
}


class Programme(Protocol):
    """What plays next. See `radiocast.sources.programme`."""

    async def next_choice(self, starts: float) -> Choice: ...

    def heard(self, choice: Choice) -> None: ...

    def put_back(self, choice: Choice) -> None: ...

    @property
    def has_wishes(self) -> bool: ...


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """A file that is to be played. Compared by identity."""

    path: str
    rung: Rung
    reason: str
    choice: Choice | None = None
    """None: it was not the programme that chose it."""
    title: Title | None = None
    """None: listeners see what they saw before."""
    start: float = 0.0
    end: float = math.inf
    """Seconds from the beginning of the file."""
    cut_at: float = math.inf
    """When it has to make way, in Unix seconds."""


class FileReader:
    """Frames of file after file. `run` reads; the rest are plain calls."""

    def __init__(
        self,
        path: str,
        output: OutputConfig,
        programme: Programme,
        news: Callable[[], None],
        config: Config,
    ) -> None:
        """`path`: the mount's, for the log. `news` is called when there is something to take."""
        self.config = config
        self._path = path
        self._output, self._programme, self._news = output, programme, news
        self._ahead: deque[tuple[Job, StreamStart | Frame]] = deque()
        self._seconds = 0.0  # of what is in it
        self._room = trio.Event()
        self._reading: Job | None = None
        self._taken: Job | None = None  # of which something was taken last
        self._scope = trio.CancelScope()
        self._resume: Job | None = None  # what was interrupted, and where it goes on
        self._last_good = ""
        self._failed = 0  # files in a row
        self._unfit: dict[str, None] = {}  # paths of what is not of the format, oldest first
        self._turns = 0  # of the emergency files

    async def run(self) -> None:
        """Read for ever."""
        while True:
            job, self._resume = self._resume, None
            if job is None:
                job = await self._choose()
            self._reading = job
            with trio.CancelScope() as self._scope:
                await self._read(job)

    def configure(self, config: Config) -> None:
        """Other settings; what was not of the mount's format may have changed, too."""
        self.config = config
        self._unfit.clear()

    def take(self) -> tuple[Job, StreamStart | Frame] | None:
        """The next event and whose it is; None: there is none yet."""
        if not self._ahead:
            return None
        job, event = self._ahead.popleft()
        self._taken = job
        self._count(event, -1)
        if self._seconds < READ_AHEAD:
            self._room.set()
        return job, event

    def skip(self, job: Job, *, resume_at: float | None = None) -> None:
        """Nothing more of this one. `resume_at`: it goes on there, in seconds from the start of
        the file, before anything else that is not read yet."""
        self._forget(job)
        if self._reading is job:
            if resume_at is not None:
                self._resume = replace(job, start=resume_at)
            self._scope.cancel()

    def reconsider(self) -> None:
        """What was chosen because it was its turn, and not heard yet, gives way."""
        job = self._reading
        if job is None or job is self._taken or job.choice is None:
            return
        if job.choice.origin is Origin.ROTATION and self._programme.has_wishes:
            self._programme.put_back(job.choice)
            self.skip(job)

    async def _choose(self) -> Job:
        while True:
            choice = await self._programme.next_choice(time.time() + self._seconds)
            if choice.track is not None and self._failed < MAX_TRIES:
                if choice.track.path not in self._unfit:
                    return self._job(choice)
                self._failed += 1
                self._programme.heard(choice)
                continue
            self._failed = 0
            why = "; ".join(choice.why) if choice.track is None else "no file is of its format"
            if job := await self._help(why):
                return job
            await trio.sleep(RETRY)

    def _job(self, choice: Choice) -> Job:
        track = choice.track
        assert track is not None
        text = format_title(self.config.autodj.title, track, choice.playlist)
        return Job(
            track.path,
            RUNGS.get(choice.origin, Rung.ROTATION),
            "; ".join(choice.why),
            choice,
            Title(text, artist=track.artist, title=track.title) if choice.announce else None,
            track.cue_in,
            math.inf if track.cue_out is None else track.cue_out,
            choice.cut_at or math.inf,
        )

    async def _help(self, why: str) -> Job | None:
        """What plays although the programme has nothing."""
        files = await trio.to_thread.run_sync(_emergency, self.config.autodj.emergency)
        sound = [path for path in files if path not in self._unfit]
        if sound:
            self._turns += 1
            return Job(sound[self._turns % len(sound)], Rung.EMERGENCY, why)
        if self._last_good:
            return Job(self._last_good, Rung.LAST_GOOD, why)
        logger.warning("there is nothing to play: %s", why)
        return None

    async def _read(self, job: Job) -> None:
        """Read one file. What goes wrong is said, and ends only this file."""
        try:
            await self._read_file(job)
        except (OSError, FormatError) as exc:
            self._failed += 1
            if job.path == self._last_good:
                self._last_good = ""
            if job.choice is not None:
                self._programme.heard(job.choice)
            if isinstance(exc, FormatError):
                if len(self._unfit) >= MAX_UNFIT:
                    del self._unfit[next(iter(self._unfit))]
                self._unfit[job.path] = None
            logger.warning("%s: not played: %s: %s", self._path, job.path, _problem(exc))
        else:
            self._failed = 0
            self._last_good = job.path

    async def _read_file(self, job: Job) -> None:
        if "://" in job.path:
            raise FormatError("addresses cannot be copied, only files")
        file = await open_in_thread(
            lambda: FileFrames(
                Path(job.path), self._output, job.title, start=job.start, end=job.end
            )
        )
        with file:
            while events := await trio.to_thread.run_sync(file.read, abandon_on_cancel=True):
                for event in events:
                    self._ahead.append((job, event))
                    self._count(event, 1)
                self._news()
                while self._seconds >= READ_AHEAD:
                    self._room = trio.Event()
                    await self._room.wait()

    def _forget(self, job: Job) -> None:
        kept = [(each, event) for each, event in self._ahead if each is not job]
        self._ahead, self._seconds = deque(kept), 0.0
        for _, event in kept:
            self._count(event, 1)
        self._room.set()

    def _count(self, event: StreamStart | Frame, sign: int) -> None:
        if isinstance(event, Frame):
            self._seconds += sign * event.samples / self._output.sample_rate


def _problem(error: OSError | FormatError) -> str:
    return (isinstance(error, OSError) and error.strerror) or str(error)


def _emergency(source: str) -> tuple[str, ...]:
    """The files for when nothing else can be played. Reads the disk."""
    if not source:
        return ()
    try:
        return list_emergency(source)
    except PlaylistError as exc:
        logger.error("autodj.emergency: %s %s", source, exc)
        return ()
