"""The auto-DJ: plays on its outputs for ever, and makes way for whoever comes live.

Everything one may do with it or ask of it is here; the work is done by its parts: the programme
chooses, the console mixes and plays out, the chronicle remembers.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from contextlib import closing

import trio

from radiocast.autodj.analyses import Analyses
from radiocast.autodj.changes import Changes, Part
from radiocast.autodj.database import Database, DatabaseError
from radiocast.autodj.history import History, HistoryEntry
from radiocast.autodj.library import Library, Progress
from radiocast.autodj.now import NowPlaying
from radiocast.autodj.simulate import Airing
from radiocast.autodj.state import Queued, Rules, Shelves
from radiocast.autodj.track import Track
from radiocast.config.model import Config
from radiocast.config.outputs import Policy
from radiocast.formats import Title
from radiocast.mounts.registry import Refused
from radiocast.mounts.source import Source, SourceEnding
from radiocast.sources.analysing import analyse_for_ever
from radiocast.sources.chronicle import Chronicle
from radiocast.sources.console import Console, plan_of
from radiocast.sources.live import Receive
from radiocast.sources.lives import Live, Lives
from radiocast.sources.outputs import Claim, Outputs, Parts
from radiocast.sources.programme import Programme, rules_of
from radiocast.studio.supervisor import Studio

logger = logging.getLogger(__name__)

PAUSE = 1.0
"""Seconds before the auto-DJ starts afresh."""


class AutoDj:
    """Plays on `config.outputs`. `run` is its task; the rest are plain calls."""

    def __init__(self, config: Config, listeners: Callable[[], int] = lambda: 0) -> None:
        """`listeners`: how many hear the station right now, for the history."""
        self._config = config
        self._listeners = listeners
        self.changes = Changes()
        """Who wants to know what happens waits here."""
        self._wishes = trio.Event()
        self._skipping = False
        self._build()

    def _build(self) -> None:
        config = self._config
        self._rules = rules_of(config)
        self._database = _open(config.autodj.database)
        self._library = Library(self._rules, Analyses(self._database))
        self._programme = Programme(self._rules, self._library, self.changes)
        self._chronicle = Chronicle(History(self._database), self.changes, self._listeners)
        main = Parts(self._programme, self._chronicle, Lives())
        studio = Studio(plan_of(config, {}))  # the outputs come when it is known what can be
        self._console = Console(studio, self._programme, self._chronicle, main.lives)
        self._outputs = Outputs(config, self._console, main, self._more_parts)

    # For the station

    @property
    def paths(self) -> list[str]:
        """The mounts it feeds."""
        return self._outputs.paths

    @property
    def studio_pid(self) -> int | None:
        """The process that mixes, while there is one."""
        return self._console.studio.pid

    @property
    def studio_restarts(self) -> int:
        """How often that process was lost."""
        return self._console.studio.restarts

    async def run(self, claim: Claim) -> None:
        """Play for ever, whatever happens: after a bug with all parts made anew."""
        while True:
            try:
                await self._run(claim)
            except Exception:
                logger.exception("this is a bug in radiocast; the auto-DJ starts afresh")
            await trio.sleep(PAUSE)
            self._build()

    async def _run(self, claim: Claim) -> None:
        with closing(self._database):
            self._programme.remember(await self._chronicle.load(self._rules.memory))
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._library.run)
                nursery.start_soon(self._chronicle.run, self._config.autodj.history)
                nursery.start_soon(self._fulfil_wishes)
                nursery.start_soon(self._tell_of_library)
                nursery.start_soon(self._outputs.run, claim, self.changes)
                nursery.start_soon(self._measure)

    def configure(self, config: Config) -> None:
        """Other settings, after a reload. Nobody is cut off but by changes of their own output."""
        self._config = config
        self._rules = rules_of(config)
        self._programme.configure(self._rules)
        self._outputs.configure(config)

    def admit(self, path: str, source: Source, priority: int) -> Live | Refused:
        """Let a live source in that was sent to an output's mount, or say why not."""
        return self._outputs.admit(path, source, priority)

    async def take_live(self, live: Live, content_type: str, receive: Receive) -> SourceEnding:
        """Take a live source's audio until it ends. Nothing that it sends raises."""
        return await self._outputs.take(live, content_type, receive)

    def leave_live(self, live: Live) -> None:
        """A live source that was let in is gone."""
        self._outputs.leave(live)

    def title_live(self, path: str, title: Title | None) -> bool:
        """What the live source on this mount says it plays: shown when its sound is heard.

        Whether there is one: nobody sets the titles of the auto-DJ's own tracks.
        """
        return self._outputs.title(path, title)

    def title_of(self, live: Live, title: Title | None) -> None:
        """The same for one live source, whoever else is on its mount."""
        self._outputs.title_of(live, title)

    # For the operator

    @property
    def now(self) -> NowPlaying:
        """What listeners hear."""
        return self._chronicle.now

    @property
    def queue(self) -> tuple[Queued, ...]:
        """What comes next because the operator wants it."""
        return self._programme.queue

    @property
    def why_next(self) -> tuple[str, ...]:
        """Why the next track was chosen."""
        return self._programme.why_next

    @property
    def shelves(self) -> Shelves:
        """The tracks there are, by playlist."""
        return self._library.shelves

    @property
    def rules(self) -> Rules:
        """By what the programme is made."""
        return self._rules

    @property
    def progress(self) -> Progress:
        """How far the library is."""
        return self._library.progress

    @property
    def problems(self) -> Mapping[str, str]:
        """What cannot be played and why, by path or playlist."""
        return self._library.problems

    def upcoming(self, count: int) -> list[Airing]:
        """What comes, if nobody asks for anything else."""
        return self._programme.upcoming(count, self._ends())

    def simulate(self, seconds: float) -> list[Airing]:
        """What would play from now on for so many seconds: takes some milliseconds per day."""
        return self._programme.simulate(time.time(), seconds)

    def enqueue(self, key: str, position: int | None = None) -> Queued:
        """Put a track, by its key, or an http(s) address into the queue. Raises QueueError."""
        queued = self._programme.enqueue(key, position)
        self._wishes.set()
        return queued

    def dequeue(self, number: int) -> None:
        """Take a track out of the queue. Raises QueueError."""
        self._programme.dequeue(number)
        self._wishes.set()

    def move(self, number: int, position: int) -> None:
        """Put a track of the queue at another position; 0 is next. Raises QueueError."""
        self._programme.move(number, position)
        self._wishes.set()

    def clear_queue(self) -> None:
        """Empty the queue."""
        self._programme.clear_queue()
        self._wishes.set()

    def request(self, key: str, listener: str) -> None:
        """A listener wants a track. Raises RequestError."""
        self._programme.request(key, listener)
        self._wishes.set()

    def skip(self) -> None:
        """Fade to the next track: to what has just been asked for, if anything has."""
        self._skipping = True
        self._wishes.set()

    def kick_live(self, path: str | None = None) -> bool:
        """Throw out whoever is live: who sends to `path`, or, without one, everybody. Whether
        there was somebody."""
        return self._outputs.kick(path)

    def reload_playlists(self) -> None:
        """Look at the files now."""
        self._library.reload()

    def search(self, text: str, limit: int = 100) -> list[Track]:
        """Tracks that have all these words in artist, title, album or path."""
        return self._programme.search(text, limit)

    def recent(self, count: int) -> list[HistoryEntry]:
        """What was on air last, and is: newest first."""
        return self._chronicle.recent(count)

    async def history(self, start: float, end: float) -> list[HistoryEntry]:
        """What began between two times in Unix seconds, oldest first. Raises DatabaseError."""
        return await self._chronicle.between(start, end)

    def _ends(self) -> float:
        """When what is heard now ends, in Unix seconds, as far as known."""
        now, playing = time.time(), self._chronicle.now
        return now if playing.duration is None else max(now, playing.since + playing.duration)

    def _more_parts(self) -> Parts:
        """For a mount that plays for itself."""
        changes = Changes()
        history = History(self._database)
        return Parts(
            Programme(self._rules, self._library, changes),
            Chronicle(history, changes, self._listeners),
            Lives(),
        )

    async def _measure(self) -> None:
        """Have the files measured: not before there is sound, and not if nothing is mixed."""
        outputs = self._config.outputs.values()
        is_mixed = any(each.policy is not Policy.COPY for each in outputs)
        if not self._config.autodj.analyse or not is_mixed:
            return
        while not self.now.rung:
            await self.changes.wait(self.changes.counts)
        await analyse_for_ever(self._library)

    async def _tell_of_library(self) -> None:
        """Whoever watches hears of it when there are other tracks."""
        before: Shelves = {}
        while True:
            shelves = self._library.shelves
            if any(shelf is not before.get(name) for name, shelf in shelves.items()):
                self.changes.tell(Part.LIBRARY)
            before = shelves
            await self._library.wait_scanned()

    async def _fulfil_wishes(self) -> None:
        """What is asked for comes next, not after what was loaded because it was its turn."""
        while True:
            await self._wishes.wait()
            self._wishes = trio.Event()
            await self._outputs.reconsider()
            if self._skipping:
                self._skipping = False
                self._outputs.skip()


def _open(path: str) -> Database:
    """The database, or one in memory if it cannot be used: the station plays all the same."""
    try:
        return Database(path or ":memory:")
    except DatabaseError as exc:
        logger.error("%s %s; the history is not kept", path, exc)
        return Database(":memory:")
