"""What Prometheus reads, as Prometheus reads it, and the dashboard that is made of it."""

from __future__ import annotations

import json
import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from radiocast.admin.metrics import AutoDjStatistics, ProcessStatistics, metrics
from radiocast.autodj.library import Progress
from radiocast.autodj.now import NowPlaying
from radiocast.mounts.statistics import MountStatistics, StationStatistics, Traffic
from tests.mounts.made import mount_statistics

DASHBOARD = Path(__file__).parents[2] / "conf" / "grafana.json"

# The text format: https://prometheus.io/docs/instrumenting/exposition_formats/
SAMPLE = re.compile(
    r'([a-z_]+)(\{(?:[a-z]+="(?:[^"\\\n]|\\["\\])*",?)*\})? (-?[0-9.]+(?:e[+-]?[0-9]+)?)'
)


def mount(path: str = "/stream") -> MountStatistics:
    return mount_statistics(
        path,
        listeners=3,
        slow_listeners=2,
        bytes_read=1000,
        bytes_sent=3000,
        stream_start=1_800_000_100.0,
        tick_lag=0.25,
    )


def station(*mounts: MountStatistics) -> StationStatistics:
    return StationStatistics(
        server_id="radiocast 1.0",
        server_start=1_800_000_000.0,
        name="",
        description="",
        genre="",
        url="",
        admin="",
        host="",
        location="",
        port=8000,
        mounts=mounts,
        clients=9,
        traffic=Traffic(connections=40, requests=30, files=2, listeners=20, sources=4),
    )


AUTODJ = AutoDjStatistics(NowPlaying(rung="rotation"), {"all": 12}, Progress(12, 0, 4, 1), 2)


def read(page: bytes) -> dict[str, float]:
    """Every sample by its name and labels; fails for a line that is none."""
    found = {}
    for line in page.decode().splitlines():
        if line.startswith("#"):
            assert re.fullmatch(r"# (HELP|TYPE) [a-z_]+ .+", line)
            continue
        sample = SAMPLE.fullmatch(line)
        assert sample, line
        name = sample[1] + (sample[2] or "")
        assert name not in found
        found[name] = float(sample[3])
    return found


def test_the_station_and_its_mounts_are_told() -> None:
    told = read(metrics(station(mount()), ProcessStatistics(12.5, 1 << 20), AUTODJ))
    assert told['radiocast_info{version="radiocast 1.0"}'] == 1
    assert told["radiocast_clients"] == 9
    assert told["radiocast_connections_total"] == 40
    assert told["process_cpu_seconds_total"] == 12.5
    assert told["process_resident_memory_bytes"] == 1 << 20
    assert told['radiocast_listeners{mount="/stream"}'] == 3
    assert told['radiocast_slow_listeners_total{mount="/stream"}'] == 2
    assert told['radiocast_received_bytes_total{mount="/stream"}'] == 1000
    assert told['radiocast_sent_bytes_total{mount="/stream"}'] == 3000
    assert told['radiocast_source_start_time_seconds{mount="/stream"}'] == 1_800_000_100
    assert told['radiocast_tick_lag_seconds{mount="/stream"}'] == 0.25
    assert told['radiocast_on_air{rung="rotation"}'] == 1
    assert told["radiocast_studio_restarts_total"] == 2
    assert told['radiocast_tracks{playlist="all"}'] == 12
    assert (told["radiocast_unmeasured_files"], told["radiocast_broken_files"]) == (4, 1)


def test_without_an_auto_dj_there_is_nothing_of_one() -> None:
    told = read(metrics(station(), ProcessStatistics(0, 0), None))
    assert not any("studio" in name or "on_air" in name for name in told)


@given(st.text())
def test_any_mount_has_a_line_that_can_be_read(path: str) -> None:
    told = read(metrics(station(mount(path)), ProcessStatistics(0, 0), None))
    assert sum(name.startswith("radiocast_listeners{") for name in told) == 1


def test_the_dashboard_asks_for_what_there_is() -> None:
    told = metrics(station(mount()), ProcessStatistics(0, 0), AUTODJ).decode()
    there = set(re.findall(r"^# TYPE (\S+)", told, re.MULTILINE))
    panels = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    asked = {
        name
        for panel in panels
        for target in panel["targets"]
        for name in re.findall(r"(?:radiocast|process)_[a-z_]+", target["expr"])
    }
    assert asked <= there
    assert {"radiocast_listeners", "radiocast_tick_lag_seconds"} <= asked
