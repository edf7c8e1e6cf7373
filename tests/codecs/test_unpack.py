"""Packets out of pages and blocks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from radiocast.codecs.encode import make_encoder
from radiocast.codecs.spec import OutputSpec
from radiocast.codecs.unpack.ogg import MAX_PACKET, OggUnpacker
from radiocast.codecs.unpack.webm import unlaced
from radiocast.formats import StreamStart
from radiocast.mux.ogg import OggMuxer
from tests.mux.streams import as_bytes, pages


def unpacked(packets: list[bytes]) -> list[bytes]:
    """Through a muxer and out again."""
    muxer = OggMuxer(1, "flac", make_encoder(OutputSpec("flac", 0)).headers)
    start, *_ = muxer.link()
    assert isinstance(start, StreamStart)
    unpacker = OggUnpacker(start.header)
    events = [event for packet in packets for event in muxer.add(packet, 4608)]
    data = pages(as_bytes([*events, *muxer.close()]))
    return [packet for page in data for packet in unpacker.packets(page.data)[0]]


LONG = b"long" * 30_000  # two pages


def test_a_packet_that_goes_on_on_the_next_page_comes_out_whole() -> None:
    assert unpacked([b"one", LONG, b"two"]) == [b"one", LONG, b"two"]


def test_of_a_packet_whose_beginning_is_lost_nothing_comes_out() -> None:
    muxer = OggMuxer(1, "flac", make_encoder(OutputSpec("flac", 0)).headers)
    [start] = muxer.link()
    assert isinstance(start, StreamStart)
    events = muxer.add(LONG, 4608) + muxer.add(b"two", 4608) + muxer.close()
    _, rest, last = pages(as_bytes(events))
    unpacker = OggUnpacker(start.header)
    assert unpacker.packets(rest.data) == ([], False)
    assert unpacker.packets(last.data) == ([b"two"], True)


def test_a_packet_without_end_is_left_out() -> None:
    endless = bytes(MAX_PACKET + 1)
    assert unpacked([b"one", endless, b"two"]) == [b"one", b"two"]
    assert unpacked([endless[:-1]]) == [endless[:-1]]


@given(st.binary(max_size=60), st.sampled_from([0, 2, 4, 6]))
def test_what_a_webm_block_holds_is_never_more_than_was_there(data: bytes, lacing: int) -> None:
    if lacing and not data:
        return
    assert sum(map(len, unlaced(data, lacing))) <= len(data)


@given(st.lists(st.binary(max_size=600), min_size=1, max_size=5))
def test_xiph_lacing_comes_apart_as_it_was_put_together(packets: list[bytes]) -> None:
    sizes = b"".join(b"\xff" * (len(p) // 255) + bytes([len(p) % 255]) for p in packets[:-1])
    assert unlaced(bytes([len(packets) - 1]) + sizes + b"".join(packets), 2) == packets


def test_fixed_and_ebml_lacing_come_apart_too() -> None:
    assert unlaced(b"\x02aabbcc", 4) == [b"aa", b"bb", b"cc"]
    assert unlaced(b"\x02aabbc", 4) == []
    # RFC 9559 section 10.3.3: 800, then 500 as a difference of -300, then the rest.
    sizes = b"\x02" + b"\x43\x20" + b"\x5e\xd3"
    packets = [b"a" * 800, b"b" * 500, b"c" * 1000]
    assert unlaced(sizes + b"".join(packets), 6) == packets
    assert unlaced(sizes + b"a" * 700, 6) == []
