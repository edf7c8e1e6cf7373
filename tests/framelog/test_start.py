"""Where a reader starts, and what it is given first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.formats import StreamStart
from radiocast.framelog.log import FrameLog
from radiocast.framelog.retention import Retention
from radiocast.framelog.start import (
    Start,
    at_burst,
    at_live_edge,
    at_position,
    at_time,
    rest_of_frame,
)

from .logs import frame, log_of

HEADED = StreamStart("vorbis", 1000, 2, header=b"HEADER")  # 6 bytes


def test_a_burst_is_at_least_as_long_as_asked_and_starts_on_a_frame() -> None:
    log = log_of([frame(1), frame(2)], [frame(3), frame(4)])
    assert at_burst(log, 15) == Start(20)
    assert at_burst(log, 20) == Start(20)
    assert at_burst(log, 21) == Start(10)


def test_a_burst_larger_than_the_log_starts_at_the_oldest_frame() -> None:
    log = log_of([frame(1)], [frame(2)], [frame(3)], keep=20)
    assert log.oldest == 10
    assert at_burst(log, 1000) == Start(10)


def test_a_burst_lasts_as_long_as_asked_however_many_bytes_that_takes() -> None:
    log = log_of([frame(1), frame(2)], [frame(3), frame(4)])  # a frame is 0.1 s
    assert at_burst(log, 10, 0.1) == Start(30)
    assert at_burst(log, 10, 0.2) == Start(20)
    assert at_burst(log, 10, 0.25) == Start(10)
    assert at_burst(log, 40, 0.1) == Start(0)


def test_seconds_that_nobody_knows_make_no_burst_longer() -> None:
    log = log_of([frame(1)], [frame(2)], [frame(3)], stream=StreamStart("", 0, 0))
    assert at_burst(log, 10, 60.0) == Start(20)


def test_no_reader_starts_inside_a_packet() -> None:
    log = log_of([frame(1), frame(2, entry=False)], [frame(3, entry=False)])
    assert at_live_edge(log) == Start(0)
    assert at_burst(log, 1) == Start(0)


def test_the_live_edge_is_the_newest_entry() -> None:
    log = log_of([frame(1), frame(2)])
    assert at_live_edge(log) == Start(10)


def test_an_empty_log_starts_at_its_end() -> None:
    assert at_burst(FrameLog(Retention(100)), 50) == Start(0)


def test_a_late_joiner_gets_the_header_and_an_early_one_reads_it() -> None:
    log = log_of([frame(1)], [frame(2)], stream=HEADED)
    assert at_burst(log, 10) == Start(16, prelude=b"HEADER")
    assert at_burst(log, 26) == Start(0)
    assert b"".join(log.read(0, 100)).startswith(b"HEADER")


def test_each_epoch_has_its_own_header() -> None:
    log = log_of([frame(1)], stream=HEADED)
    log.begin(StreamStart("vorbis", 1000, 2, header=b"SECOND"), now=2.0)
    log.append([frame(2), frame(3)], now=3.0)
    assert at_burst(log, 10).prelude == b"SECOND"
    assert at_burst(log, 36) == Start(6, prelude=b"HEADER")


def test_a_burst_does_not_reach_back_over_the_floor() -> None:
    log = log_of([frame(1)], [frame(2)])
    assert at_burst(log, 1000, not_before=10) == Start(10)
    assert at_burst(log, 1000, not_before=20) == Start(20)


@pytest.mark.parametrize(
    ("wall_time", "position"), [(0.5, 0), (1.0, 0), (1.9, 0), (2.0, 10), (9.0, 30)]
)
def test_a_start_in_time_is_the_newest_block_that_old(wall_time: float, position: int) -> None:
    log = log_of([frame(1)], [frame(2), frame(3)], [frame(4)])
    assert at_time(log, wall_time) == Start(position)


def test_a_start_at_a_number_is_the_next_entry() -> None:
    log = log_of([frame(1), frame(2)], [frame(3)], keep=25)
    assert at_position(log, 11) == Start(20)
    assert at_position(log, 20) == Start(20)
    assert at_position(log, 21) == Start(20), "the live edge, for want of a newer entry"


def test_a_start_at_a_forgotten_number_is_the_oldest_entry() -> None:
    log = log_of([frame(1)], [frame(2)], [frame(3)], keep=20)
    assert at_position(log, 3) == Start(10)


@given(st.integers(0, 39))
def test_the_rest_of_a_frame_ends_at_its_border(position: int) -> None:
    log = log_of([frame(1), frame(2)], [frame(3), frame(4)])
    rest = rest_of_frame(log, position)
    assert len(rest) == -position % 10
    assert bytes(rest) == b"".join(log.read(position, 100))[: len(rest)]


def test_there_is_no_rest_at_the_live_edge() -> None:
    assert not rest_of_frame(log_of([frame(1)]), 10)
