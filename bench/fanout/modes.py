"""What the sub-benchmarks have in common."""

from __future__ import annotations

from collections.abc import Callable

from bench.fanout.feed import FeedError
from bench.fanout.running import ServerError
from bench.fanout.servers import Start

Result = dict[str, object]
"""One line of a table: column to cell."""

Say = Callable[[str], None]


def each_server(
    servers: dict[str, Start], measure: Callable[[str, Start], Result], say: Say
) -> list[Result]:
    """Measure one server after the other; one that cannot be measured is told and left out."""
    results = []
    for name, start in servers.items():
        say(f"{name} ...")
        try:
            results.append(measure(name, start))
        except (ServerError, FeedError, OSError) as exc:
            say(f"! {name}: {exc}")
    return results
