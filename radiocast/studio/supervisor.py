"""The station's end of the studio: starts the worker, talks to it, starts another if it is lost.

A worker may be killed at any moment and nobody hears it: the packets of the `lead` are here
already, and a new worker takes up where they end (`recall.py`). It is there within
milliseconds, too: to import numpy and PyAV takes half a second of CPU, and on a busy machine that
was measured to take longer than the lead lasts. So it is forked from a process that has them
(`workers.py`).
"""

from __future__ import annotations

import logging
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
from radiocast.studio.workers import FORKSERVER, Pause, Worker, WorkerError, Workers

logger = logging.getLogger(__name__)

READ_SIZE = 1 << 16
MAX_REPORTS = 256
"""Reports that wait for the station; then the worker has to wait."""
DEAD_AFTER = 1.5
"""Seconds without a word from a worker that says something every second."""
BORN_AFTER = 10.0
"""Seconds until its first word: it has much to open."""


class Studio:
    """A supervised studio worker. `send` commands; take reports from `reports`.

    Reports of one stream come in order, and an event never comes after the
    packets in which it is heard.
    """

    def __init__(self, plan: Plan, *, command: Sequence[str] = FORKSERVER) -> None:
        """`command` starts the fork server."""
        self.reports: trio.MemoryReceiveChannel[Report]
        self._reports_out, self.reports = trio.open_memory_channel[Report](MAX_REPORTS)
        self._recall = Recall(plan)
        self._workers = Workers(command)
        self._outbox = Outbox()
        self._wake = trio.Event()
        self._origin: float | None = None
        self._worker: Worker | None = None
        self.restarts = 0

    @property
    def pid(self) -> int | None:
        """The worker's process id, while there is one."""
        return self._worker.pid if self._worker else None

    @property
    def forkserver_pid(self) -> int | None:
        """The process id of the one that workers are forked from, while there is one."""
        return self._workers.pid

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
        if not self._outbox.put(command) and self._worker:
            self._worker.kill()  # it does not read; the next one is told what matters
        self._wake.set()

    async def run(self) -> None:
        """Keep a worker running until cancelled."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._workers.run)
            try:
                await self._keep_running()
            finally:
                self._reports_out.close()
                self._workers.close()

    async def _keep_running(self) -> None:
        pause = Pause()
        while True:
            born = trio.current_time()
            why = await self._run_worker()
            self.restarts += 1
            logger.warning("the studio worker was lost (%s); starting another", why)
            await self._reports_out.send(
                Problem(self._recall.end, f"the studio worker was lost ({why})")
            )
            await trio.sleep(pause.after(trio.current_time() - born))

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
        try:
            worker = self._worker = await self._workers.open()
        except WorkerError as error:
            return str(error)
        silent = False
        try:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._write_commands, worker.stream)
                silent = await self._read_reports(worker.stream)
                nursery.cancel_scope.cancel()
        finally:
            self._worker = None
            with trio.CancelScope(shield=True):
                await worker.end(kill=silent)
        return f"silent for {DEAD_AFTER:g} seconds" if silent else worker.fate

    async def _read_reports(self, stream: trio.SocketStream) -> bool:
        """Read until it ends, or falls silent: then True."""
        unpacker = Unpacker()
        patience = BORN_AFTER
        while True:
            data = None
            with trio.move_on_after(patience):
                try:
                    data = await stream.receive_some(READ_SIZE)
                except trio.BrokenResourceError:
                    return False
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

    async def _write_commands(self, stream: trio.SocketStream) -> None:
        try:
            while True:
                if data := self._outbox.take():
                    await stream.send_all(data)
                else:
                    self._wake = trio.Event()
                    await self._wake.wait()
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            pass  # it is gone: whoever reads from it finds out
