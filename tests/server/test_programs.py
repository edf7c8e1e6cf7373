"""Programs that are run when a source comes or goes."""

from __future__ import annotations

from pathlib import Path

import pytest
import trio

from radiocast.server import programs

from .audio import frames
from .made import encoder, station, until


def program(directory: Path, name: str, body: str) -> Path:
    path = directory / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def settings(directory: Path, connect: str, disconnect: str = "true") -> str:
    on = program(directory, "on", connect)
    off = program(directory, "off", disconnect)
    return f'[mounts."/live"]\non_connect = "{on}"\non_disconnect = "{off}"\n'


def is_there(path: Path) -> bool:
    return path.exists() and path.read_text().endswith("\n")


async def test_they_get_the_path_and_are_told_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET", "x")
    came, went = tmp_path / "came", tmp_path / "went"
    script = f'echo "$# $@ $EVENT_TRIGGER $MOUNT_NAME $CLIENT_IP $SECRET" > {came}'
    async with station(settings(tmp_path, script, f'echo "$@" > {went}')) as on:
        async with encoder(on, "/live", "ice-name: $(touch x) Name", audio=frames(0, 10)):
            await until(lambda: is_there(came))
            assert not went.exists()
        await until(lambda: is_there(went))
    assert came.read_text() == "1 /live source-connect $(touch x) Name 127.0.0.1 \n"
    assert went.read_text() == "/live\n"


async def test_one_source_after_the_other_is_told_of_both(tmp_path: Path) -> None:
    log = tmp_path / "log"
    both = settings(tmp_path, f"echo on >> {log}", f"echo off >> {log}") + "takeover = true\n"
    async with station(both) as on, encoder(on):
        await until(lambda: is_there(log))
        async with encoder(on):
            await until(lambda: len(log.read_text().split()) == 3)
            assert sorted(log.read_text().split()) == ["off", "on", "on"]


async def test_what_fails_is_told_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with station('[mounts."/live"]\non_connect = "/nowhere/at-all"\n') as on:
        for _ in range(2):
            async with encoder(on):
                await until(lambda: any("at-all" in line for line in caplog.messages))
            await until(lambda: on.registry.sources == 0)
    assert sum("at-all" in line for line in caplog.messages) == 1


async def test_what_hangs_is_killed_with_all_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(programs, "TIMEOUT", 0.3)
    pid = tmp_path / "pid"
    async with station(settings(tmp_path, f"sleep 60 & echo $! > {pid}; wait")) as on:
        async with encoder(on):
            await until(lambda: is_there(pid))
            await until(lambda: any("killed" in line for line in caplog.messages))
            await until(lambda: is_gone(int(pid.read_text())))


def is_gone(pid: int) -> bool:
    """Or dead, and nobody has asked for its status: it is not our child."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return status == "Z"


async def test_so_many_run_at_once_and_so_many_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(programs, "WAITING", 2)
    begun = tmp_path / "begun"
    hangs = program(tmp_path, "on", f"echo >> {begun}; sleep 60")
    async with station(f'[limits]\nstop_timeout = 0.1\n[mount]\non_connect = "{hangs}"\n') as on:
        async with encoder(on, "/1"), encoder(on, "/2"), encoder(on, "/3"):
            await until(lambda: any("run or wait already" in line for line in caplog.messages))
            await until(lambda: begun.exists() and begun.read_text() == "\n\n")


async def test_the_station_ends_when_its_time_is_up(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    hangs = settings(tmp_path, "true", f"echo $$ > {pid}; sleep 60")
    async with station("[limits]\nstop_timeout = 0.5\n" + hangs) as on, encoder(on):
        began = trio.current_time()
        on.station.stop()
        await until(lambda: is_there(pid))
        await until(lambda: is_gone(int(pid.read_text())))
        assert trio.current_time() - began < 3
