"""Has all files of the library measured, one after the other, in a process beside the station."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import trio

from radiocast.autodj.analyses import Analysis, Stamp
from radiocast.autodj.library import Library
from radiocast.codecs.measured import Measured, Unplayable
from radiocast.sources.analyser import ANALYSER, Analyser, AnalyserError, open_analyser

logger = logging.getLogger(__name__)

FILES_PER_PROCESS = 500
"""What leaks in a codec does not add up to more than this."""
ATTEMPTS = 2
"""How many processes a file may cost: the first may have been lost by chance."""
REPORT = 60.0
"""Seconds between two lines in the log, at least."""
NEXT_TRY = 300.0
"""Seconds until a process is started again that could not be."""


async def analyse_for_ever(library: Library, *, command: Sequence[str] = ANALYSER) -> None:
    """Measure what has not been, and wait for more.

    There is a process only while there is something to measure. It starts after the library
    has read all files: their tags are wanted sooner.
    """
    while True:
        while library.progress.unread or library.next_unanalysed() is None:
            await library.wait_scanned()
        await _Round(library, command).run()


class _Round:
    """From the first file that is not measured to the last one."""

    def __init__(self, library: Library, command: Sequence[str]) -> None:
        self._library = library
        self._command = command
        self._lost: tuple[str, int] = "", 0  # which file cost how many processes
        self._count = 0
        self._reported = trio.current_time()

    async def run(self) -> None:
        logger.info("measuring the loudness of %d files", self._library.progress.unanalysed)
        began = trio.current_time()
        while self._library.next_unanalysed():
            try:
                async with open_analyser(self._command) as analyser:
                    await self._measure_some(analyser)
            except AnalyserError as error:
                again = f"trying again in {NEXT_TRY / 60:g} minutes"
                logger.error("files cannot be measured: the analyser: %s; %s", error, again)
                await trio.sleep(NEXT_TRY)
        seconds = trio.current_time() - began
        logger.info("measured %d files in %.0f seconds", self._count, seconds)

    async def _measure_some(self, analyser: Analyser) -> None:
        """Measure with this process, until there is need for another."""
        for _ in range(FILES_PER_PROCESS):
            todo = self._library.next_unanalysed()
            if todo is None:
                return
            try:
                await self._take(*todo, await analyser.measure(todo[0]))
            except AnalyserError as error:
                await self._blame(*todo, error)
                return
            self._count += 1
            self._report()

    async def _take(self, path: str, stamp: Stamp, found: Measured | Unplayable) -> None:
        match found:
            case Measured():
                analysis = Analysis(
                    found.loudness, found.peak, found.cue_in, found.cue_out, found.start_next
                )
                await self._library.put_analysis(path, stamp, analysis)
            case Unplayable(problem=problem):
                self._library.mark_broken(path, problem)

    async def _blame(self, path: str, stamp: Stamp, error: AnalyserError) -> None:
        """A file cost a process: the studio is better off without it."""
        _, before = self._lost if self._lost[0] == path else ("", 0)
        self._lost = path, before + 1
        if before + 1 < ATTEMPTS:
            return
        problem = f"the decoder does not survive it: {error}"
        if error.crashed:
            await self._library.put_analysis(path, stamp, Analysis(problem=problem))
        else:
            self._library.mark_broken(path, problem)

    def _report(self) -> None:
        if trio.current_time() - self._reported >= REPORT:
            self._reported = trio.current_time()
            left = self._library.progress.unanalysed
            logger.info("measured %d files, %d are left", self._count, left)
