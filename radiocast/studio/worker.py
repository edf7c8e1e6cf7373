"""The studio worker: forked by `python -m radiocast.studio.worker`, which the station starts.

Commands come in on stdin, reports go out on stdout; the protocol is in `wire.py`. It makes
packets `lead` seconds before they are due, faster whenever it is behind. When something is to be
heard sooner it takes back what is not yet due, and mixes anew (`engine.py`): with that the lead
is gone, and grows again at once, unless a live source is heard, which comes no faster than time
goes. Three kinds of threads: this one mixes, one reads stdin, and each encoder has one
(codecs release the GIL); each deck's file is read ahead by a fourth.
"""

from __future__ import annotations

import logging
import os
import queue
import sys
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import BinaryIO, Protocol

from radiocast.studio.commands import Command, Configure, Start
from radiocast.studio.engine import STEP, Engine
from radiocast.studio.forkserver import serve
from radiocast.studio.mediatime import BLOCK, RATE
from radiocast.studio.messages import WireError, to_command, to_message
from radiocast.studio.reports import Problem, Report
from radiocast.studio.wire import Garbage, Unpacker, pack

logger = logging.getLogger(__name__)

MAX_WAITING = 256
"""Commands that were read and not yet obeyed; then stdin waits."""
READ_SIZE = 1 << 16
HEARTBEAT = 1.0
IDLE = 0.02
REST = 0.1
HOLD = 0.5
"""Seconds of lead that are kept when there is nothing to play: until then it is waited for."""
LIVE_LEAD = 0.3
"""Seconds of lead while a live source is heard. They are taken out of its jitter buffer, so they
delay nothing; a worker that takes over needs 0.1 to 0.2 s."""
SCARCE_LEAD = 0.1
"""Seconds of lead that are kept when it stumbles: the rest of the lead is used up first."""
LIVE_STEP = 2 * BLOCK
"""Samples per step then: what is not taken from the jitter buffer yet is what it can bridge."""
BATCH_STEPS = 5
BATCH = BATCH_STEPS * STEP / RATE
"""Seconds by which the lead may be short before it is made up for, in one go: that costs less."""
EASY = 1.0
"""Seconds ahead of the air from which on there is time for that."""
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
    """Read until the station hangs up. To be run in a thread."""
    unpacker = Unpacker()
    with suppress(ConnectionError):
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

    def __init__(self, at: int, due: float) -> None:
        """`due`: when the media time `at` is on air, by the monotonic clock."""
        self._due = due
        self._at = at

    def ahead(self, at: int, now: float) -> float:
        """Seconds until the media time `at` is due."""
        ahead = self._due + (at - self._at) / RATE - now
        if ahead < -TOO_LATE:
            self._due -= ahead
            return 0.0
        return ahead

    def on_air(self, now: float) -> int:
        """The media time that is due."""
        return self._at + round((now - self._due) * RATE)


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

    @property
    def scarce(self) -> bool:
        """Whether it is better to wait for what is on air."""
        ...

    @property
    def expectant(self) -> bool:
        """Whether something may become urgent at any moment."""
        ...

    @property
    def watchful(self) -> bool:
        """Whether there is a live source, on air or not."""
        ...

    @property
    def resting(self) -> bool:
        """Whether there is nothing to render."""
        ...


def time_to_wait(
    engine: Situation, ahead: float, lead: float, patience: float = 0.0
) -> float | None:
    """Seconds until there is something to do, unless a command comes; None: render now.

    `patience`: seconds that there are to wait for something to play, lead or not.
    """
    if engine.resting:
        return REST
    if engine.expectant and ahead > lead - BATCH:
        return IDLE  # what is mixed meanwhile would be heard first
    slack = STEP / RATE if engine.watchful else BATCH
    if ahead > lead - slack:
        return ahead - lead + slack
    if engine.idle and (ahead > HOLD or patience > 0):
        return IDLE
    if engine.hurried and ahead > (SCARCE_LEAD if engine.scarce else LIVE_LEAD):
        return IDLE
    return None


def how_much(engine: Situation, ahead: float, lead: float) -> tuple[int, int]:
    """Samples per step, and steps, to render now."""
    if engine.hurried:
        return (LIVE_STEP if ahead > 0 else STEP), 1
    easy = EASY < ahead <= lead - BATCH and not engine.watchful
    return STEP, BATCH_STEPS if easy else 1


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
            for _ in range(start.following):
                self._early.append(self._inbox.get())
            born = beat = ticked = time.monotonic()
            pace = Pace(start.at, born if start.due is None else start.due)
            while self._obey(engine):
                now = time.monotonic()
                engine.tick(now - ticked)
                ticked = now
                if news := engine.news():
                    self._write(news)
                if engine.urgent:
                    self._write(engine.splice(pace.on_air(now)))
                ahead = pace.ahead(engine.at, now)
                if now >= beat:
                    beat = now + HEARTBEAT
                    self._write([engine.heartbeat(ahead)])
                is_new = start.due is None and engine.at == start.at
                patience = FIRST_TRACK - (now - born) if is_new else 0.0
                wait = time_to_wait(engine, ahead, self._lead, patience)
                if wait is None:
                    self._write(engine.step(*how_much(engine, ahead, self._lead)))
                    continue
                if engine.resting:
                    self._write(engine.rest(pace.on_air(now)))
                self._wait(min(wait, beat - now))
                if is_new and engine.idle:
                    pace = Pace(start.at, time.monotonic())

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


def work() -> None:
    """Be a worker: commands on stdin, reports on stdout."""
    stdout = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not get among the reports
    inbox: Inbox = queue.Queue(MAX_WAITING)
    threading.Thread(
        target=_read_and_see_to_the_end,
        args=(sys.stdin.buffer, inbox),
        name="commands",
        daemon=True,
    ).start()
    try:
        Worker(inbox, stdout).run()
    except ConnectionError as error:  # the station is gone without a word
        raise SystemExit(1) from error


if __name__ == "__main__":
    serve(work)
