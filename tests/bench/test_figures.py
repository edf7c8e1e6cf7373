from __future__ import annotations

import math
from dataclasses import replace

import pytest

from bench.fanout.figures import Row, Spread, Window, joined, median_row, percentile
from bench.fanout.table import fanout_table, number, ratio

ROW = Row(
    server="radiocast",
    listeners=1000,
    icy=False,
    user=4.0,
    system=16.0,
    rss=40_000_000,
    rss_idle=37_952_000,
    kernel=0,
    joins_per_second=900.0,
    first_byte=Spread(0.01, 0.02, 0.03, 1000),
    gap=Spread(0.5, 0.51, 0.52, 1000),
    receives=2.0,
    kbits=128.0,
)
ICECAST = replace(ROW, server="icecast", user=10.0, system=70.0)
BARE = replace(ROW, server="bare", user=0.0, system=18.0)


def test_a_percentile_is_one_of_the_values() -> None:
    values = [float(value) for value in range(100, 0, -1)]
    assert [percentile(values, percent) for percent in (1, 50, 99, 100)] == [1, 50, 99, 100]
    assert percentile([7.0], 50) == 7.0


def test_nothing_has_no_percentile() -> None:
    assert math.isnan(percentile([], 50))


def test_who_got_less_than_was_sent_is_counted() -> None:
    # 1,000 bytes a second for 10 s: the second only lacks the interval it was last waiting in.
    window = Window(10.0, gaps=[0.5, 0.5, 0.5], received=[10_000, 9_500, 9_000], receives=60)
    assert window.short_of(1000) == 1


def test_windows_of_several_generators_are_one() -> None:
    both = joined([Window(9.9, [0.1], [5], 3, 1), Window(10.0, [0.2], [6], 4)])
    assert both == Window(10.0, [0.1, 0.2], [5, 6], 7, 1)


@pytest.mark.parametrize(("costs", "middle"), [([3, 1, 2], 2), ([2, 1], 1), ([5], 5)])
def test_the_round_in_the_middle_counts(costs: list[float], middle: float) -> None:
    rows = [replace(ROW, user=cost, system=0.0) for cost in costs]
    assert median_row(rows).cpu == middle


def test_a_row_is_compared_with_icecast_and_the_bare_loop() -> None:
    rows = [ROW, ICECAST, BARE]
    assert ratio(rows, ROW, "icecast", icy=False) == 0.25
    assert ratio(rows, ROW, "bare", icy=False) == pytest.approx(20 / 18)
    assert math.isnan(ratio(rows, ROW, "icecast", icy=True))
    assert math.isnan(ratio(rows, replace(ROW, listeners=5000), "icecast", icy=False))


def test_the_table_has_a_line_per_row_and_one_per_problem() -> None:
    icy = replace(ROW, icy=True, system=20.0, problems=["3 listeners were dropped"])
    lines = fanout_table([ROW, ICECAST, icy]).splitlines()
    assert len(lines) == 5
    assert lines[1].split() == [
        *["radiocast", "1,000", "-", "20.0", "4.0", "16.0", "0.25", "-", "-", "40.0", "2.0"],
        *["10.0", "20.0", "900", "500", "510", "520", "2.0", "128.0"],
    ]
    assert lines[3].split()[8] == "1.20"  # against the same without ICY
    assert lines[4] == "! radiocast with 1,000 listeners and ICY: 3 listeners were dropped"


def test_a_figure_that_is_not_there_is_a_dash() -> None:
    assert number(math.nan, 1) == "-"
    assert number(1234.56, 1) == "1,234.6"
