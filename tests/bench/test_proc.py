from __future__ import annotations

import os

from bench.fanout.limits import source_address
from bench.fanout.proc import Usage, descendants, parse_stat, usage


def test_the_name_of_a_process_may_hold_anything() -> None:
    line = "42 (a) b) R 1 42 42 0 -1 4194304 100 0 0 0 17 5 0 0 20 0 1 0 12345 0 0"
    assert parse_stat(line) == (17, 5)


def test_the_scheduler_says_how_long_and_the_ticks_say_where() -> None:
    before = Usage(user=1.0, system=2.0, run=3.0, rss=0)
    after = Usage(user=1.1, system=2.3, run=3.8, rss=0)
    user, system = after.since(before)
    assert round(user, 6) == 0.2
    assert round(user + system, 6) == 0.8


def test_less_than_a_tick_is_no_division_by_zero() -> None:
    before = Usage(user=1.0, system=2.0, run=3.0, rss=0)
    assert before.since(before) == (0.0, 0.0)


def test_a_process_uses_time_and_memory() -> None:
    mine = usage(os.getpid())
    assert mine.run > 0
    assert mine.rss > 1_000_000
    assert descendants(os.getpid())[0] == os.getpid()


def test_ten_thousand_listeners_share_an_address() -> None:
    assert source_address(0) == source_address(9_999) == "127.0.1.1"
    assert source_address(10_000) == "127.0.1.2"
    assert len({source_address(number) for number in range(0, 2_500_000, 10_000)}) == 250
