"""Rows as a table for people. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence

from bench.fanout.figures import Row

ICECAST, BARE = "icecast", "bare"
HEADINGS = (
    "server", "listeners", "icy", "CPU", "user", "sys", "/icecast", "/bare", "/plain", "RSS MB",
    "KiB each", "first p50", "p99 ms", "joins/s", "gap p50", "p99", "max ms", "recv/s", "kbit/s",
)  # fmt: skip


def ratio(rows: Sequence[Row], row: Row, server: str, *, icy: bool) -> float:
    """CPU of `row` against `server` with as many listeners; NaN where that was not measured."""
    for other in rows:
        if (other.server, other.listeners, other.icy) == (server, row.listeners, icy):
            return row.cpu / other.cpu if other.cpu else math.nan
    return math.nan


def fanout_table(rows: Sequence[Row]) -> str:
    """The main table: one line per row, then what went wrong."""
    lines = [HEADINGS, *(_cells(rows, row) for row in rows)]
    notes = [f"! {_name(row)}: {problem}" for row in rows for problem in row.problems]
    return "\n".join([aligned(lines), *notes])


def aligned(lines: Sequence[Sequence[str]]) -> str:
    """Columns as wide as they need; the first one to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if index else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _name(row: Row) -> str:
    return f"{row.server} with {row.listeners:,} listeners{' and ICY' if row.icy else ''}"


def _cells(rows: Sequence[Row], row: Row) -> tuple[str, ...]:
    # The bare loop sends no metadata: a row with ICY is compared with the loop all the same.
    return (
        row.server,
        f"{row.listeners:,}",
        "yes" if row.icy else "-",
        number(row.cpu, 1),
        number(row.user, 1),
        number(row.system, 1),
        number(ratio(rows, row, ICECAST, icy=row.icy), 2),
        number(ratio(rows, row, BARE, icy=False), 2),
        number(ratio(rows, row, row.server, icy=False), 2) if row.icy else "-",
        number(row.rss / 1e6, 1),
        number(row.memory_each / 1024, 1),
        number(row.first_byte.p50 * 1e3, 1),
        number(row.first_byte.p99 * 1e3, 1),
        number(row.joins_per_second, 0),
        number(row.gap.p50 * 1e3, 0),
        number(row.gap.p99 * 1e3, 0),
        number(row.gap.worst * 1e3, 0),
        number(row.receives, 1),
        number(row.kbits, 1),
    )


def number(value: float, digits: int) -> str:
    """A figure, or a dash where there is none."""
    return "-" if math.isnan(value) else f"{value:,.{digits}f}"
