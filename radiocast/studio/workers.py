"""Where workers come from: the station's end of the fork server (`forkserver.py`)."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress

import trio

from radiocast.studio.forkserver import ASK

logger = logging.getLogger(__name__)

FORKSERVER = (sys.executable, "-m", "radiocast.studio.worker")
# The mixer's sums are too small for threads, which cost memory even if they do nothing.
# And for what each deck's and encoder's thread allocates, glibc keeps one heap each.
ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}
"""Of the workers' processes, besides ours."""
BORN_WITHIN = 2.0
"""Seconds until a fork server that has answered before does so again."""
IMPORTED_WITHIN = 30.0
"""Seconds until it does for the first time."""
FAREWELL = 2.0
"""Seconds a process has to exit after we have hung up."""
QUICK_DEATH = 5.0
"""A process that lives shorter than this has something wrong with it that comes again."""
STDERR = 2
"""Where all goes that a library may print."""
MAX_PAUSE = 5.0
"""Seconds between two such processes, at most."""


class WorkerError(Exception):
    """There is no worker to be had. Says why."""


class Pause:
    """How long to wait before the next try: ever longer, while what is tried ends soon."""

    def __init__(self) -> None:
        self._pause = 0.0

    def after(self, lived: float) -> float:
        """Seconds, after what was tried lived so many."""
        self._pause = min(MAX_PAUSE, self._pause * 2 + 0.1) if lived < QUICK_DEATH else 0.0
        return self._pause


class Worker:
    """A process, and the stream by which it takes commands and gives reports."""

    def __init__(self, stream: trio.SocketStream) -> None:
        self.stream = stream
        self.pid: int | None = None
        self.status: int | None = None
        """How it ended, less than 0: by which signal. None: it has not, or nobody saw it."""
        self.answered = trio.Event()
        """The fork server has, or never will."""
        self.gone = trio.Event()
        """It is dead, or nobody will say when it is."""

    @property
    def fate(self) -> str:
        """How it ended, in words."""
        return "nobody saw why" if self.status is None else describe(self.status)

    def kill(self) -> None:
        """For one that has not hung up: then its number is still its own."""
        if self.pid is not None and self.status is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    async def end(self, *, kill: bool = False) -> None:
        """Let it go: hang up, and if that does not help, kill it."""
        if kill:
            self.kill()
        await self.stream.aclose()
        with trio.move_on_after(FAREWELL):
            await self.gone.wait()
            return
        self.kill()
        with trio.move_on_after(FAREWELL):
            await self.gone.wait()


class Workers:
    """Has a fork server running, and gets workers from it. A worker does not need it to go on."""

    def __init__(self, command: Sequence[str] = FORKSERVER) -> None:
        """`command` starts the fork server."""
        self._command = command
        self._control: socket.socket | None = None
        self._process: trio.Process | None = None
        self._there = trio.Event()
        self._proven = False  # it has answered before
        self._closed = trio.Event()
        self._asked: list[Worker] = []
        self._living: dict[int, Worker] = {}

    @property
    def pid(self) -> int | None:
        """The fork server's process id, while there is one."""
        return self._process.pid if self._process else None

    async def run(self) -> None:
        """Keep a fork server running until `close` is called. To cancel it does nothing: only a
        fork server tells that a worker has ended, and workers are ended after a cancellation."""
        pause = Pause()
        with trio.CancelScope(shield=True):
            while not self._closed.is_set():
                born = trio.current_time()
                why = await self._run_server()
                if not self._closed.is_set():
                    logger.warning("the studio's fork server was lost (%s); starting another", why)
                    with trio.move_on_after(pause.after(trio.current_time() - born)):
                        await self._closed.wait()

    def close(self) -> None:
        """Let the fork server go. Workers are ended by who has them."""
        self._closed.set()
        if self._control is not None:
            with suppress(OSError):  # it is gone already
                self._control.shutdown(socket.SHUT_RDWR)

    async def open(self) -> Worker:
        """A worker, within milliseconds if a fork server is there. Raises WorkerError."""
        while self._control is None:
            await self._there.wait()
        ours, theirs = socket.socketpair()
        worker = Worker(trio.SocketStream(trio.socket.from_stdlib_socket(ours)))
        try:
            with theirs:
                self._asked.append(worker)
                socket.send_fds(self._control, [ASK], [theirs.fileno()])
        except OSError:
            pass  # it is gone: `run` finds out, and answers for it
        try:
            with trio.move_on_after(BORN_WITHIN if self._proven else IMPORTED_WITHIN):
                await worker.answered.wait()
            if not worker.answered.is_set() and self._process is not None:
                self._process.kill()
                await worker.answered.wait()
        finally:
            if worker.pid is None:
                await worker.stream.aclose()  # if it is born yet, it finds that nobody wants it
        if worker.pid is None:
            raise WorkerError(worker.fate)
        return worker

    async def _run_server(self) -> str:
        """Run one to its end; why it ended."""
        control, theirs = socket.socketpair()
        with theirs:
            process = await trio.lowlevel.open_process(
                self._command, stdin=theirs, stdout=STDERR, env={**os.environ, **ENVIRONMENT}
            )
        lines = trio.SocketStream(trio.socket.from_stdlib_socket(control))
        self._process, self._control, self._proven = process, control, False
        self._there.set()
        if self._closed.is_set():
            self.close()  # meanwhile
        buffer = b""
        with suppress(trio.BrokenResourceError):
            while data := await lines.receive_some():
                *complete, buffer = (buffer + data).split(b"\n")
                for line in complete:
                    self._hear(line.split())
        self._control, self._there = None, trio.Event()
        await lines.aclose()
        with trio.move_on_after(FAREWELL):
            await process.wait()
        process.kill()
        status = await process.wait()
        self._process = None
        for worker in [*self._living.values(), *self._asked]:
            worker.gone.set()
            worker.answered.set()
        for worker in self._asked:
            worker.status = status
        self._living.clear()
        self._asked.clear()
        return describe(status)

    def _hear(self, words: list[bytes]) -> None:
        match words:
            case [b"born", pid]:
                worker = self._living[int(pid)] = self._asked.pop(0)
                worker.pid = int(pid)
                worker.answered.set()
                self._proven = True
            case [b"died", pid, status]:
                worker = self._living.pop(int(pid))
                worker.status = int(status)
                worker.gone.set()
            case _:
                logger.warning("the studio's fork server said %r", b" ".join(words))


def describe(status: int) -> str:
    """How a process ended."""
    return f"signal {-status}" if status < 0 else f"exit status {status}"
