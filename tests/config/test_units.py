"""Sizes and durations, as operators write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.units import format_duration, format_size, parse_duration, parse_size


@pytest.mark.parametrize(
    ("text", "size"),
    [("0B", 0), ("64KiB", 65536), ("64 KiB", 65536), ("1.5kB", 1500), ("2GiB", 2 * 1024**3)],
)
def test_sizes_are_read(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0s", 0.0), ("50ms", 0.05), ("15s", 15.0), ("1.5min", 90.0), ("2h", 7200.0), ("1d", 86400.0)],
)
def test_durations_are_read(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "64", "64kib", "-1KiB", "1 s", "KiB", "٣KiB", "1KiB\n"])
def test_what_is_no_size_is_refused_with_the_units_there_are(text: str) -> None:
    with pytest.raises(ValueError, match="one of B, kB, KiB"):
        parse_size(text)


def test_endless_numbers_are_refused_at_once() -> None:
    with pytest.raises(ValueError, match="is not a number"):
        parse_size("9" * 1_000_000 + "B")


@given(st.integers(0, 2**39))
def test_a_size_is_written_so_that_it_reads_back(size: int) -> None:
    assert parse_size(format_size(size)) == size


@given(st.integers(0, 10**9))
def test_a_duration_is_written_so_that_it_reads_back(milliseconds: int) -> None:
    seconds = milliseconds / 1000
    assert round(parse_duration(format_duration(seconds)) * 1000) == milliseconds
