"""The auto-DJ: plays on its outputs for ever, and makes way for whoever comes live.

Everything one may do with it or ask of it is here; the work is done by its parts: the programme
chooses, the console mixes and plays out, the chronicle remembers.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass

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
from radiocast.formats import Title
from radiocast.mounts.mount import Mount
from radiocast.mounts.registry import Refused
from radiocast.mounts.source import Source, SourceEnding
from radiocast.protocols.source_info import SourceInfo
from radiocast.sources.analysing import analyse_for_ever
from radiocast.sources.chronicle import Chronicle
from radiocast.sources.console import Console, plan_of, possible
from radiocast.sources.jingles import lay_jingles
from radiocast.sources.live import Receive
from radiocast.sources.lives import Live, Lives
from radiocast.sources.mixed import mix_live
from radiocast.sources.programme import Programme, rules_of
from radiocast.studio import commands
from radiocast.studio.supervisor import Studio

logger = logging.getLogger(__name__)

Claim = Callable[[str, Source], Mount | Refused]
"""Gives a mount to a source."""


@dataclass(frozen=True, slots=True)
class _Output:
    """A mount that is ours, and how we hold it."""

    mount: Mount
    source: Source


class AutoDj:
    """Plays on `config.outputs`. `run` is its task; the rest are plain calls."""

    def __init__(self, config: Config, listeners: Callable[[], int] = lambda: 0) -> None:
        """`listeners`: how many hear the station right now, for the history."""
        self._config = config
        self._rules = rules_of(config)
        self._database = _open(config.autodj.database)
        self.changes = Changes()
        """Who wants to know what happens waits here."""
        self._library = Library(self._rules, Analyses(self._database))
        self._programme = Programme(self._rules, self._library, self.changes)
        self._chronicle = Chronicle(History(self._database), self.changes, listeners)
        self._lives = Lives()
        studio = Studio(plan_of(config, {}))  # the outputs come when it is known what can be
        self._console = Console(studio, self._programme, self._chronicle, self._lives)
        self._outputs: dict[str, _Output] = {}
        self._configured = trio.Event()
        self._wishes = trio.Event()
        self._skipping = False

    # For the station

    @property
    def paths(self) -> list[str]:
        """The mounts it feeds."""
        return list(self._outputs)

    @property
    def studio_pid(self) -> int | None:
        """The process that mixes, while there is one."""
        return self._console.studio.pid

    async def run(self, claim: Claim) -> None:
        """Play for ever."""
        with closing(self._database):
            self._programme.remember(await self._chronicle.load(self._rules.memory))
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._library.run)
                nursery.start_soon(self._chronicle.run, self._config.autodj.history)
                nursery.start_soon(self._fulfil_wishes)
                nursery.start_soon(self._tell_of_library)
                if self._config.autodj.analyse:
                    nursery.start_soon(analyse_for_ever, self._library)
                await self._arrange_outputs(claim)
                nursery.start_soon(self._console.run)
                nursery.start_soon(
                    lay_jingles, self._console, self._programme, self._chronicle, self.changes
                )
                while True:
                    await self._configured.wait()
                    self._configured = trio.Event()
                    await self._arrange_outputs(claim)

    def configure(self, config: Config) -> None:
        """Other settings, after a reload. Nobody is cut off but by changes of their own output."""
        self._config = config
        self._rules = rules_of(config)
        self._programme.configure(self._rules)
        self._configured.set()

    def admit(self, path: str, source: Source, priority: int) -> Live | Refused:
        """Let a live source in that was sent to an output's mount, or say why not."""
        takeover = self._config.mount(path).takeover
        return self._lives.admit(path, source, priority, takeover=takeover)

    async def take_live(self, live: Live, content_type: str, receive: Receive) -> SourceEnding:
        """Take a live source's audio until it ends. Nothing that it sends raises."""
        name = live.source.info.name or self._config.station.name
        timeout = self._config.limits.source_timeout
        return await mix_live(
            self._console.studio, live, content_type, receive, timeout, Title(name)
        )

    def leave_live(self, live: Live) -> None:
        """A live source that was let in is gone."""
        self._lives.leave(live)

    def title_live(self, path: str, title: Title | None) -> None:
        """What the live source on this mount says it plays: shown when its sound is heard."""
        live = self._lives.on(path)
        if live is not None:
            live.title = title or Title("")
            self._console.studio.send(commands.LiveTitle(live.name, live.title))

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

    def move(self, number: int, position: int) -> None:
        """Put a track of the queue at another position; 0 is next. Raises QueueError."""
        self._programme.move(number, position)

    def clear_queue(self) -> None:
        """Empty the queue."""
        self._programme.clear_queue()

    def request(self, key: str, listener: str) -> None:
        """A listener wants a track. Raises RequestError."""
        self._programme.request(key, listener)
        self._wishes.set()

    def skip(self) -> None:
        """Fade to the next track: to what has just been asked for, if anything has."""
        self._skipping = True
        self._wishes.set()

    def kick_live(self) -> bool:
        """Throw out whoever is live. Whether there was somebody."""
        lives = list(self._lives)
        for live in lives:
            live.source.end(SourceEnding.KICKED)
        return bool(lives)

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

    async def _arrange_outputs(self, claim: Claim) -> None:
        """Have the outputs that are configured and possible here, and no others."""
        config = self._config
        # First of all, or a player that is there at once would be told that there is nothing.
        for path in config.outputs.keys() - self._outputs.keys():
            self._occupy(path, claim)
        wanted = await possible(config.outputs)
        for path in self._outputs.keys() - wanted.keys():
            output = self._outputs.pop(path)
            self._console.stop_feeding(path)
            output.mount.leave(output.source)
        for path, output in self._outputs.items():
            output.source.info = _info(config)
            self._console.feed(path, output.mount, wanted[path])
        self._console.configure(config, {path: wanted[path] for path in self._outputs})

    def _occupy(self, path: str, claim: Claim) -> None:
        source = Source("studio", _info(self._config))
        mount = claim(path, source)
        if isinstance(mount, Refused):
            logger.error("%s: the auto-DJ does not get it: %s", path, mount.value)
            return
        self._outputs[path] = _Output(mount, source)

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
            await self._console.reconsider()
            if self._skipping:
                self._skipping = False
                self._console.studio.send(commands.Skip())


def _info(config: Config) -> SourceInfo:
    station = config.station
    return SourceInfo(station.name, station.description, station.genre, station.url)


def _open(path: str) -> Database:
    """The database, or one in memory if it cannot be used: the station plays all the same."""
    try:
        return Database(path or ":memory:")
    except DatabaseError as exc:
        logger.error("%s %s; the history is not kept", path, exc)
        return Database(":memory:")
