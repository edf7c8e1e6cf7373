"""What every framer must do, whatever its format: the contract in `radiocast/formats/_base.py`.

A framer's tests call `check_framer` with real files (someone else's encoder made
them) and `check_survives` with one of them; the rest of its tests are about its
format. By convention a framer keeps what it holds back in `_buffer`.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterable, Sequence
from types import FrameType

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from radiocast.errors import FormatError
from radiocast.formats import Event, Frame, Framer, Skipped, StreamStart
from tests.strategies import babble, chunked, damaged

GARBAGE = b"\x00line noise, \x80\x01\x02 no sync word of any format in it\x00" * 7
PIECE = 4096  # bytes: what a socket usually gives


def frames(events: Iterable[Event]) -> list[Frame]:
    return [event for event in events if isinstance(event, Frame)]


def starts(events: Iterable[Event]) -> list[StreamStart]:
    return [event for event in events if isinstance(event, StreamStart)]


def skipped(events: Iterable[Event]) -> int:
    """Bytes skipped in all."""
    return sum(event.length for event in events if isinstance(event, Skipped))


def size(event: Event) -> int:
    """How many input bytes this event gives back."""
    match event:
        case Frame(data=data):
            return len(data)
        case Skipped(length=length):
            return length
        case StreamStart(header=header):
            return len(header)


def merged(events: Iterable[Event]) -> list[Event]:
    """The same events, each run of Skipped added up: where it is split depends on the cuts."""
    result: list[Event] = []
    for event in events:
        if isinstance(event, Skipped) and result and isinstance(result[-1], Skipped):
            event = Skipped(result.pop().length + event.length)  # type: ignore[union-attr]
        result.append(event)
    return result


def run(framer: Framer, pieces: Iterable[bytes]) -> list[Event]:
    """Everything the framer says about these pieces; its bound is checked after each."""
    events: list[Event] = []
    held = 0
    for piece in pieces:
        new = framer.feed(piece)
        events += new
        held += len(piece) - sum(map(size, new))
        assert held <= framer.max_buffered, f"holds {held} bytes, promised {framer.max_buffered}"
        buffered = len(getattr(framer, "_buffer", b""))
        assert buffered <= framer.max_buffered, f"{buffered} bytes in _buffer"
    events += framer.close()
    return merged(events)


def outcome(make: Callable[[], Framer], pieces: Iterable[bytes]) -> list[Event] | None:
    """Like `run` with a new framer; None: it raised FormatError, the only error allowed."""
    try:
        return run(make(), pieces)
    except FormatError:
        return None


def check_events(events: Sequence[Event], data: bytes) -> None:
    """Every byte is given back once and in order, and a stream starts before its frames."""
    position = 0
    started = False
    for event in events:
        match event:
            case StreamStart(header=header):
                assert isinstance(header, bytes)
                assert data.startswith(header, position), f"header is not the input at {position}"
                started = True
            case Frame(data=frame, samples=samples):
                assert started, "a Frame before the first StreamStart"
                assert isinstance(frame, bytes)
                assert frame, "an empty Frame"
                assert samples >= 0
                assert data.startswith(frame, position), f"frame is not the input at {position}"
            case Skipped(length=length):
                assert length > 0, "an empty Skipped"
        position += size(event)
    assert position == len(data), f"{position} bytes given back of {len(data)}"


def cut_every(data: bytes, length: int) -> list[bytes]:
    return [data[at : at + length] for at in range(0, len(data), length)]


def cut_at_random(data: bytes, seed: int) -> list[bytes]:
    """Pieces from 0 bytes to a few kilobytes, small ones as likely as large ones."""
    chance = random.Random(seed)
    pieces: list[bytes] = []
    at = 0
    while at < len(data):
        length = int(2 ** chance.uniform(0, 13)) - 1
        pieces.append(data[at : at + length])
        at += length
    return pieces


def check_framer(make: Callable[[], Framer], data: bytes, *, resyncs: bool = True) -> list[Event]:
    """The contract on real data, whole and cut in many ways; gives back what the framer said.

    `resyncs`: the format can be joined anywhere (not so where the first bytes
    decide everything, as in WebM), so garbage before and inside costs only
    what it damages.
    """
    whole = run(make(), [data])
    check_events(whole, data)
    assert frames(whole), "no frame found in real data"
    assert run(make(), cut_every(data, 1)) == whole, "differs when fed byte by byte"
    assert run(make(), cut_every(data, PIECE)) == whole
    for seed in range(5):
        assert run(make(), cut_at_random(data, seed)) == whole, f"differs when cut by seed {seed}"
    check_trailing_garbage(make, data, whole)
    if resyncs:
        check_leading_garbage(make, data, whole)
        check_garbage_inside(make, data, whole)
    return whole


def check_trailing_garbage(make: Callable[[], Framer], data: bytes, whole: list[Event]) -> None:
    events = run(make(), cut_every(data + GARBAGE, PIECE))
    check_events(events, data + GARBAGE)
    expected = frames(whole)[:-1]  # the last may need what follows to know its end
    assert frames(events)[: len(expected)] == expected


def check_leading_garbage(make: Callable[[], Framer], data: bytes, whole: list[Event]) -> None:
    dirty = GARBAGE + data
    expected = merged([Skipped(len(GARBAGE)), *whole])
    check_events(expected, dirty)
    assert run(make(), cut_every(dirty, 1)) == expected
    assert run(make(), cut_every(dirty, PIECE)) == expected
    for cut in range(len(GARBAGE), len(GARBAGE) + 10):
        pieces = [dirty[:cut], dirty[cut : cut + 3], dirty[cut + 3 :]]
        assert run(make(), pieces) == expected, "overlooks what begins at a piece's end"


def check_garbage_inside(make: Callable[[], Framer], data: bytes, whole: list[Event]) -> None:
    middle = len(data) // 2
    dirty = data[:middle] + GARBAGE + data[middle:]
    events = run(make(), cut_every(dirty, PIECE))
    check_events(events, dirty)
    assert run(make(), cut_every(dirty, 1)) == events, "garbage hides what is fed byte by byte"
    expected, found = frames(whole), frames(events)
    before = len(frames_ending_before(whole, middle))
    after = (len(expected) - before) // 2
    assert found[:before] == expected[:before]
    assert after == 0 or found[-after:] == expected[-after:], "did not find its way back"


def frames_ending_before(events: Iterable[Event], limit: int) -> list[Frame]:
    position = 0
    result: list[Frame] = []
    for event in events:
        position += size(event)
        if isinstance(event, Frame) and position <= limit:
            result.append(event)
    return result


def check_survives(
    make: Callable[[], Framer], data: bytes, words: tuple[bytes, ...] = (), examples: int = 60
) -> None:
    """The contract on damaged real data and on arbitrary bytes.

    `words`: the format's magic bytes, so that arbitrary input gets past the
    first test. A framer may refuse with FormatError, but then however it is cut.
    """
    thorough = settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )

    @thorough
    @given(st.data(), damaged(data) | babble(words))
    def check(choice: st.DataObject, hostile: bytes) -> None:
        whole = outcome(make, [hostile])
        if whole is not None:
            check_events(whole, hostile)
        assert outcome(make, choice.draw(chunked(hostile))) == whole

    check()


def check_work(make: Callable[[], Framer], hostile: bytes, steps_per_byte: int = 8) -> None:
    """Not more function calls, C functions included, than so many for each byte.

    Counted, not timed. Together with `max_buffered`, which bounds what a single
    call can look at, this says that no input takes quadratic time.
    """
    steps = 0

    def count(frame: FrameType, event: str, arg: object) -> None:
        nonlocal steps
        steps += event in ("call", "c_call")

    for pieces in ([hostile], cut_every(hostile, PIECE)):
        steps = 0
        sys.setprofile(count)
        try:
            outcome(make, pieces)
        finally:
            sys.setprofile(None)
        assert steps < steps_per_byte * len(hostile)
