"""`joins`: a rush. 1,000 new listeners a second for ten seconds while 5,000 listen.

Each newcomer leaves two seconds after its first audio byte. They arrive by the clock, whether or
not the server keeps up; `late ms` says how far the load generator itself fell behind.
"""

from __future__ import annotations

from bench.fanout import proc
from bench.fanout.clip import Clip
from bench.fanout.commands import Join
from bench.fanout.figures import Spread
from bench.fanout.load import Load
from bench.fanout.modes import Result, Say, each_server
from bench.fanout.servers import Plan, Start
from bench.fanout.station import SETTLE, on_air

LISTENERS = 5000
RATE = 1000.0  # joins a second
SECONDS = 10.0
STAY = 2.0  # seconds


def run(
    servers: dict[str, Start], plan: Plan, clip: Clip, count: int | None, window: float, say: Say
) -> list[Result]:
    listeners = count or LISTENERS

    def measure(name: str, start: Start) -> Result:
        with on_air(start, plan, clip) as station, Load(listeners) as load, Load(1) as rush:
            load.join(Join([station.target()], listeners))
            station.wait(SETTLE)
            load.open_window()
            before = proc.usage(station.server.pid)
            newcomers = Join(
                [station.target(agent="bench-rush")], int(RATE * SECONDS), rate=RATE, stay=STAY
            )
            joined = rush.join(newcomers)
            user, system = proc.usage(station.server.pid).since(before)
            steady = load.close_window()
            station.check()
            first, gaps = Spread.of(joined.first_bytes), Spread.of(steady.gaps)
            return {
                "server": name,
                "listeners": listeners,
                "joined": first.count,
                "failed": len(joined.failed),
                "joins/s": first.count / joined.seconds,
                "first p50": first.p50 * 1e3,
                "p99": first.p99 * 1e3,
                "max ms": first.worst * 1e3,
                "late ms": joined.late * 1e3,
                "gap p99": gaps.p99 * 1e3,
                "gap max ms": gaps.worst * 1e3,
                "CPU %": (user + system) / joined.seconds * 100,
                "short": steady.short_of(clip.rate),
                "lost": steady.lost,
            }

    return each_server(servers, measure, say)
