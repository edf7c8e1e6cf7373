"""`tls`: what encryption costs. 500 listeners plain, then 500 over TLS, on a server each.

Both servers have the certificate, so both look at the first byte of every connection. Listeners
over TLS complete the handshake, ask, and read until the first audio byte; then their ciphertext
is counted and thrown away unread, except for three, who decrypt everything to be compared with
what was sent. Handshakes are measured with nobody else there: 500 joins, 64 at a time, each from
`connect` to the first audio byte; what a join over TLS costs more than a plain one is the
handshake, and the encryption of a burst.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import trustme

from bench.fanout import proc
from bench.fanout.cells import CROWD, STAY, Cell, measure
from bench.fanout.clip import Clip
from bench.fanout.commands import Join
from bench.fanout.figures import Row
from bench.fanout.load import Load
from bench.fanout.modes import Result, Say, each_server
from bench.fanout.servers import Plan, Start
from bench.fanout.station import Station, on_air
from bench.fanout.table import number

LISTENERS = 500
JOIN_RATE = 100.0  # a second: how fast joins can be is measured by themselves
WARM_UP = 64  # joins before that: what is done for the first time takes longer


@dataclass(frozen=True, slots=True)
class Rush:
    """How joins went with nobody else there."""

    per_second: float
    cpu: float
    """Of the server, in seconds for each."""


def run(
    servers: dict[str, Start], plan: Plan, clip: Clip, count: int | None, window: float, say: Say
) -> list[Result]:
    """Of every server that speaks TLS on the port it has: Icecast wants another one."""
    listeners = count or LISTENERS
    certificate = plan.clip.with_name("certificate.pem")
    make_certificate(certificate)
    with_tls = replace(plan, certificate=certificate)

    def row(name: str, start: Start, tls: bool) -> Row:
        found = measure(Cell(name, listeners, False, window, JOIN_RATE, tls), start, with_tls, clip)
        for problem in found.problems:
            say(f"! {name}, {'TLS' if tls else 'plain'}: {problem}")
        return found

    def both(name: str, start: Start) -> Result:
        plain, encrypted = row(name, start, False), row(name, start, True)
        with on_air(start, with_tls, clip) as station, Load(CROWD) as load:
            joins, handshakes = rush(station, load, tls=False), rush(station, load, tls=True)
        return beside(plain, encrypted, joins, handshakes)

    capable = {name: start for name, start in servers.items() if name != "icecast"}
    return each_server(capable, both, say)


def rush(station: Station, load: Load, *, tls: bool) -> Rush:
    """As many joins as there can be. Raises OSError where not all are served."""
    target = station.target(tls=tls)
    load.join(Join([target], WARM_UP, stay=STAY))
    before = proc.usage(station.server.pid)
    joined = load.join(Join([target], CROWD, stay=STAY))
    took = sum(proc.usage(station.server.pid).since(before))
    if joined.failed:
        raise OSError(f"{len(joined.failed)} of {CROWD} joins failed: {joined.failed[0]}")
    return Rush(CROWD / joined.seconds, took / CROWD)


def beside(plain: Row, tls: Row, joins: Rush, handshakes: Rush) -> Result:
    """One line: µs of CPU per listener and second, ms of CPU per join, KiB per listener."""
    return {
        "server": plain.server,
        "listeners": plain.listeners,
        "sends/s": tls.receives,
        "plain us": plain.cpu,
        "TLS us": tls.cpu,
        "ratio": number(tls.cpu / plain.cpu, 2),
        "plain user": plain.user,
        "TLS user": tls.user,
        "joins/s": joins.per_second,
        "handshakes/s": handshakes.per_second,
        "ms/join": number(joins.cpu * 1e3, 2),
        "ms/handshake": number((handshakes.cpu - joins.cpu) * 1e3, 2),
        "plain KiB": plain.memory_each / 1024,
        "TLS KiB": tls.memory_each / 1024,
        "problems": len(plain.problems) + len(tls.problems),
    }


def make_certificate(path: Path) -> None:
    """A certificate for 127.0.0.1 and its key (ECDSA, P-256) in one PEM file."""
    issued = trustme.CA().issue_cert("127.0.0.1")
    issued.private_key_and_cert_chain_pem.write_to_path(str(path))
