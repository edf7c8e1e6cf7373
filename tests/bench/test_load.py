"""The load generator against the bare loop: a crowd over real sockets, counted and compared."""

from __future__ import annotations

import random
import time
from pathlib import Path

from bench.fanout.clip import CODECS, load
from bench.fanout.commands import Join, Target
from bench.fanout.load import Load
from bench.fanout.running import Running
from bench.fanout.servers import BURST, Plan, start_bare

LISTENERS = 120


def _bare(directory: Path) -> tuple[Running, float]:
    # The bare loop and WebM take any bytes: no encoder is needed.
    path = directory / "clip.webm"
    path.write_bytes(random.Random(1).randbytes(960_000))
    return start_bare(Plan("webm", path, tick=0.1), directory), load(CODECS["webm"], path).rate


def _target(server: Running) -> Target:
    mount = server.mounts[0]
    return Target(mount.host, mount.port, mount.path)


def test_a_crowd_hears_everything_and_is_counted(tmp_path: Path) -> None:
    server, rate = _bare(tmp_path)
    with server, Load(LISTENERS) as crowd:
        joined = crowd.join(Join([_target(server)], LISTENERS, sampled=2))
        assert (len(joined.first_bytes), joined.failed) == (LISTENERS, [])
        crowd.open_window()
        crowd.join(Join([_target(server)], 30, rate=60.0, stay=0.1))
        window = crowd.close_window()
        clip = load(CODECS["webm"], tmp_path / "clip.webm")
        samples = crowd.take_samples()
    assert LISTENERS <= len(window.received) <= LISTENERS + 30
    assert window.short_of(rate) <= 30  # those who came in mid-window
    assert window.lost == 0
    assert len(samples) == 2
    assert all(len(heard) >= BURST and clip.continues(heard) for heard in samples)


def test_a_listener_that_is_not_served_has_failed(tmp_path: Path) -> None:
    server, _ = _bare(tmp_path)
    server.stop()
    with Load(1) as crowd:
        joined = crowd.join(Join([_target(server)], 3))
    assert joined.first_bytes == []
    assert joined.failed == ["ECONNREFUSED"] * 3


def test_listeners_of_a_server_that_ends_are_lost(tmp_path: Path) -> None:
    server, _ = _bare(tmp_path)
    with Load(10) as crowd:
        with server:
            crowd.join(Join([_target(server)], 10))
            crowd.open_window()
        deadline = time.monotonic() + 10  # the kernel says so when it gets to it
        lost = 0
        while lost < 10 and time.monotonic() < deadline:
            lost = crowd.close_window().lost
    assert lost == 10
