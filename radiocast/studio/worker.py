"""The studio worker: `python -m radiocast.studio.worker`, started by the station (`supervisor.py`).

Commands come in on stdin, reports go out on stdout; the protocol is in `wire.py`. It makes
packets `lead` seconds before they are due by its own monotonic clock, faster whenever it is
behind. Three kinds of threads: this one mixes, one reads stdin, and each encoder has one
(codecs release the GIL); each deck's file is read ahead by a fourth.
"""

from __future__ import annotations

import logging
import os
import queue
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import BinaryIO, Protocol

from radiocast.studio.commands import Command, Configure, Start
from radiocast.studio.engine import Engine
from radiocast.studio.mediatime import RATE
from radiocast.studio.messages import WireError, to_command, to_message
from radiocast.studio.reports import Problem, Report
from radiocast.studio.wire import Garbage, Unpacker, pack

logger = logging.getLogger(__name__)

MAX_WAITING = 256
"""Commands that were read and not yet obeyed; then stdin waits."""
READ_SIZE = 1 << 16
HEARTBEAT = 1.0
IDLE = 0.02
HOLD = 0.5
"""Seconds of lead that are kept when there is nothing to play: until then it is waited for."""
FIRST_TRACK = 2.0
"""Seconds that a new station waits for its first track."""
TOO_LATE = 10.0
"""Seconds behind which nobody is listening to the past: the machine was asleep."""
LAST_WORDS = 2.0
"""Seconds to end in, when stdin has closed."""
ENCODER_THREADS = 8

Inbox = queue.Queue[Command | str | None]
"""Commands, what is wrong with others, and None when there will be no more."""


def read_commands(stdin: BinaryIO, inbox: Inbox) -> None:
    """Read until the station closes the pipe. To be run in a thread."""
    unpacker = Unpacker()
    while data := os.read(stdin.fileno(), READ_SIZE):
        for message in unpacker.feed(data):
            inbox.put(_understand(message))
    inbox.put(None)


def _read_and_see_to_the_end(stdin: BinaryIO, inbox: Inbox) -> None:
    try:
        read_commands(stdin, inbox)
    finally:
        time.sleep(LAST_WORDS)
        os._exit(1)  # the mixer hangs, perhaps in a pipe that nobody reads


def _understand(message: object) -> Command | str:
    if isinstance(message, Garbage):
        return f"{message.length} bytes that are no command"
    try:
        return to_command(message)  # type: ignore[arg-type]
    except WireError as error:
        return str(error)


class Pace:
    """How far ahead of the air the studio is."""

    def __init__(self, start: Start, now: float) -> None:
        self._due = now + start.ahead  # when `at` is on air
        self._at = start.at

    def ahead(self, at: int, now: float) -> float:
        """Seconds until the media time `at` is due."""
        ahead = self._due + (at - self._at) / RATE - now
        if ahead < -TOO_LATE:
            self._due -= ahead
            return 0.0
        return ahead


class Situation(Protocol):
    """What the engine says of itself."""

    @property
    def idle(self) -> bool:
        """Whether there is nothing to play but what the ladder has."""
        ...

    @property
    def hurried(self) -> bool:
        """Whether what is on air comes no faster than time goes."""
        ...


def time_to_wait(
    engine: Situation, ahead: float, lead: float, patience: float = 0.0
) -> float | None:
    """Seconds until there is something to do, unless a command comes; None: render now.

    `patience`: seconds that there are to wait for something to play, lead or not.
    """
    if ahead >= lead:
        return ahead - lead
    if engine.idle and (ahead > HOLD or patience > 0):
        return IDLE
    return IDLE if engine.hurried and ahead > HOLD else None


class Worker:
    """The loop: obey, render, write, wait."""

    def __init__(self, inbox: Inbox, stdout: BinaryIO) -> None:
        self._inbox = inbox
        self._stdout = stdout
        self._lead = 0.0
        self._early: deque[Command | str | None] = deque()  # came while it was waited for time

    def run(self) -> None:
        """Until stdin is closed."""
        start = self._wait_for_start()
        if start is None:
            return
        self._lead = start.plan.lead
        with ThreadPoolExecutor(ENCODER_THREADS) as pool:
            engine = Engine(start, pool=pool)
            born = beat = time.monotonic()
            pace = Pace(start, born)
            while self._obey(engine):
                now = time.monotonic()
                ahead = pace.ahead(engine.at, now)
                if now >= beat:
                    beat = now + HEARTBEAT
                    self._write([engine.heartbeat(ahead)])
                is_new = start.ahead <= 0 and engine.at == start.at
                patience = FIRST_TRACK - (now - born) if is_new else 0.0
                wait = time_to_wait(engine, ahead, self._lead, patience)
                if wait is None:
                    self._write(engine.step())
                    continue
                self._wait(wait)
                if engine.idle:
                    engine.wait(time.monotonic() - now)
                    if is_new:
                        pace = Pace(start, time.monotonic())

    def _obey(self, engine: Engine) -> bool:
        """Do what was commanded; False if the station is done with us."""
        for command in self._commands():
            match command:
                case None:
                    return False
                case str():
                    self._write([Problem(engine.at, command)])
                    continue
                case Configure(plan):
                    self._lead = plan.lead
                case _:
                    pass
            try:
                engine.do(command)
            except Exception as error:
                logger.exception("a command failed")
                name = type(command).__name__
                self._write([Problem(engine.at, f"{name}: {type(error).__name__}: {error}")])
        return True

    def _wait_for_start(self) -> Start | None:
        while True:
            command = self._inbox.get()
            match command:
                case None:
                    return None
                case Start():
                    return command
                case _:
                    problem = command if isinstance(command, str) else "Start comes first"
                    self._write([Problem(0, problem)])

    def _commands(self) -> Iterator[Command | str | None]:
        """What has come, without waiting."""
        while self._early:
            yield self._early.popleft()
        while True:
            try:
                yield self._inbox.get_nowait()
            except queue.Empty:
                return

    def _wait(self, seconds: float) -> None:
        """Wait for time or a command."""
        try:
            command = self._inbox.get(timeout=max(seconds, 0.001))
        except queue.Empty:
            return
        self._early.append(command)

    def _write(self, reports: Iterable[Report]) -> None:
        self._stdout.write(b"".join(pack(to_message(report)) for report in reports))
        self._stdout.flush()


def main() -> None:
    """Run as a process."""
    # They are for the station, which closes stdin; a terminal and systemd send them to all.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    stdout = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not get among the reports
    inbox: Inbox = queue.Queue(MAX_WAITING)
    threading.Thread(
        target=_read_and_see_to_the_end,
        args=(sys.stdin.buffer, inbox),
        name="commands",
        daemon=True,
    ).start()
    status = 0
    try:
        Worker(inbox, stdout).run()
    except BrokenPipeError:
        status = 1  # the station is gone without a word
    os._exit(status)  # without waiting for a thread that is inside a codec


if __name__ == "__main__":
    main()
