"""What a service manager is told, with a socket of our own in its place."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from radiocast.server.notify import READY, STOPPING, notify, reloading


@pytest.fixture(params=["path", "abstract"])
def manager(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[socket.socket]:
    name = f"@{tmp_path}/notify" if request.param == "abstract" else f"{tmp_path}/notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(name.replace("@", "\0"))
        sock.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", name)
        yield sock


def test_it_is_told_by_datagrams(manager: socket.socket) -> None:
    for state in (READY, STOPPING):
        notify(state)
        assert manager.recv(1000) == state.encode()


def test_a_reload_says_since_when() -> None:
    found = re.fullmatch(r"RELOADING=1\nMONOTONIC_USEC=(\d+)", reloading())
    assert found
    assert int(found[1]) / 1e6 == pytest.approx(time.monotonic(), abs=5)


def test_none_or_one_that_is_gone_is_no_trouble(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    notify(READY)
    monkeypatch.setenv("NOTIFY_SOCKET", f"{tmp_path}/none")
    notify(READY)
