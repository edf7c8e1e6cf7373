"""`status`: how long a status request takes while 10,000 listen.

One request at a time, each on a new connection, as monitoring does. What a request waits for is
whatever the server does in one go: for radiocast a few milliseconds of its walk over the listeners,
and a request needs several turns.
"""

from __future__ import annotations

import json
import socket
import time

from bench.fanout.clip import Clip
from bench.fanout.commands import Join
from bench.fanout.feed import Mount
from bench.fanout.figures import Spread
from bench.fanout.load import Load
from bench.fanout.modes import Result, Say, each_server
from bench.fanout.servers import Plan, Start
from bench.fanout.station import SETTLE, on_air

LISTENERS = 10_000
PAUSE = 0.02  # seconds between two requests
TIMEOUT = 5.0  # seconds


def run(
    servers: dict[str, Start], plan: Plan, clip: Clip, count: int | None, window: float, say: Say
) -> list[Result]:
    listeners = count or LISTENERS

    def measure(name: str, start: Start) -> Result:
        with on_air(start, plan, clip) as station, Load(listeners) as load:
            load.join(Join([station.target()], listeners))
            station.wait(SETTLE)
            load.open_window()
            took, counted = [], 0
            end = time.perf_counter() + window
            while time.perf_counter() < end:
                begun = time.perf_counter()
                body = fetch(station.mount, "/status-json.xsl")
                took.append(time.perf_counter() - begun)
                counted = listeners_in(body)
                time.sleep(PAUSE)
            gaps = Spread.of(load.close_window().gaps)
            station.check()
            spread = Spread.of(took)
            return {
                "server": name,
                "listeners": listeners,
                "it says": counted,
                "requests": spread.count,
                "p50": spread.p50 * 1e3,
                "p99": spread.p99 * 1e3,
                "max ms": spread.worst * 1e3,
                "gap max ms": gaps.worst * 1e3,
            }

    return each_server(servers, measure, say)


def fetch(mount: Mount, path: str) -> bytes:
    """The body of a page. Raises OSError if it is not to be had."""
    with socket.create_connection((mount.host, mount.port), TIMEOUT) as sock:
        request = f"GET {path} HTTP/1.1\r\nHost: {mount.host}\r\nConnection: close\r\n\r\n"
        sock.sendall(request.encode())
        answer = bytearray()
        while data := sock.recv(65536):
            answer += data
    head, _, body = bytes(answer).partition(b"\r\n\r\n")
    if b" 200 " not in head[:16]:
        raise OSError(f"{path}: {head[:60]!r}")
    return body


def listeners_in(body: bytes) -> int:
    """How many listeners a status-json.xsl counts, on all mounts. 0 where it shows none."""
    sources = json.loads(body)["icestats"].get("source", [])
    if isinstance(sources, dict):
        sources = [sources]
    return sum(int(source["listeners"]) for source in sources)
