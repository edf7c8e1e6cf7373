"""A live source's frames in a buffer: how they come, and how they leave."""

from __future__ import annotations

import pytest

from radiocast.formats import Frame, Skipped, StreamStart, Title
from radiocast.sources.live_frames import LiveFrames, Timed
from radiocast.studio.mediatime import RATE, samples

START = StreamStart("mp2", 48_000, 2)
"""Of a codec whose encoder's delay is not left out, so that all frames come through."""
FRAME = 960
"""Samples of the frames here: 20 ms."""


def numbered(first: int, count: int) -> list[Frame]:
    return [Frame(b"%d" % number, FRAME) for number in range(first, first + count)]


def frames(least: float = 0.5, most: float = 5.0, reserve: float = 0.1) -> LiveFrames:
    return LiveFrames(samples(least), samples(most), samples(reserve))


def feed_evenly(live: LiveFrames, seconds: float, *, every: float = 0.1, start: float = 0.0) -> int:
    """As a source sends: gives back when the last of it came."""
    count, now = round(every * RATE / FRAME), start
    for number in range(round(seconds / every)):
        now = start + number * every
        live.feed(numbered(number * count, count), samples(now))
    return samples(now)


def names(given: list[Timed]) -> list[str]:
    return [
        each.item.data.decode() if isinstance(each.item, Frame) else type(each.item).__name__
        for each in given
    ]


def test_it_is_fit_when_it_has_enough_and_a_gap_was_seen() -> None:
    live = frames()
    live.feed([START, *numbered(0, 100)], 0)
    assert not live.filled, "it may be all there is"
    live.feed(numbered(100, 5), samples(0.1))
    assert live.filled


@pytest.mark.parametrize(
    ("every", "wanted"), [(0.1, 0.5), (0.5, 0.85), (1.0, 1.6), (2.0, 3.1), (2.4, 3.7)]
)
def test_the_level_grows_with_the_gaps_between_bursts(every: float, wanted: float) -> None:
    live = frames()
    live.feed([START], 0)
    feed_evenly(live, every * 4, every=every)
    assert live.wanted == samples(wanted)


def test_the_level_has_bounds_and_an_outage_is_no_gap() -> None:
    live = frames(most=1.0)
    live.feed([START], 0)
    feed_evenly(live, 8.0, every=2.0)
    assert live.wanted == samples(1.0)
    calm = frames()
    calm.feed([START, *numbered(0, 5)], 0)
    calm.feed(numbered(5, 5), samples(4.0))
    assert calm.wanted == samples(0.5)


def test_frames_leave_one_after_the_other_by_their_duration() -> None:
    live = frames()
    live.feed([START, Skipped(7)], 0)
    feed_evenly(live, 1.0)
    assert live.begin(samples(10.0)) == []
    given = live.take(samples(10.5), samples(10.5))
    assert names(given) == ["StreamStart", *map(str, range(25))]
    ends = [each.end for each in given]
    assert [each.at for each in given[1:]] == ends[:-1]
    assert given[-1].end == live.next == samples(10.5)
    assert live.end == samples(11.0)
    assert live.held == samples(0.5)


def test_frames_of_another_rate_last_as_long_as_they_last() -> None:
    live = frames(least=2.6)
    live.feed([StreamStart("mp2", 44_100, 2), *[Frame(b"x", 1152) for _ in range(100)]], 0)
    live.begin(0)
    live.take(1 << 60, 0)
    assert live.next == pytest.approx(100 * 1152 * RATE / 44_100, abs=2)


@pytest.mark.parametrize("drift", [-0.002, 0.0, 0.002])
def test_the_pace_follows_the_sources_clock(drift: float) -> None:
    live = frames()
    live.feed([START], 0)
    feed_evenly(live, 0.6)
    live.begin(samples(0.6))
    levels = []
    for tick in range(6, 12_000):  # twenty minutes
        now = samples(tick * 0.1 / (1 + drift))
        live.feed(numbered(0, 5), now)
        live.take(now + samples(0.1), now)
        levels.append(live.end - now)
    assert samples(0.3) < min(levels)
    assert max(levels) < samples(0.9)


def test_a_source_that_floods_goes_by_our_clock() -> None:
    live = frames()
    live.feed([START, *numbered(0, 500)], 0)
    assert live.full
    assert live.filled
    live.begin(0)
    for tick in range(600):
        now = samples(tick * 0.1)
        live.take(now + samples(0.1), now)
        if not live.full:
            live.feed(numbered(0, 5), now)
    assert live.next == pytest.approx(samples(60.0), abs=FRAME)


def test_who_waits_keeps_just_enough_and_it_is_the_newest() -> None:
    live = frames()
    live.feed([START, Title("old")], 0)
    now = feed_evenly(live, 4.0)
    live.wait()
    assert samples(0.9) < live.held <= samples(1.0)
    first = 200 - live.held // FRAME
    given = live.begin(now) + live.take(now + 1, now)
    assert names(given) == ["StreamStart", "Title", str(first)]


def test_a_stream_that_begins_while_it_waits_begins_once() -> None:
    live = frames()
    live.feed([START, *numbered(0, 5)], 0)
    live.begin(0)
    live.take(samples(1.0), 0)
    live.stop()
    other = StreamStart("mp2", 48_000, 1)
    live.feed([Title("new"), other, *numbered(5, 5)], samples(2.0))
    given = live.begin(0) + live.take(samples(1.0), 0)
    assert names(given)[:3] == ["Title", "StreamStart", "5"]
    assert given[1].item == other


def test_what_is_dropped_is_gone() -> None:
    live = frames()
    live.feed([StreamStart("opus", 48_000, 2, b"header"), *numbered(0, 50)], 0)
    assert live.held_bytes == 6 + 10 + 40 * 2
    live.begin(0)
    live.drop()
    assert (live.held, live.held_bytes, live.take(1 << 60, 0)) == (0, 0, [])


def test_titles_are_told_at_their_time_and_again_when_it_is_heard_again() -> None:
    live = frames(least=0.2)
    live.feed([Title("station"), START, *numbered(0, 5), Title("song"), *numbered(5, 5)], 0)
    live.begin(0)
    given = live.take(samples(1.0), 0)
    assert [(each.at, each.item) for each in given if isinstance(each.item, Title)] == [
        (0, Title("station")),
        (5 * FRAME, Title("song")),
    ]
    live.stop()
    assert live.begin(samples(9.0)) == [
        Timed(samples(9.0), samples(9.0), START),
        Timed(samples(9.0), samples(9.0), Title("song")),
    ]


def test_an_encoders_delay_is_left_out_and_takes_no_time() -> None:
    live = frames()
    live.feed([StreamStart("aac", 48_000, 2), *numbered(0, 100)], 0)
    given = live.begin(samples(3.0)) + live.take(samples(3.1), samples(3.0))
    assert names(given)[:2] == ["StreamStart", "1"]
    assert given[1].at == samples(3.0)
