"""The station's end of the studio: starts the worker, talks to it, starts another if it is lost.

A worker may be killed at any moment and nobody hears it: the packets of the `lead` are here
already, and a new worker takes up where they end (`recall.py`). It is there already, too: to
import numpy and PyAV takes half a second of CPU, and on a busy machine that was measured to
take longer than the lead lasts. So a spare worker waits, idle, for its first command.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace

import trio

from radiocast.studio.commands import Command, Plan, Start
from radiocast.studio.mediatime import RATE
from radiocast.studio.messages import WireError, to_report
from radiocast.studio.outbox import Outbox
from radiocast.studio.recall import Recall
from radiocast.studio.reports import Packets, Problem, Report
from radiocast.studio.wire import Garbage, Message, Unpacker

logger = logging.getLogger(__name__)

WORKER = (sys.executable, "-m", "radiocast.studio.worker")
# The mixer's sums are too small for threads, which cost memory even if they do nothing.
# And for what each deck's and encoder's thread allocates, glibc keeps one heap each.
ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}
"""Of the worker's process, besides ours."""
READ_SIZE = 1 << 16
MAX_REPORTS = 256
"""Reports that wait for the station; then the worker has to wait."""
DEAD_AFTER = 1.5
"""Seconds without a word from a worker that says something every second."""
BORN_AFTER = 10.0
"""Seconds until its first word: it has much to import."""
QUICK_DEATH = 5.0
"""A worker that lives shorter than this has something wrong with it that comes again."""
MAX_PAUSE = 5.0
"""Seconds between two such workers, at most."""
SPARE_AFTER = 1.0
"""Seconds a worker lives before a spare one is started beside it."""
FAREWELL = 2.0
"""Seconds a worker has to exit after its stdin is closed."""


class Studio:
    """A supervised studio worker. `send` commands; take reports from `reports`.

    Reports of one stream come in order, and an event never comes after the
    packets in which it is heard.
    """

    def __init__(self, plan: Plan, *, command: Sequence[str] = WORKER, spare: bool = True) -> None:
        """`spare`: whether to keep an idle worker at hand, for 30 MB of memory."""
        self.reports: trio.MemoryReceiveChannel[Report]
        self._reports_out, self.reports = trio.open_memory_channel[Report](MAX_REPORTS)
        self._recall = Recall(plan)
        self._command = command
        self._outbox = Outbox()
        self._wake = trio.Event()
        self._origin: float | None = None
        self._process: trio.Process | None = None
        self._spare: trio.Process | None = None
        self._keeps_spare = spare
        self.restarts = 0

    @property
    def pid(self) -> int | None:
        """The worker's process id, while there is one."""
        return self._process.pid if self._process else None

    @property
    def spare_pid(self) -> int | None:
        """The process id of the idle worker, while there is one."""
        return self._spare.pid if self._spare else None

    def on_air(self) -> int:
        """The media time that is due now; 0 until the first packets have come."""
        if self._origin is None:
            return 0
        return round((trio.current_time() - self._origin) * RATE)

    @property
    def waiting_commands(self) -> int:
        """Commands that the worker has not taken yet, without live audio."""
        return self._outbox.commands

    @property
    def waiting_bytes(self) -> int:
        """Live audio that the worker has not taken yet."""
        return self._outbox.live_bytes

    def send(self, command: Command) -> None:
        """Tell the worker, and its successors. Never waits."""
        self._recall.sent(command)
        if not self._outbox.put(command) and self._process:
            self._process.kill()  # it does not read; the next one is told what matters
        self._wake.set()

    async def run(self) -> None:
        """Keep a worker running until cancelled."""
        pause = 0.0
        try:
            while True:
                born = trio.current_time()
                why = await self._run_worker()
                self.restarts += 1
                lived = trio.current_time() - born
                pause = min(MAX_PAUSE, pause * 2 + 0.1) if lived < QUICK_DEATH else 0.0
                logger.warning("the studio worker was lost (%s); starting another", why)
                await self._reports_out.send(
                    Problem(self._recall.end, f"the studio worker was lost ({why})")
                )
                await trio.sleep(pause)
        finally:
            self._reports_out.close()
            if self._spare is not None:
                with trio.CancelScope(shield=True):
                    await _end(self._spare, kill=True)

    async def _run_worker(self) -> str:
        """Run one worker to its end; why it ended."""
        self._outbox.clear()
        on_air = self.on_air()
        commands, reports = self._recall.restart(on_air)
        # There is no `await` before all is in the outbox: what is sent next comes behind it.
        for command in commands:
            if isinstance(command, Start) and self._origin is not None:
                due = time.monotonic() + (command.at - on_air) / RATE
                command = replace(command, due=due)
            self._outbox.put(command)
        for report in reports if self._origin is not None else []:
            await self._reports_out.send(report)
        spare, self._spare = self._spare, None
        if spare is not None and spare.poll() is not None:
            await _end(spare, kill=False)
            spare = None
        process = spare or await self._open()
        self._process = process
        silent = False
        try:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._write_commands, process)
                if self._keeps_spare:
                    nursery.start_soon(self._open_spare)
                silent = await self._read_reports(process)
                nursery.cancel_scope.cancel()
        finally:
            self._process = None
            with trio.CancelScope(shield=True):
                await _end(process, kill=silent)
        return f"silent for {DEAD_AFTER:g} seconds" if silent else _fate(process)

    async def _open(self) -> trio.Process:
        return await trio.lowlevel.open_process(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **ENVIRONMENT},
        )

    async def _open_spare(self) -> None:
        await trio.sleep(SPARE_AFTER)
        with trio.CancelScope(shield=True):  # or a process could be lost between two hands
            self._spare = await self._open()

    async def _read_reports(self, process: trio.Process) -> bool:
        """Read until it ends, or falls silent: then True."""
        assert process.stdout is not None
        unpacker = Unpacker()
        patience = BORN_AFTER
        while True:
            data = None
            with trio.move_on_after(patience):
                data = await process.stdout.receive_some(READ_SIZE)
            if not data:
                return data is None
            patience = DEAD_AFTER
            for message in unpacker.feed(bytes(data)):
                await self._take(message)

    async def _take(self, message: Message | Garbage) -> None:
        if isinstance(message, Garbage):
            logger.warning("%d bytes from the studio worker are no report", message.length)
            return
        try:
            report = to_report(message)
        except WireError as error:
            logger.warning("a report of the studio worker: %s", error)
            return
        if self._origin is None and isinstance(report, Packets):
            self._origin = trio.current_time() - report.at / RATE
        answer = self._recall.answer(report)
        if answer is not None:
            self._outbox.put(answer)
            self._wake.set()
        elif self._recall.came(report):
            await self._reports_out.send(report)

    async def _write_commands(self, process: trio.Process) -> None:
        assert process.stdin is not None
        try:
            while True:
                if data := self._outbox.take():
                    await process.stdin.send_all(data)
                else:
                    self._wake = trio.Event()
                    await self._wake.wait()
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            pass  # it is gone: whoever reads from it finds out


async def _end(process: trio.Process, *, kill: bool) -> None:
    """Let it go: close its stdin, and if that does not help, kill it."""
    if kill:
        process.kill()
    assert process.stdin is not None
    assert process.stdout is not None
    await process.stdin.aclose()
    await process.stdout.aclose()
    with trio.move_on_after(FAREWELL):
        await process.wait()
        return
    process.kill()
    await process.wait()


def _fate(process: trio.Process) -> str:
    code = process.returncode
    return f"signal {-code}" if code is not None and code < 0 else f"exit status {code}"
