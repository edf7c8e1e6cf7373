"""The tracks there are now, watched while the station runs."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass

import trio

from radiocast.autodj.analyses import Analyses, Analysis, Stamp
from radiocast.autodj.database import DatabaseError
from radiocast.autodj.scan import Scan, Scanner
from radiocast.autodj.state import Rules, Shelves
from radiocast.autodj.track import Shelf

logger = logging.getLogger(__name__)

_EMPTY = Scan({}, {}, 0, 0, ())


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
        self._told: dict[str, Shelf] = {}
        self._wake = trio.Event()
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
        return Progress(found.read, found.unread, len(found.unanalysed), len(found.problems))

    def next_unanalysed(self) -> tuple[str, Stamp] | None:
        """A file to measure, and its state now; None: all are."""
        return next((e for e in self._found.unanalysed if e[0] not in self._analysed), None)

    async def put_analysis(self, path: str, stamp: Stamp, analysis: Analysis) -> None:
        """Take what was measured of a file. It counts from the next look at the files on."""
        self._analysed[path] = stamp, analysis
        if self._analyses:
            try:
                await trio.to_thread.run_sync(self._analyses.put, path, stamp, analysis)
            except DatabaseError as exc:
                logger.warning("an analysis is not kept: %s", exc)

    def mark_broken(self, path: str, problem: str) -> None:
        """A file could not be played: it is left out until it changes."""
        self._broken[path] = problem
        self._wake.set()

    def reload(self, rules: Rules | None = None) -> None:
        """Look at the files now, by other `rules` if any are given."""
        self._rules = rules or self._rules
        self._wake.set()

    async def run(self) -> None:
        """Watch the files for ever."""
        while True:
            await self.refresh()
            with trio.move_on_after(self._rules.settings.poll):
                await self._wake.wait()
            self._wake = trio.Event()

    async def wait_scanned(self) -> None:
        """Wait for the next scan: at the start there may be something to play then."""
        await self._scanned.wait()

    async def refresh(self) -> None:
        """Look at all files, until all that can be read is. Shelves fill while it works."""
        while True:
            broken, self._broken = self._broken, {}
            analysed = dict(self._analysed)
            found = await trio.to_thread.run_sync(
                self._scan,
                broken,
                analysed,
                self._rules,
                limiter=self._one_scan,
                # A disk that does not answer must not keep the station from stopping.
                abandon_on_cancel=True,
            )
            for path in analysed:
                self._analysed.pop(path, None)
            self._tell(found)
            self._found = found
            self._scanned.set()
            self._scanned = trio.Event()
            if not found.unread:
                return

    def _scan(
        self,
        broken: Mapping[str, str],
        analysed: Mapping[str, tuple[Stamp, Analysis]],
        rules: Rules,
    ) -> Scan:
        for path, problem in broken.items():
            self._scanner.mark_broken(path, problem)
        for path, (stamp, analysis) in analysed.items():
            self._scanner.mark_analysed(path, stamp, analysis)
        return self._scanner.scan(time.time(), rules)

    def _tell(self, found: Scan) -> None:
        """One line for each problem that is new, and one when there is something new to play."""
        for what, problem in found.problems.items():
            if self._found.problems.get(what) != problem:
                logger.warning("not played: %s: %s", what, problem)
        for name, shelf in found.shelves.items():
            if not found.unread and shelf is not self._told.get(name):
                logger.info("playlist %s: %d tracks", name, len(shelf.keys))
                self._told[name] = shelf
