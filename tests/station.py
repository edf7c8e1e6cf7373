"""A whole station for tests: on loopback, on ports of the system's choice."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import trio

from radiocast.config.load import load
from radiocast.mounts.registry import Registry
from radiocast.server import station as server

BASE = """
[listen]
host = "127.0.0.1"
port = 0
[passwords]
source = "sesame"
admin = "letmein"
[logs]
access = ""
"""


@dataclass(frozen=True, slots=True)
class RunningStation:
    """Where it is, and what a test may look at inside."""

    station: server.Station

    @property
    def port(self) -> int:
        return self.station.port

    @property
    def shoutcast_port(self) -> int:
        assert self.station.shoutcast_port is not None
        return self.station.shoutcast_port

    @property
    def registry(self) -> Registry:
        return self.station.broadcast.registry

    def reload(self, extra: str) -> None:
        """Go on with other settings: BASE and `extra`, and the same logs."""
        logs = self.station.broadcast.config.logs
        self.station.reload(replace(load(BASE + extra), logs=logs))

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def source_url(self, path: str, scheme: str = "icecast") -> str:
        return f"{scheme}://source:sesame@127.0.0.1:{self.port}{path}"


class BugWatch(logging.Handler):
    """Collects what was logged with a traceback: peers and operators get none, only our bugs do."""

    def __init__(self) -> None:
        super().__init__()
        self.tracebacks: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info:
            self.tracebacks.append(self.format(record))


@asynccontextmanager
async def running_station(
    extra: str = "", *, patience: float = 120.0, access_log: Path | None = None
) -> AsyncIterator[RunningStation]:
    """A station with the settings of BASE and `extra` (TOML, tables other than BASE's).

    The whole block that uses it fails after `patience` seconds, and at its end if
    the station logged a bug of its own.
    """
    config = load(BASE + extra)
    if access_log is not None:
        config = replace(config, logs=replace(config.logs, access=str(access_log)))
    bugs = BugWatch()
    logging.getLogger("radiocast").addHandler(bugs)
    try:
        with trio.fail_after(patience):
            async with trio.open_nursery() as nursery:
                station = await nursery.start(server.run, config)
                try:
                    yield RunningStation(station)
                finally:
                    nursery.cancel_scope.cancel()
    finally:
        logging.getLogger("radiocast").removeHandler(bugs)
    assert not bugs.tracebacks, "\n".join(bugs.tracebacks)
