"""A server on air, started and fed: what every measurement stands on."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.fanout import proc
from bench.fanout.clip import Clip
from bench.fanout.commands import Target
from bench.fanout.feed import Feeder, Mount
from bench.fanout.proc import Usage
from bench.fanout.running import Running
from bench.fanout.servers import BURST, Plan, Start

SETTLE = 3.0  # seconds between the last join and the window


@dataclass(slots=True)
class Station:
    """A server that plays, before anyone listens."""

    server: Running
    feeder: Feeder | None
    clip: Clip
    idle: Usage
    """Of the server, on air without listeners."""
    idle_kernel: int
    """Socket memory then, in bytes."""

    @property
    def mount(self) -> Mount:
        return self.server.mounts[0]

    def target(
        self,
        *,
        icy: bool = False,
        agent: str = "bench-good",
        mount: int = 0,
        tls: bool = False,
    ) -> Target:
        at = self.server.mounts[mount]
        return Target(at.host, at.port, at.path, icy, agent, tls)

    def check(self) -> None:
        """Raise ServerError or FeedError if the server or its source has ended."""
        self.server.check()
        if self.feeder is not None:
            self.feeder.check()

    def wait(self, seconds: float) -> None:
        """Let time pass, and see that everything still runs."""
        time.sleep(seconds)
        self.check()

    def measured(self, seconds: float) -> tuple[float, float]:
        """User and system CPU seconds of the server per second, over the next `seconds`."""
        before, start = proc.usage(self.server.pid), time.perf_counter()
        self.wait(seconds)
        user, system = proc.usage(self.server.pid).since(before)
        took = time.perf_counter() - start
        return user / took, system / took


@contextmanager
def on_air(start: Start, plan: Plan, clip: Clip) -> Iterator[Station]:
    """A server with a full burst to give. Everything it started ends with the block."""
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fanout-")))
        directory.chmod(0o755)
        server = stack.enter_context(start(plan, directory))
        feeder = None
        if server.fed:
            feeder = stack.enter_context(Feeder(server.mounts, plan.format_name, plan.clip))
            time.sleep(BURST / clip.rate + 1.0)
        idle = proc.usage(server.pid)
        station = Station(server, feeder, clip, idle, proc.socket_memory())
        station.check()
        yield station
