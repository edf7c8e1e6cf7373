"""Listeners by the thousand, in processes of their own: what they saw is the measure.

A listener here is a descriptor and an entry in a few arrays. What it receives is thrown away by
the kernel (MSG_TRUNC, see tcp(7)), so that the load generator, which shares the machine with the
server, takes as little of it as it can; a handful are sampled and their bytes compared.
"""

from __future__ import annotations

import multiprocessing
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Self

from bench.fanout.commands import CloseWindow, Join, Joined, OpenWindow, TakeSamples
from bench.fanout.figures import Window, joined
from bench.fanout.limits import PER_PROCESS
from bench.fanout.swarm import run


class Load:
    """Load generators, from entry to exit: as many as the descriptors of one process ask for."""

    def __init__(self, listeners: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._conns: list[Connection] = []
        self._processes = []
        for number in range(-(-listeners // PER_PROCESS)):
            conn, theirs = context.Pipe()
            process = context.Process(target=run, args=(theirs, number), daemon=True)
            process.start()
            theirs.close()
            self._conns.append(conn)
            self._processes.append(process)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for conn in self._conns:
            conn.close()
        for process in self._processes:
            process.join(5)
            process.kill()

    def join(self, join: Join) -> Joined:
        """Bring listeners, and wait until all have heard something or failed to."""
        self.start_join(join)
        return self.end_join()

    def start_join(self, join: Join) -> None:
        """Begin to bring listeners; `end_join` must be the next call."""
        workers = len(self._conns)
        for number, conn in enumerate(self._conns):
            share = join.count // workers + (number < join.count % workers)
            rate = join.rate and join.rate / workers
            sampled = join.sampled if number == 0 else 0
            conn.send(Join(join.targets, share, rate, join.stay, sampled))

    def end_join(self) -> Joined:
        answers: list[Joined] = [conn.recv() for conn in self._conns]
        return Joined(
            max(answer.seconds for answer in answers),
            [each for answer in answers for each in answer.first_bytes],
            [each for answer in answers for each in answer.failed],
            max(answer.late for answer in answers),
        )

    def open_window(self) -> None:
        """Begin to count, and return when all have begun."""
        for conn in self._conns:
            conn.send(OpenWindow())
        for conn in self._conns:
            conn.recv()

    def close_window(self) -> Window:
        """What was counted so far. The window stays open."""
        for conn in self._conns:
            conn.send(CloseWindow())
        return joined([conn.recv() for conn in self._conns])

    def take_samples(self) -> list[bytes]:
        """What the sampled listeners heard since they came."""
        for conn in self._conns:
            conn.send(TakeSamples())
        return [bytes(heard) for conn in self._conns for heard in conn.recv()]
