from __future__ import annotations

from pathlib import Path

from bench.fanout.hostile import agents
from bench.fanout.status import listeners_in

LINE = '127.0.0.1 - - [01/Jan/2026:00:00:00 +0000] "GET /live HTTP/1.1" 200 99 "-" "{}" 3\n'


def test_an_access_log_says_who_came_how_often(tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    log.write_text("".join(map(LINE.format, ["bench-reset", "bench-stalled", "bench-reset"])))
    assert agents(log) == {"bench-reset": 2, "bench-stalled": 1}


def test_a_log_that_is_not_there_says_nothing(tmp_path: Path) -> None:
    assert not agents(tmp_path / "none")
    assert not agents(None)


def test_listeners_are_added_up_over_the_mounts() -> None:
    assert listeners_in(b'{"icestats": {"source": {"listeners": 3}}}') == 3
    assert listeners_in(b'{"icestats": {"source": [{"listeners": 3}, {"listeners": 4}]}}') == 7
    assert listeners_in(b'{"icestats": {}}') == 0
