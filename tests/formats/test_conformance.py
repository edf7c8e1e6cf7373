"""The kit itself: each framer here breaks the contract in one way, and the kit has to say so."""

from __future__ import annotations

import pytest

from radiocast.formats import Event, Frame, Skipped, StreamStart
from tests.formats.conformance import check_framer, check_survives

DATA = bytes(range(1, 201)) * 20


class TensFramer:
    """Right in all: frames of ten bytes; what is left over is skipped."""

    max_buffered = 9

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._started = False

    def feed(self, data: bytes) -> list[Event]:
        self._buffer += data
        events: list[Event] = []
        while len(self._buffer) >= 10:
            events += [*self.start(), self.frame(bytes(self._buffer[:10]))]
            del self._buffer[:10]
        return events

    def start(self) -> list[Event]:
        started, self._started = self._started, True
        return [] if started else [StreamStart("tens", 10, 1)]

    def frame(self, data: bytes) -> Event:
        return Frame(data, 10)

    def close(self) -> list[Event]:
        return [Skipped(len(self._buffer))] if self._buffer else []


class LosesTheEnd(TensFramer):
    def close(self) -> list[Event]:
        return []


class NeverStarts(TensFramer):
    def start(self) -> list[Event]:
        return []


class ChangesBytes(TensFramer):
    def frame(self, data: bytes) -> Event:
        return Frame(data[::-1], 10)


class CountsWrong(TensFramer):
    def frame(self, data: bytes) -> Event:
        return Skipped(11) if data[0] == 11 else Frame(data, 10)


class KeepsEverything(TensFramer):
    def feed(self, data: bytes) -> list[Event]:
        self._buffer += data
        return []

    def close(self) -> list[Event]:
        return self.start() + super().feed(b"") + super().close()


class HoldsACopy(TensFramer):
    def __init__(self) -> None:
        super().__init__()
        self._inner = TensFramer()

    def feed(self, data: bytes) -> list[Event]:
        self._buffer += data
        return self._inner.feed(data)

    def close(self) -> list[Event]:
        return self._inner.close()


class FollowsTheCuts(TensFramer):
    def feed(self, data: bytes) -> list[Event]:
        return [*self.start(), Frame(data, len(data))] if data else []


class RaisesAnything(TensFramer):
    def frame(self, data: bytes) -> Event:
        return Frame(data, 100 // (data[0] * data[1]))


def test_a_framer_that_keeps_the_contract_passes() -> None:
    check_framer(TensFramer, DATA, resyncs=False)
    check_survives(TensFramer, DATA)


@pytest.mark.parametrize(
    "broken",
    [
        LosesTheEnd,
        NeverStarts,
        ChangesBytes,
        CountsWrong,
        KeepsEverything,
        HoldsACopy,
        FollowsTheCuts,
    ],
)
def test_a_framer_that_breaks_it_does_not(broken: type[TensFramer]) -> None:
    with pytest.raises(AssertionError):
        check_framer(broken, DATA + b"abc", resyncs=False)


@pytest.mark.parametrize("broken", [LosesTheEnd, ChangesBytes, HoldsACopy, FollowsTheCuts])
def test_damaged_bytes_find_it_too(broken: type[TensFramer]) -> None:
    with pytest.raises(AssertionError):
        check_survives(broken, DATA)


def test_only_format_errors_may_be_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        check_survives(RaisesAnything, DATA)


def test_a_framer_that_cannot_find_its_way_back_is_told_so() -> None:
    with pytest.raises(AssertionError):
        check_framer(TensFramer, DATA)
