"""Runs the commands of a README one after the other, as a reader at a terminal would."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

from tests.docs.readme import Step

PATIENCE = 20.0
"""Seconds until a command must have printed what it should: what it needs may be starting."""


@dataclass(slots=True)
class Running:
    """A command that runs on, and what it prints."""

    step: Step
    process: subprocess.Popen[str]
    output: IO[str]

    def printed(self) -> str:
        self.output.seek(0)
        return self.output.read()


@dataclass(slots=True)
class Conversation:
    """One terminal session. `adapt` says how a command is really run."""

    directory: Path
    scratch: Path
    environment: Mapping[str, str]
    adapt: Callable[[Step], Step]
    running: list[Running] = field(default_factory=list)

    def try_step(self, step: Step) -> None:
        """Run a command; it must print what the text says, sooner or later."""
        really = self.adapt(step)
        if really.runs_on:
            self._start(really)
        else:
            self._finish(really)

    def check_what_runs_on(self) -> None:
        """Commands that run on must still do so."""
        for each in self.running:
            ended = each.process.poll() is not None
            assert not ended, f"$ {each.step.command}\nended with:\n{each.printed()}"

    def interrupt_all(self) -> None:
        """Press Ctrl-C in every command that runs on, the last one first."""
        for each in reversed(self.running):
            if each.process.poll() is None:
                os.killpg(each.process.pid, signal.SIGINT)
            try:
                each.process.wait(timeout=PATIENCE)
            finally:
                if each.process.poll() is None:
                    os.killpg(each.process.pid, signal.SIGKILL)
                    each.process.wait()
                each.output.close()
        self.running.clear()

    def _start(self, step: Step) -> None:
        output = (self.scratch / f"output-{len(self.running)}").open("w+", encoding="utf-8")
        process = subprocess.Popen(
            ["bash", "-c", step.command],
            cwd=self.directory,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,  # so that Ctrl-C reaches all of it and nothing else
        )
        running = Running(step, process, output)
        self.running.append(running)
        _wait_until(lambda: step.matches(running.printed()), step, running.printed)

    def _finish(self, step: Step) -> None:
        done: list[subprocess.CompletedProcess[str]] = []

        def is_as_promised() -> bool:
            done[:] = [self._run(step)]
            return step.matches(done[0].stdout) and done[0].returncode == step.status

        _wait_until(is_as_promised, step, lambda: f"{done[0].stdout}[exit {done[0].returncode}]")

    def _run(self, step: Step) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-c", step.command],
            cwd=self.directory,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE,
            check=False,
        )


def two_free_ports() -> int:
    """A port that is free, as is the next one."""
    while True:
        with socket.create_server(("127.0.0.1", 0)) as first:
            port: int = first.getsockname()[1]
            try:
                with socket.create_server(("127.0.0.1", port + 1)):
                    return port
            except (OSError, OverflowError):
                continue


def with_port(step: Step, port: int) -> Step:
    """The same step on ports of our own, in place of 8000 and 8001."""

    def moved(text: str) -> str:
        return re.sub(r"\b800([01])\b", lambda match: str(port + int(match[1])), text)

    return replace(step, command=moved(step.command), output=moved(step.output))


def _wait_until(holds: Callable[[], bool], step: Step, printed: Callable[[], str]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, (
            f"$ {step.command}\nshould print:\n{step.output}[exit {step.status}]\n"
            f"but prints:\n{printed()}"
        )
        time.sleep(0.1)
