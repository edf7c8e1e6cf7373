"""Byte truth: whatever the socket does, what arrives is the log, and the titles between."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from radiocast.formats import Frame, StreamStart, Title
from radiocast.framelog.log import FrameLog
from radiocast.framelog.retention import Retention
from radiocast.framelog.start import Start
from radiocast.readers.listener import Listener, Visitor
from tests.icy import strip

from .sinks import FakeSink

HEAD = b"HTTP/1.0 200 OK\r\n\r\n"


def said(text: str) -> str:
    return text.removeprefix("StreamTitle='").removesuffix("';")


def log_with() -> FrameLog:
    log = FrameLog(Retention(1 << 30))
    log.begin(StreamStart("mp3", 1000, 2), now=0.0)
    return log


def listener_on(
    log: FrameLog, sink: FakeSink, *, metaint: int = 0, prelude: bytes = b""
) -> Listener:
    start = Start(log.end, prelude)
    visitor = Visitor("192.0.2.7", "player/1", 0.0)
    return Listener(
        sink, start, log, head=HEAD, metaint=metaint, floor=0, number=1, visitor=visitor
    )


def offer(listener: Listener, log: FrameLog) -> None:
    """As the fan-out does: by share where nothing is owed, else by push."""
    views = log.read(listener.position, 100)
    if listener.owed or not views:
        listener.push(views, log)
    else:
        with suppress(BlockingIOError):
            share = listener.share(views, log)
            sent = listener.send(share.data)
            listener.bytes_sent += sent
            listener.account(share.pieces, sent, log)
            if sent == share.size:
                assert (listener.position, listener.state) == (share.end, share.state)


ROOMS = st.lists(st.integers(0, 120), min_size=1, max_size=60)


@given(st.lists(st.binary(min_size=1, max_size=50), max_size=30), ROOMS, st.binary(max_size=30))
def test_a_listener_gets_head_prelude_and_log_and_nothing_else(
    frames: list[bytes], rooms: list[int], prelude: bytes
) -> None:
    log, sink = log_with(), FakeSink(0)
    listener = listener_on(log, sink, prelude=prelude)
    expected = HEAD + prelude + b"".join(frames)
    for index, data in enumerate(frames):
        log.append([Frame(data, 1)], now=0.0)
        sink.room = rooms[index % len(rooms)]
        offer(listener, log)
        assert expected.startswith(sink.received)
        assert listener.bytes_sent == len(sink.received)
    sink.room = 1 << 30
    while listener.owed or listener.position < log.end:
        offer(listener, log)
    assert sink.received == expected


@given(
    st.lists(st.tuples(st.binary(min_size=1, max_size=50), st.booleans()), max_size=30),
    ROOMS,
    st.integers(1, 64),
    st.binary(max_size=150),
)
def test_titles_stand_at_the_right_byte_and_cost_the_audio_nothing(
    script: list[tuple[bytes, bool]], rooms: list[int], metaint: int, prelude: bytes
) -> None:
    log, sink = log_with(), FakeSink(0)
    listener = listener_on(log, sink, metaint=metaint, prelude=prelude)
    titles = [(-1, "")]  # what held when the prelude was made
    for index, (data, renamed) in enumerate(script):
        if renamed:
            titles.append((log.end, f"title {index}"))
            log.set_title(Title(f"title {index}"))
        log.append([Frame(data, 1)], now=0.0)
        sink.room = rooms[index % len(rooms)]
        offer(listener, log)
    sink.room = 1 << 30
    while listener.owed or listener.position < log.end:
        offer(listener, log)
    body = bytes(sink.received).removeprefix(HEAD)
    audio, told = strip(body, metaint)
    assert audio == prelude + b"".join(data for data, _ in script)
    # A block may tell any title that holds where it stands, and must tell it if it is new.
    shown = None
    for place, text in told:
        position = place - len(prelude) if place > len(prelude) or not prelude else -1
        assert said(text) == [title for start, title in titles if start <= position][-1]
        assert text != shown
        shown = text
    if len(audio) > metaint:
        assert told, "the first block tells the title, even an empty one"


def test_a_title_cut_in_the_middle_by_a_full_socket_is_finished_first() -> None:
    log, sink = log_with(), FakeSink(len(HEAD) + 10 + 3)
    listener = listener_on(log, sink, metaint=10)
    log.set_title(Title("Anna"))
    log.append([Frame(b"a" * 25, 1)], now=0.0)
    assert listener.push(log.read(0, 100), log) == len(HEAD) + 10 + 3
    assert listener.position == 10
    sink.room = 1000
    listener.push(log.read(listener.position, 100), log)
    audio, told = strip(bytes(sink.received).removeprefix(HEAD), 10)
    assert (audio, told) == (b"a" * 25, [(10, "StreamTitle='Anna';")])


def test_who_is_moved_ahead_keeps_its_metadata_in_step() -> None:
    log, sink = log_with(), FakeSink()
    listener = listener_on(log, sink, metaint=10)
    log.append([Frame(b"a" * 14, 1)], now=0.0)
    listener.push(log.read(0, 4), log)
    log.append([Frame(b"b" * 100, 1), Frame(b"c" * 20, 1)], now=0.0)
    listener.skip_to(Start(114, b"PRELUDE"), rest=log.read(4, 10)[0])
    listener.push(log.read(114, 100), log)
    audio, told = strip(bytes(sink.received).removeprefix(HEAD), 10)
    assert audio == b"a" * 14 + b"PRELUDE" + b"c" * 20
    assert [said(text) for _, text in told] == [""]
