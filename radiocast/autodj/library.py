"""The tracks there are now, watched while the station runs."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import trio

from radiocast.autodj.analyses import Analyses, Analysis, Stamp
from radiocast.autodj.database import DatabaseError
from radiocast.autodj.scan import Scan, Scanner
from radiocast.autodj.state import Rules, Shelves
from radiocast.autodj.watch import Watch, open_watch

logger = logging.getLogger(__name__)

_EMPTY = Scan({}, {}, 0, 0, ())

BREATH = 0.2
"""Seconds from a change to the look at it, at least: more of the kind are to be expected."""
REST = 10.0
"""Between two looks, times what a look takes: neither half a million files nor a disk on which
something happens all the time keep a processor busy."""
KEEP = 86400.0
"""Seconds between two clearings of what was measured of files that are gone."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the library is."""

    read: int
    """Files that can be played."""
    unread: int
    """Files that are still to be read."""
    unanalysed: int
    """Files that are still to be measured."""
    broken: int
    """Files and playlists that cannot be used."""


class Library:
    """Shelves that follow the disk. Files are looked at in a thread, one scan at a time."""

    def __init__(self, rules: Rules, analyses: Analyses | None = None) -> None:
        self._rules = rules
        self._analyses = analyses
        self._scanner = Scanner(rules, analyses)
        self._found = _EMPTY
        self._broken: dict[str, str] = {}
        self._analysed: dict[str, tuple[Stamp, Analysis]] = {}
        self._todo: deque[tuple[str, Stamp]] = deque()
        self._told: dict[str, tuple[str, ...]] = {}  # what each playlist was said to hold
        self._watch: Watch | None = None
        self._kept = -KEEP
        self._stirred = trio.Event()  # something changed: look soon
        self._wake = trio.Event()  # somebody asks: look now
        self._scanned = trio.Event()
        self._one_scan = trio.CapacityLimiter(1)

    @property
    def shelves(self) -> Shelves:
        """What there is to play. A new mapping after each change."""
        return self._found.shelves

    @property
    def problems(self) -> Mapping[str, str]:
        """What cannot be used and why, by path or playlist."""
        return self._found.problems

    @property
    def progress(self) -> Progress:
        """How far the library is."""
        found = self._found
        self.next_unanalysed()
        return Progress(found.read, found.unread, len(self._todo), len(found.problems))

    def next_unanalysed(self) -> tuple[str, Stamp] | None:
        """A file to measure, and its state now; None: all are."""
        while self._todo and (
            self._todo[0][0] in self._analysed or self._todo[0][0] in self._broken
        ):
            self._todo.popleft()
        return self._todo[0] if self._todo else None

    async def put_analysis(self, path: str, stamp: Stamp, analysis: Analysis) -> None:
        """Take what was measured of a file. It counts from the next look at the files on."""
        self._analysed[path] = stamp, analysis
        if self._analyses:
            try:
                await trio.to_thread.run_sync(self._analyses.put, path, stamp, analysis)
            except DatabaseError as exc:
                logger.warning("an analysis is not kept: %s", exc)

    def mark_broken(self, path: str, problem: str) -> None:
        """A file could not be played: it is left out until it changes, an address for a while.

        Says so in the log: it may be of no playlist, but of somebody's queue.
        """
        logger.warning("not played: %s: %s", path, problem)
        self._broken[path] = problem
        self._stirred.set()

    def reload(self, rules: Rules | None = None) -> None:
        """Look at the files now, by other `rules` if any are given."""
        self._rules = rules or self._rules
        self._stirred.set()
        self._wake.set()

    async def run(self) -> None:
        """Watch the files for ever."""
        with open_watch() as self._watch:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._watch_folders, self._watch)
                while True:
                    self._stirred, self._wake = trio.Event(), trio.Event()
                    began = trio.current_time()
                    await self.refresh()
                    await self._rest(trio.current_time() - began)

    async def _watch_folders(self, watch: Watch) -> None:
        while True:
            await watch.wait()
            self._stirred.set()
            await trio.sleep(BREATH)

    async def _rest(self, looked: float) -> None:
        """Wait for the next look at the files; the one before took so many seconds."""
        soon = max(BREATH, looked * REST)
        longest = max(self._rules.settings.poll, soon)
        if self._found.settles is not None:
            longest = min(longest, max(self._found.settles - time.time(), soon))
        with trio.move_on_after(longest):
            await self._stirred.wait()
            with trio.move_on_after(soon):
                await self._wake.wait()

    async def wait_scanned(self) -> None:
        """Wait for the next scan: at the start there may be something to play then."""
        await self._scanned.wait()

    async def refresh(self) -> None:
        """Look at all files, until all that can be read is. Shelves fill while it works."""
        while True:
            broken, analysed = dict(self._broken), dict(self._analysed)
            found = await trio.to_thread.run_sync(
                self._scan,
                broken,
                analysed,
                self._rules,
                limiter=self._one_scan,
                # A disk that does not answer must not keep the station from stopping.
                abandon_on_cancel=True,
            )
            for path in broken:
                self._broken.pop(path, None)
            for path in analysed:
                self._analysed.pop(path, None)
            self._tell(found, broken)
            self._found, self._todo = found, deque(found.unanalysed)
            self._scanned.set()
            self._scanned = trio.Event()
            if not found.unread and not await self._follow(found.folders):
                return

    def _scan(
        self,
        broken: Mapping[str, str],
        analysed: Mapping[str, tuple[Stamp, Analysis]],
        rules: Rules,
    ) -> Scan:
        now = time.time()
        for path, problem in broken.items():
            self._scanner.mark_broken(path, problem, now)
        for path, (stamp, analysis) in analysed.items():
            self._scanner.mark_analysed(path, stamp, analysis)
        found = self._scanner.scan(now, rules)
        if not found.unread:
            self._keep(now)
        return found

    def _keep(self, now: float) -> None:
        """Forget now and then what was measured of files that are gone."""
        if self._analyses and time.monotonic() - self._kept >= KEEP:
            self._kept = time.monotonic()
            try:
                self._analyses.keep(self._scanner.files, now)
            except DatabaseError as exc:
                logger.warning("old analyses are not cleared: %s", exc)

    async def _follow(self, folders: Sequence[str]) -> bool:
        """Watch these directories; True: look again, as some of them were not watched before."""
        if self._watch is None:
            return False
        return await trio.to_thread.run_sync(
            self._watch.follow, folders, limiter=self._one_scan, abandon_on_cancel=True
        )

    def _tell(self, found: Scan, told: Mapping[str, str]) -> None:
        """One line for each problem that is new, and one when there is something new to play."""
        for what, problem in found.problems.items():
            if problem not in (self._found.problems.get(what), told.get(what)):
                logger.warning("not played: %s: %s", what, problem)
        for name, shelf in found.shelves.items():
            if not found.unread and shelf.keys != self._told.get(name):
                logger.info("playlist %s: %d tracks", name, len(shelf.keys))
                self._told[name] = shelf.keys
