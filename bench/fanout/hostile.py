"""`hostile`: 1,000 stalled, 500 one-byte-a-second, 500 reset-happy among 5,000 good listeners.

The good ones must lose nothing. The bad ones must cost bounded memory, and the access log must
know every one of them: its lines are counted by User-Agent after the server has stopped.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from bench.fanout import proc
from bench.fanout.clip import Clip
from bench.fanout.commands import Join
from bench.fanout.crowd import RESET, STALLED, TRICKLE, Crowd, CrowdProcess
from bench.fanout.figures import Spread
from bench.fanout.load import Load
from bench.fanout.modes import Result, Say, each_server
from bench.fanout.servers import Plan, Start
from bench.fanout.station import SETTLE, on_air

LISTENERS = 5000
SECONDS = 45.0  # long enough for a stalled listener to fall behind by Icecast's default queue
CHECKS = 9  # of memory, over that time
AGENT = re.compile(r'"([^"]*)" \d+$')  # the last but one field of Icecast's access log


def run(
    servers: dict[str, Start], plan: Plan, clip: Clip, count: int | None, window: float, say: Say
) -> list[Result]:
    """`count`: how many good listeners; the bad are always two to five."""
    listeners = count or LISTENERS
    crowd = Crowd(listeners // 5, listeners // 10, listeners // 10)

    def measure(name: str, start: Start) -> Result:
        with on_air(start, plan, clip) as station, Load(listeners) as load:
            joined = load.join(Join([station.target()], listeners))
            station.wait(SETTLE)
            usual = proc.usage(station.server.pid).rss
            peak = usual
            load.open_window()
            before = proc.usage(station.server.pid)
            at = station.mount
            with CrowdProcess(at.host, at.port, at.path, crowd) as bad:
                for _ in range(CHECKS):
                    station.wait(SECONDS / CHECKS)
                    peak = max(peak, proc.usage(station.server.pid).rss)
                user, system = proc.usage(station.server.pid).since(before)
                heard = load.close_window()
                sessions = bad.sessions()
            station.wait(1.0)
            station.server.stop()
            logged = agents(station.server.access_log)
            gaps = Spread.of(heard.gaps)
            return {
                "server": name,
                "good": len(joined.first_bytes),
                "gap p50": gaps.p50 * 1e3,
                "p99": gaps.p99 * 1e3,
                "max ms": gaps.worst * 1e3,
                "short": heard.short_of(clip.rate),
                "lost": heard.lost,
                "CPU %": (user + system) / heard.seconds * 100,
                "RSS MB": usual / 1e6,
                "peak MB": peak / 1e6,
                "stalled": f"{logged[STALLED]}/{sessions.stalled}",
                "trickle": f"{logged[TRICKLE]}/{sessions.trickle}",
                "reset": f"{logged[RESET]}/{sessions.reset}",
                "refused": sessions.refused,
            }

    return each_server(servers, measure, say)


def agents(log: Path | None) -> Counter[str]:
    """How many lines of an access log each User-Agent has."""
    counts: Counter[str] = Counter()
    if log is not None and log.exists():
        with log.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if found := AGENT.search(line.rstrip()):
                    counts[found[1]] += 1
    return counts
