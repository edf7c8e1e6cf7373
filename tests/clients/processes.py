"""Programs run as subprocesses: always ended, and never silently."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import trio

PATIENCE = 3.0
"""Seconds a program may take to end in order before it is killed."""


def unprivileged(command: Sequence[str]) -> list[str]:
    """The command, run as nobody if we are root: VLC refuses to run as root."""
    if os.geteuid() != 0:
        return list(command)
    return shlex.split("setpriv --reuid nobody --regid nogroup --clear-groups") + list(command)


async def run(
    command: Sequence[str], *, env: Mapping[str, str] | None = None, stdin: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """Run it to its end; stdout and stderr are kept apart."""
    return await trio.run_process(
        command,
        stdin=stdin,
        capture_stdout=True,
        capture_stderr=True,
        check=False,
        env={**os.environ, **(env or {})},
    )


@asynccontextmanager
async def running(
    command: Sequence[str],
    log: Path,
    *,
    stdin: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> AsyncIterator[trio.Process]:
    """A program that runs while the block does. What it prints goes to `log`."""
    with log.open("wb") as output, (stdin or Path(os.devnull)).open("rb") as source:
        process = await trio.lowlevel.open_process(
            command, stdin=source, stdout=output, stderr=output, env={**os.environ, **(env or {})}
        )
    try:
        yield process
    finally:
        with trio.CancelScope(shield=True):
            await end(process)


async def end(process: trio.Process) -> None:
    """Ask it to end, then insist."""
    process.terminate()
    with trio.move_on_after(PATIENCE):
        await process.wait()
    if process.returncode is None:
        process.kill()
        await process.wait()
