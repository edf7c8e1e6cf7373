"""The servers that are compared, configured alike."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bench.fanout.feed import Mount
from bench.fanout.running import Running, ServerError, as_root, free_port, launch

BURST = 65536  # bytes a listener gets at once when it joins
QUEUE = 512 * 1024  # bytes a listener may fall behind: Icecast's default
PASSWORD = "bench"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a server is to be ready for."""

    format_name: str
    clip: Path
    mounts: int = 1
    queue: int = QUEUE
    tick: float = 0.5
    """Seconds between two sends: exactly for the bare loop, at most for radiocast."""
    send_buffer: int = 0
    """SO_SNDBUF of radiocast's listeners; 0: the kernel's choice, as with the others."""
    certificate: Path | None = None
    """With key, for radiocast to speak TLS to those who begin with it."""

    @property
    def paths(self) -> list[str]:
        return ["/live", *(f"/live{number}" for number in range(1, self.mounts))]


Start = Callable[[Plan, Path], Running]
"""Starts a server with its files in a directory of its own. Raises ServerError if it cannot."""


def start_radiocast(plan: Plan, directory: Path) -> Running:
    port = free_port()
    config = directory / "radiocast.toml"
    log = directory / "access.log"
    config.write_text(radiocast_toml(plan, port, log))
    command = [sys.executable, "-m", "radiocast", "serve", str(config)]
    process = launch(command, port, directory / "radiocast.out")
    return Running("radiocast", process.pid, _mounts(plan, port), process, log)


def start_icecast(plan: Plan, directory: Path) -> Running:
    program = shutil.which("icecast2") or shutil.which("icecast")
    if program is None:
        raise ServerError("icecast2 is not installed")
    port = free_port()
    config = directory / "icecast.xml"
    config.write_text(icecast_xml(plan, port, directory))
    if as_root():  # Icecast refuses to run as root, and nobody must write its logs
        shutil.chown(directory, "nobody", "nogroup")
    user = "nobody" if as_root() else ""
    process = launch([program, "-c", str(config)], port, directory / "icecast.out", user=user)
    return Running("icecast", process.pid, _mounts(plan, port), process, directory / "access.log")


def start_bare(plan: Plan, directory: Path) -> Running:
    port = free_port()
    command = [sys.executable, "-m", "bench.fanout.bareloop", f"--port={port}"]
    command += [f"--tick={plan.tick}", f"--format={plan.format_name}", str(plan.clip)]
    process = launch(command, port, directory / "bare.out")
    return Running("bare", process.pid, _mounts(plan, port), process, fed=False)


def external(url: str, pid: int, name: str) -> Start:
    """A server that runs already. `url` names the mount; with a password in it, we feed it."""
    parts = urlsplit(url)
    mount = Mount(
        parts.hostname or "127.0.0.1",
        parts.port or 80,
        parts.path or "/",
        parts.username or "source",
        parts.password or "",
    )

    def start(plan: Plan, directory: Path) -> Running:
        return Running(name, pid, [mount], fed=bool(parts.password))

    return start


STARTS: dict[str, Start] = {
    "radiocast": start_radiocast,
    "icecast": start_icecast,
    "bare": start_bare,
}


def _mounts(plan: Plan, port: int) -> list[Mount]:
    return [Mount("127.0.0.1", port, path, "source", PASSWORD) for path in plan.paths]


def icecast_xml(plan: Plan, port: int, directory: Path) -> str:
    """A configuration for Icecast 2.4 with limits far above what is tried."""
    return f"""<icecast>
  <limits>
    <clients>100000</clients><sources>{plan.mounts + 10}</sources>
    <queue-size>{plan.queue}</queue-size><burst-size>{BURST}</burst-size>
    <client-timeout>30</client-timeout><header-timeout>15</header-timeout>
    <source-timeout>30</source-timeout>
  </limits>
  <authentication>
    <source-password>{PASSWORD}</source-password>
    <admin-user>admin</admin-user><admin-password>{PASSWORD}</admin-password>
  </authentication>
  <hostname>localhost</hostname>
  <listen-socket><port>{port}</port><bind-address>127.0.0.1</bind-address></listen-socket>
  <fileserve>1</fileserve>
  <paths>
    <basedir>/usr/share/icecast2</basedir><logdir>{directory}</logdir>
    <webroot>/usr/share/icecast2/web</webroot><adminroot>/usr/share/icecast2/admin</adminroot>
  </paths>
  <logging>
    <accesslog>access.log</accesslog><errorlog>error.log</errorlog><loglevel>2</loglevel>
    <logsize>1000000</logsize>
  </logging>
  <security><chroot>0</chroot></security>
</icecast>
"""


def radiocast_toml(plan: Plan, port: int, log: Path) -> str:
    """The same for radiocast. Its own limits are what the benchmark would meet first."""
    tls = f'[tls]\ncertificate = "{plan.certificate}"\n\n' if plan.certificate else ""
    return f"""{tls}[listen]
host = "127.0.0.1"
port = {port}
shoutcast_port = 0

[passwords]
source = "{PASSWORD}"
admin = "{PASSWORD}"

[limits]
connections = 100000
listeners = 90000
sources = {plan.mounts + 10}
source_timeout = 30
stop_timeout = 10

[listeners]
tick_max = {plan.tick}
send_buffer = {plan.send_buffer}

[mount]
burst = {BURST}
queue = {plan.queue}

[logs]
level = "warning"
access = "{log}"
"""
