"""Wall-clock times, across midnight and summer time."""

from __future__ import annotations

from datetime import UTC

import pytest

from radiocast.autodj.times import is_open, occurrences, openings
from radiocast.config.week import parse_moment, parse_window
from tests.autodj.made import BERLIN, at

DAY = 86400.0


def test_a_daily_moment_is_found_once_a_day_its_end_included() -> None:
    start = at("2026-03-02 07:00:00")
    assert occurrences(parse_moment("07:00"), start, start + 2 * DAY, UTC) == [
        start + DAY,
        start + 2 * DAY,
    ]


def test_an_hourly_moment_keeps_to_its_days() -> None:
    start = at("2026-03-01 22:10:00")  # a Sunday
    found = occurrences(parse_moment("mon :30"), start, start + 4 * 3600, UTC)
    assert found == [at("2026-03-02 00:30:00"), at("2026-03-02 01:30:00")]


def test_wall_clock_times_stay_where_they_are_when_summer_time_begins() -> None:
    found = occurrences(
        parse_moment("07:00"), at("2026-03-28 00:00:00"), at("2026-03-30 12:00:00"), BERLIN
    )
    assert found == [at(f"2026-03-{day} 07:00:00", BERLIN) for day in (28, 29, 30)]
    assert found[1] - found[0] == DAY - 3600


def test_a_time_that_summer_time_leaves_out_happens_after_it() -> None:
    midnight = at("2026-03-29 00:00:00", BERLIN)
    assert occurrences(parse_moment("02:30"), midnight, midnight + DAY, BERLIN) == [
        at("2026-03-29 03:30:00", BERLIN)
    ]


def test_a_time_that_winter_time_repeats_happens_once_and_an_hourly_one_twice() -> None:
    midnight = at("2026-10-25 00:00:00", BERLIN)
    assert occurrences(parse_moment("02:30"), midnight, midnight + DAY, BERLIN) == [
        midnight + 2.5 * 3600
    ]
    hourly = occurrences(parse_moment(":30"), midnight, midnight + 5 * 3600, BERLIN)
    assert hourly == [midnight + 1800 + 3600 * n for n in range(5)]


@pytest.mark.parametrize(
    ("window", "local", "expected"),
    [
        ("mon-fri 06:00-10:00", "2026-03-02 06:00:00", True),
        ("mon-fri 06:00-10:00", "2026-03-02 09:59:59", True),
        ("mon-fri 06:00-10:00", "2026-03-02 10:00:00", False),
        ("mon-fri 06:00-10:00", "2026-03-01 07:00:00", False),
        ("fri 22:00-02:00", "2026-03-06 21:59:59", False),
        ("fri 22:00-02:00", "2026-03-06 23:00:00", True),
        ("fri 22:00-02:00", "2026-03-07 01:59:59", True),
        ("fri 22:00-02:00", "2026-03-07 02:00:00", False),
        ("fri 22:00-02:00", "2026-03-06 01:00:00", False),
        ("sun", "2026-03-01 23:59:59", True),
        ("sun", "2026-03-02 00:00:00", False),
        ("mon 8:00-8:00", "2026-03-03 07:59:00", True),
    ],
)
def test_windows_open_and_close(window: str, local: str, expected: bool) -> None:
    assert is_open(parse_window(window), at(local, BERLIN), BERLIN) is expected


def test_openings_are_found_where_a_window_opens() -> None:
    monday = at("2026-03-02 00:00:00", BERLIN)
    window = parse_window("mon,wed 22:00-02:00")
    assert openings(window, monday, monday + 3 * DAY, BERLIN) == [
        monday + 22 * 3600,
        monday + 2 * DAY + 22 * 3600,
    ]
