"""Servers as processes: started, waited for, and always ended."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from bench.fanout.feed import Mount

START_TIMEOUT = 20.0  # seconds
STOP_TIMEOUT = 20.0  # seconds; then it is killed


class ServerError(Exception):
    """A server did not start, or ended by itself."""


@dataclass(slots=True)
class Running:
    """A server that accepts connections. Ends with the block it is entered in."""

    name: str
    pid: int
    mounts: Sequence[Mount]
    process: subprocess.Popen[bytes] | None = None
    """None: someone else started it, and it is left running."""
    access_log: Path | None = None
    fed: bool = True
    """Whether it needs a source."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End it in order, so that its logs are complete; then by force."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def check(self) -> None:
        """Raise ServerError if it has ended."""
        if self.process is not None and self.process.poll() is not None:
            raise ServerError(f"{self.name} ended with status {self.process.returncode}")


def launch(
    command: Sequence[str], port: int, output: Path, *, user: str = ""
) -> subprocess.Popen[bytes]:
    """Start a server, as `user` if given, and wait until it listens on 127.0.0.1.

    Raises ServerError with the end of its output if it does not.
    """
    with output.open("wb") as stream:
        process = subprocess.Popen(
            [*_guard(user), *command],
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for us; we end it in order
        )
    deadline = time.monotonic() + START_TIMEOUT
    try:
        while process.poll() is None and time.monotonic() < deadline:
            with socket.socket() as sock:
                if sock.connect_ex(("127.0.0.1", port)) == 0:
                    return process
            time.sleep(0.05)
    except BaseException:
        process.kill()
        raise
    process.kill()
    said = output.read_text(errors="replace")[-2000:]
    raise ServerError(f"{command[0]} did not start:\n{said}")


def _guard(user: str) -> list[str]:
    """What a command is started through: another user, and an end together with us."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        if user:
            raise ServerError("setpriv (util-linux) is needed to start a server as another user")
        return []
    as_user = [f"--reuid={user}", "--regid=nogroup", "--clear-groups"] if user else []
    return [setpriv, *as_user, "--pdeathsig", "KILL"]


def free_port() -> int:
    """A port on 127.0.0.1 that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        port: int = sock.getsockname()[1]
        return port


def as_root() -> bool:
    return os.geteuid() == 0
