"""`mounts`: many stations on one server: 500 mounts of 10 listeners, 1,000 sources without any."""

from __future__ import annotations

import math
from dataclasses import replace

from bench.fanout import proc
from bench.fanout.clip import Clip
from bench.fanout.commands import Join
from bench.fanout.figures import Spread
from bench.fanout.load import Load
from bench.fanout.modes import Result, Say, each_server
from bench.fanout.servers import Plan, Start
from bench.fanout.station import SETTLE, on_air

MOUNTS, EACH = 500, 10
SOURCES = 1000


def run(
    servers: dict[str, Start], plan: Plan, clip: Clip, count: int | None, window: float, say: Say
) -> list[Result]:
    """`count`: how many listeners in all, ten to a mount; twice as many sources have none."""
    mounts = (count or MOUNTS * EACH) // EACH
    sources = SOURCES if count is None else 2 * mounts

    def with_listeners(name: str, start: Start) -> Result:
        return _measure(name, start, replace(plan, mounts=mounts), clip, EACH, window)

    def without(name: str, start: Start) -> Result:
        return _measure(name, start, replace(plan, mounts=sources), clip, 0, window)

    return each_server(servers, with_listeners, say) + each_server(servers, without, say)


def _measure(name: str, start: Start, plan: Plan, clip: Clip, each: int, window: float) -> Result:
    listeners = plan.mounts * each
    with on_air(start, plan, clip) as station, Load(max(1, listeners)) as load:
        targets = [station.target(mount=number) for number in range(plan.mounts)]
        joined = load.join(Join(targets, listeners))
        station.wait(SETTLE)
        load.open_window()
        user, system = station.measured(window)
        heard = load.close_window()
        gaps = Spread.of(heard.gaps)
        return {
            "server": name,
            "mounts": plan.mounts,
            "listeners": len(joined.first_bytes),
            "CPU %": (user + system) * 100,
            "us/mount": (user + system) * 1e6 / plan.mounts,
            "us/listener": (user + system) * 1e6 / listeners if listeners else math.nan,
            "RSS MB": proc.usage(station.server.pid).rss / 1e6,
            "gap p50": gaps.p50 * 1e3,
            "p99": gaps.p99 * 1e3,
            "max ms": gaps.worst * 1e3,
            "short": heard.short_of(clip.rate),
            "lost": heard.lost,
        }
