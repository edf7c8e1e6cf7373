"""Descriptors: how many there are, and how many listeners one process may hold."""

from __future__ import annotations

import resource

PER_PROCESS = 15_000  # listeners of one load generator: below the limit of 20,000 many systems set
SPARE = 100  # descriptors for everything else


def raise_descriptors() -> int:
    """Take as many descriptors as this process may have, and say how many that is."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def source_address(number: int, each: int = 10_000) -> str:
    """The loopback address listener `number` calls from: 10,000 share one.

    A pair of addresses has about 28,000 free ports, and those of the last run may still be in
    TIME_WAIT.
    """
    return f"127.0.{1 + number // each // 200}.{1 + number // each % 200}"
