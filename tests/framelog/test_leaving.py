"""What a reader needs before it may leave a log for another one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from radiocast.formats import Frame, StreamStart
from radiocast.formats.ogg.page import measure_page, parse_page
from radiocast.formats.ogg.shorten import whole_packets
from radiocast.framelog.log import FrameLog
from radiocast.framelog.retention import Retention
from radiocast.framelog.start import Start, coming_from, rest_of_packet
from tests.formats.paging import pages_of

from .logs import frame, log_of


def is_whole(data: bytes) -> bool:
    """Whether these are whole Ogg pages, and the last packet is whole, too."""
    at, ends = 0, True  # ends: whether the packet that was last begun did
    while at < len(data):
        length = measure_page(bytearray(data), at)
        assert length, f"no page at {at}"
        page = parse_page(data[at : at + length])
        assert page is not None
        [*_, (_, ends)] = page.packets()
        at += length
    return ends


@given(
    st.lists(st.integers(0, 1100).map(bytes), min_size=1, max_size=6),
    st.integers(1, 6),
    st.integers(0, 1 << 16),
)
def test_wherever_it_stands_an_ogg_stream_is_left_behind_a_whole_packet(
    packets: list[bytes], segments: int, anywhere: int
) -> None:
    pages = pages_of(packets, segments)
    log = log_of([Frame(page, samples=100) for page in pages])
    everything = b"".join(pages)
    for position in (anywhere % (log.end + 1), log.end):
        rest = rest_of_packet(log, position)
        assert rest is not None
        assert is_whole(everything[:position] + rest)


def test_it_waits_only_for_what_is_not_there() -> None:
    first, second = pages_of([bytes(600), bytes(200)], 2)
    begun, whole = log_of([Frame(first, 10)]), log_of([Frame(first, 10), Frame(second, 10)])
    assert rest_of_packet(begun, begun.end) is None
    assert rest_of_packet(begun, 5) is None
    assert rest_of_packet(whole, len(first)) == second


def test_of_a_page_that_was_not_begun_only_the_whole_packets_are_sent() -> None:
    first, second = pages_of([bytes(100), bytes(100), bytes(300)], 3)
    log = log_of([Frame(first, 10), Frame(second, 10)])
    assert rest_of_packet(log, 0) == whole_packets(first) != first
    assert rest_of_packet(log, 1) == first[1:] + second, "of one that was, there is no way back"


def test_a_frame_that_is_no_page_is_read_to_its_end() -> None:
    log = log_of([frame(1), frame(2)], [frame(3)])
    assert rest_of_packet(log, 0) == frame(1).data
    assert rest_of_packet(log, 10) == b""
    assert rest_of_packet(log, 13) == frame(2).data[3:]
    assert rest_of_packet(log, 29) == frame(3).data[9:]
    assert rest_of_packet(log, 30) == b""


def test_an_empty_log_is_left_at_once() -> None:
    assert rest_of_packet(FrameLog(Retention(100)), 0) == b""


def test_a_header_that_the_decoder_has_is_not_sent_again() -> None:
    stream = StreamStart("opus", 48000, 2, header=b"HEADER")
    other = StreamStart("opus", 48000, 2, header=b"ANOTHER")
    here, there = log_of([frame(1)], stream=stream), log_of([frame(2)], stream=stream)
    elsewhere = log_of([frame(3)], stream=other)
    begin = Start(6, b"HEADER")
    assert coming_from(here, here.end, there, begin) == Start(6)
    assert coming_from(here, 8, there, begin) == Start(6)
    assert coming_from(elsewhere, 8, there, begin) == begin
    here.begin(other, now=0.0)
    assert coming_from(here, 8, there, begin) == Start(6), "it has not come to the other one yet"
    assert coming_from(here, here.end, there, begin) == begin
