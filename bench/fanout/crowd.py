"""Listeners that mean no good, or whose network does not, in a process of their own.

Each kind has a User-Agent of its own, so that the access log can say what became of it.
"""

from __future__ import annotations

import multiprocessing
import signal
import socket
import struct
import time
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Self

from bench.fanout.commands import Target
from bench.fanout.limits import raise_descriptors

STALLED, TRICKLE, RESET = "bench-stalled", "bench-trickle", "bench-reset"
RECEIVE_BUFFER = 4096  # bytes: what they do not read fills the server's side early
RESET_EVERY = 2.0  # seconds a reset-happy listener stays
TIMEOUT = 10.0  # seconds
ABORT = struct.pack("ii", 1, 0)  # SO_LINGER: close with a reset


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many of each."""

    stalled: int = 1000
    """Read nothing after the request."""
    trickle: int = 500
    """Read one byte a second."""
    reset: int = 500
    """Join, read once, reset the connection, and come again."""


@dataclass(frozen=True, slots=True)
class Sessions:
    """How many times each kind connected."""

    stalled: int
    trickle: int
    reset: int
    refused: int
    """Connections that could not be made."""


class CrowdProcess:
    """A crowd from entry to exit. `sessions` ends it and says what it did."""

    def __init__(self, host: str, port: int, path: str, crowd: Crowd) -> None:
        context = multiprocessing.get_context("spawn")
        self._conn, theirs = context.Pipe()
        self._process = context.Process(
            target=_run, args=(theirs, host, port, path, crowd), daemon=True
        )
        self._process.start()
        theirs.close()

    def __enter__(self) -> Self:
        self._conn.recv()  # all have come once
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._conn.close()
        self._process.join(5)
        self._process.kill()

    def sessions(self) -> Sessions:
        """Send everybody home."""
        self._conn.send("end")
        answer: Sessions = self._conn.recv()
        return answer


class _Members:
    def __init__(self, host: str, port: int, path: str, crowd: Crowd) -> None:
        self._targets = {
            agent: Target(host, port, path, agent=agent) for agent in (STALLED, TRICKLE, RESET)
        }
        self._made = dict.fromkeys(self._targets, 0)
        self._refused = 0
        self._stalled = [self._arrive(STALLED) for _ in range(crowd.stalled)]
        self._trickle = [self._arrive(TRICKLE) for _ in range(crowd.trickle)]
        self._reset = [self._arrive(RESET) for _ in range(crowd.reset)]

    def second(self, steps: int = 10) -> None:
        """One second of their doings, in ten steps so that they do not act as one."""
        for step in range(steps):
            begun = time.monotonic()
            for sock in self._trickle[step::steps]:
                _read(sock, 1)
            for number in range(step, len(self._reset), int(steps * RESET_EVERY)):
                self._again(number)
            time.sleep(max(0.0, begun + 1 / steps - time.monotonic()))
        # The other half of the reset-happy have their turn in the next second.
        half = steps % max(1, len(self._reset))
        self._reset = self._reset[half:] + self._reset[:half]

    def end(self) -> Sessions:
        for sock in self._stalled + self._trickle + self._reset:
            if sock is not None:
                sock.close()
        return Sessions(self._made[STALLED], self._made[TRICKLE], self._made[RESET], self._refused)

    def _again(self, number: int) -> None:
        sock = self._reset[number]
        if sock is not None:
            _read(sock, 65536)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORT)
            sock.close()
        self._reset[number] = self._arrive(RESET)

    def _arrive(self, agent: str) -> socket.socket | None:
        target = self._targets[agent]
        sock = socket.socket()
        sock.settimeout(TIMEOUT)
        try:
            if agent != RESET:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
            sock.connect((target.host, target.port))
            sock.sendall(target.request)
        except OSError:
            self._refused += 1
            sock.close()
            return None
        sock.setblocking(False)
        self._made[agent] += 1
        return sock


def _read(sock: socket.socket | None, size: int) -> None:
    if sock is not None:
        # Nothing may be there yet, or the server has had enough of us: both are its right.
        with suppress(OSError):
            sock.recv(size)


def _run(conn: Connection, host: str, port: int, path: str, crowd: Crowd) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # our parent tells us when to end
    raise_descriptors()
    members = _Members(host, port, path, crowd)
    conn.send("here")
    while not conn.poll():
        members.second()
    try:
        conn.recv()
    except EOFError:
        return
    conn.send(members.end())
