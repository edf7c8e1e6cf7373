"""The configurations the benchmark writes are understood by those they are for."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

from bench.fanout.servers import BURST, Plan, icecast_xml, radiocast_toml
from radiocast.config.load import load

PLAN = Plan("mp3", Path("clip.mp3"), mounts=3, queue=200_000, tick=0.25, send_buffer=32768)


def test_radiocast_is_set_up_as_planned() -> None:
    config = load(radiocast_toml(PLAN, 8123, Path("/tmp/access.log")))
    assert config.listen.port == 8123
    assert config.limits.sources >= 3
    assert config.limits.listeners >= 20_000
    assert (config.listeners.tick_max, config.listeners.send_buffer) == (0.25, 32768)
    assert (config.mount("/live2").burst, config.mount("/live2").queue) == (BURST, 200_000)


def test_icecast_is_set_up_alike() -> None:
    root = ET.fromstring(icecast_xml(PLAN, 8123, Path("/tmp")))
    assert root.findtext("listen-socket/port") == "8123"
    assert root.findtext("limits/burst-size") == str(BURST)
    assert root.findtext("limits/queue-size") == "200000"


def test_each_mount_has_a_path_of_its_own() -> None:
    assert PLAN.paths == ["/live", "/live1", "/live2"]
