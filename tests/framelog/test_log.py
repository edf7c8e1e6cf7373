"""The log against a list that forgets nothing."""

from __future__ import annotations

import trio
import trio.testing
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from radiocast.formats import Frame, StreamStart, Title
from radiocast.framelog.log import FrameLog
from radiocast.framelog.retention import Retention

from .logs import frame, log_of

MAX_BYTES = 100


class LogMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.log = FrameLog(Retention(MAX_BYTES))
        self.everything = b""
        self.largest_block = 0
        self.titles: dict[int, Title | None] = {}

    @rule(header=st.binary(max_size=20))
    def begin(self, header: bytes) -> None:
        self.log.begin(StreamStart("x", 1000, 2, header), now=0.0)
        self.everything += header
        self.largest_block = max(self.largest_block, len(header))

    @precondition(lambda self: self.log.epoch is not None)
    @rule(frames=st.lists(st.binary(min_size=1, max_size=40), min_size=1, max_size=4))
    def append(self, frames: list[bytes]) -> None:
        self.log.append([Frame(data, samples=10) for data in frames], now=0.0)
        self.everything += b"".join(frames)
        self.largest_block = max(self.largest_block, len(b"".join(frames)))

    @rule(text=st.sampled_from(["a", "b", "c"]))
    def set_title(self, text: str) -> None:
        self.log.set_title(Title(text))
        self.titles[len(self.everything)] = Title(text)

    @rule(back=st.integers(0, 150), limit=st.integers(1, 200))
    def read(self, back: int, limit: int) -> None:
        position = max(self.log.oldest, self.log.end - back)
        got = b"".join(self.log.read(position, limit))
        assert got == self.everything[position : position + limit]

    @rule(back=st.integers(0, 150))
    def title_at(self, back: int) -> None:
        position = max(self.log.oldest, self.log.end - back)
        known = [title for start, title in sorted(self.titles.items()) if start <= position]
        assert self.log.titles.at(position) == (known[-1] if known else None)

    @invariant()
    def keeps_its_bounds_and_its_count(self) -> None:
        assert self.log.end == len(self.everything)
        assert self.log.end - self.log.oldest <= MAX_BYTES + self.largest_block


TestLog = LogMachine.TestCase
TestLog.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


def test_blocks_know_their_frames_entries_and_times() -> None:
    log = log_of([frame(1, 10), frame(2, 20, entry=False)], [frame(3, 5)])
    first, second = log.blocks_from(0)
    assert (first.sizes, first.entries) == ((10, 20), (0,))
    assert (first.media_time, first.duration, first.wall_time) == (0.0, 0.2, 1.0)
    assert (second.start, second.media_time, second.wall_time) == (30, 0.2, 2.0)
    assert log.statistics().media_time == second.media_time + second.duration


def test_what_is_too_old_is_forgotten_but_never_the_newest_block() -> None:
    log = FrameLog(Retention(1 << 20, max_seconds=10))
    log.begin(StreamStart("x", 1000, 2), now=0.0)
    log.append([frame(1)], now=0.0)
    log.append([frame(2)], now=9.0)
    assert log.oldest == 0
    log.append([frame(3)], now=10.5)
    assert log.oldest == 10
    log.trim(now=1000.0)
    assert (log.oldest, log.end) == (20, 30)


def test_views_are_shared_and_not_copied() -> None:
    log = log_of([frame(1)])
    (view,) = log.read(3, 100)
    assert view.obj is log.blocks_from(0)[0].data


def test_a_forgotten_or_future_position_has_no_block() -> None:
    log = log_of([frame(1)], [frame(2)], keep=10)
    assert log.oldest == 10
    assert log.block_at(9) is None
    assert log.block_at(20) is None
    assert not log.read(9, 100)


def test_titles_of_a_source_gone_wild_stay_bounded() -> None:
    log = log_of([frame(1)])
    for number in range(5000):
        log.append([frame(number)], now=1.0)
        log.set_title(Title(str(number)))
    assert len(log.titles) <= log.titles.max_titles
    assert log.titles.latest() == Title("4999")


def test_the_same_title_twice_is_no_news() -> None:
    log = log_of([frame(1)])
    assert log.set_title(Title("a"))
    assert not log.set_title(Title("a"))


async def test_a_reader_waits_until_there_is_something_past_its_position() -> None:
    log = log_of([frame(1)])
    seen = []

    async def read() -> None:
        await log.wait_past(10)
        seen.append(log.end)

    with trio.fail_after(1):
        await log.wait_past(9)  # is there already
        async with trio.open_nursery() as nursery:
            nursery.start_soon(read)
            await trio.testing.wait_all_tasks_blocked()
            assert not seen
            log.append([frame(2)], now=2.0)
    assert seen == [20]
