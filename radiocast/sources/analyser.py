"""The station's end of the analyser: one process that measures one file at a time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import trio

from radiocast.codecs.measured import Measured, Unplayable, Working, parse_answer
from radiocast.errors import RadiocastError

ANALYSER = (sys.executable, "-m", "radiocast.codecs.analyse")
BORN_AFTER = 60.0
"""Seconds until it is ready: it has much to import, and everything else comes first."""
STUCK_AFTER = 30.0
"""Seconds without a word from a process that says something every second."""
MAX_LINE = 4096
"""Bytes of an answer."""
FAREWELL = 2.0
"""Seconds a killed process has to be gone. One that waits for a disk may take for ever."""

CRASHES = {signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL}
"""Signals a process gets for what it did itself."""


class AnalyserError(RadiocastError):
    """The process is of no more use. Says how it ended."""

    def __init__(self, fate: str, *, crashed: bool = False) -> None:
        """`crashed`: by its own doing, and so by that of the file it was at."""
        super().__init__(fate)
        self.crashed = crashed


class Analyser:
    """A running analyser: made by `open_analyser`."""

    def __init__(self, process: trio.Process) -> None:
        self._process = process
        self._unread = b""

    async def measure(self, path: str) -> Measured | Unplayable:
        """Measure a file, whatever it takes. Raises AnalyserError."""
        assert self._process.stdin is not None
        try:
            await self._process.stdin.send_all(json.dumps(path).encode() + b"\n")
        except trio.BrokenResourceError:
            raise await self._lost() from None
        while True:
            answer = await self.read(STUCK_AFTER)
            if not isinstance(answer, Working):
                return answer

    async def read(self, patience: float) -> Measured | Unplayable | Working:
        """Its next answer, if it comes within so many seconds. Raises AnalyserError."""
        line = None
        with trio.move_on_after(patience):
            line = await self._read_line()
        if line is None:
            raise AnalyserError(f"not a word for {patience:g} seconds")
        try:
            return parse_answer(line)
        except ValueError:
            raise AnalyserError(f"{line[:40]!r} is no answer") from None

    async def _read_line(self) -> bytes:
        assert self._process.stdout is not None
        while b"\n" not in self._unread:
            data = await self._process.stdout.receive_some(MAX_LINE)
            if not data:
                raise await self._lost()
            self._unread += data
            if len(self._unread) > MAX_LINE:
                break
        line, _, self._unread = self._unread.partition(b"\n")
        return line

    async def _lost(self) -> AnalyserError:
        """Why nothing more can come from it."""
        code = None
        with trio.move_on_after(FAREWELL):
            code = await self._process.wait()
        if code is None or code >= 0:
            return AnalyserError("it fell silent" if code is None else f"exit status {code}")
        return AnalyserError(f"signal {-code}", crashed=-code in CRASHES)


@asynccontextmanager
async def open_analyser(command: Sequence[str] = ANALYSER) -> AsyncIterator[Analyser]:
    """Start a process that is ready to measure. Raises AnalyserError if it never is."""
    # One thread: what it does is no hurry, and idle ones cost memory.
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    try:
        process = await trio.lowlevel.open_process(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
        )
    except OSError as error:
        raise AnalyserError(str(error)) from error
    try:
        analyser = Analyser(process)
        await analyser.read(BORN_AFTER)
        yield analyser
    finally:
        process.kill()
        with trio.CancelScope(shield=True, deadline=trio.current_time() + FAREWELL):
            await _close(process)


async def _close(process: trio.Process) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    await process.stdin.aclose()
    await process.stdout.aclose()
    await process.wait()
