"""`radiocast serve` as a process: signals, exit codes, and what ends up on standard error."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def command(state: Path, *arguments: str) -> list[str]:
    serve = [sys.executable, "-m", "radiocast", "serve", *arguments]
    return [*serve, "--host", "127.0.0.1", "--state", str(state)]


@contextmanager
def station(state: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A station that listens; killed at the end, or when it keeps us waiting too long."""
    process = subprocess.Popen(
        command(state, *arguments, "--port", "0"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    watchdog = threading.Timer(30, process.kill)
    watchdog.start()
    try:
        wait_for_line(process, "listening on port")
        yield process
    finally:
        watchdog.cancel()
        process.kill()
        process.communicate()


def wait_for_line(process: subprocess.Popen[str], words: str) -> str:
    """The next line on standard error that has `words` in it."""
    assert process.stderr is not None
    for line in process.stderr:
        if words in line:
            return line
    raise AssertionError(f"the process ended without saying {words!r}")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_station_well(tmp_path: Path, number: signal.Signals) -> None:
    with station(tmp_path) as process:
        process.send_signal(number)
        assert process.wait(timeout=20) == 0


def test_a_station_survives_a_reload_of_a_broken_file_and_takes_a_mended_one(
    tmp_path: Path,
) -> None:
    file = tmp_path / "radiocast.toml"
    file.write_text("")
    with station(tmp_path, str(file)) as process:
        file.write_text("limits.sorces = 5")
        process.send_signal(signal.SIGHUP)
        assert "limits.sorces: no such setting" in wait_for_line(process, "not reloaded")
        file.write_text("limits.sources = 5")
        process.send_signal(signal.SIGHUP)
        wait_for_line(process, "configuration reloaded")


def test_a_port_in_use_is_one_line_and_exit_code_1(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = subprocess.run(
            command(tmp_path, "--port", str(port)), capture_output=True, text=True, timeout=20
        )
    assert done.returncode == 1
    assert done.stderr.startswith(f"radiocast: cannot listen on 127.0.0.1, port {port}")
    assert done.stderr.endswith("(is another server running? --port N takes another port)\n")
    assert done.stderr.count("\n") == 1


def test_an_access_log_that_cannot_be_opened_is_one_line_and_exit_code_1(tmp_path: Path) -> None:
    file = tmp_path / "radiocast.toml"
    file.write_text(f'logs.access = "{tmp_path}/none/access.log"')
    done = subprocess.run(
        command(tmp_path, str(file), "--port", "0"), capture_output=True, text=True, timeout=20
    )
    assert done.returncode == 1
    assert done.stderr == (
        f"radiocast: {file}:1: logs.access: {tmp_path}/none/access.log: No such file or directory\n"
    )
