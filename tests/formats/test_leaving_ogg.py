"""How a reader leaves an Ogg stream: no decoder gets half a packet."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.formats import StreamStart
from radiocast.formats.join import goes_on
from radiocast.formats.ogg.framer import OggFramer
from radiocast.formats.ogg.page import parse_page
from radiocast.formats.ogg.serials import serials
from radiocast.formats.ogg.shorten import whole_packets
from tests.formats.conformance import run, starts
from tests.formats.paging import pages_of
from tests.media import media

PACKETS = st.lists(st.integers(0, 1100).map(bytes), min_size=1, max_size=6)


@given(PACKETS, st.integers(1, 6))
def test_a_page_without_what_goes_on_behind_it_is_a_page_of_whole_packets(
    packets: list[bytes], segments: int
) -> None:
    for page in pages_of(packets, segments):
        whole = parse_page(page)
        assert whole is not None
        shorter = whole_packets(page)
        ended = [packet for packet, ends in whole.packets() if ends]
        if not ended:
            assert shorter == b""
            continue
        kept = parse_page(shorter)  # None, if its checksum were wrong
        assert kept is not None
        assert list(kept.packets()) == [(packet, True) for packet in ended]
        assert (kept.granule, kept.serial, kept.sequence, kept.flags) == (
            whole.granule,
            whole.serial,
            whole.sequence,
            whole.flags,
        )


@pytest.mark.parametrize("data", [b"", b"OggS", b"\xff\xfb\x90\x64" * 20, b"Ogg" * 20])
def test_what_is_no_page_stays_as_it_is(data: bytes) -> None:
    assert whole_packets(data) == data


def test_the_middle_of_a_packet_ends_none() -> None:
    page = b"OggS\0\0" + bytes(20) + b"\x02\xff\xff" + bytes(510)
    assert whole_packets(page) == b""


def test_serial_numbers_of_header_pages() -> None:
    [start, *_] = starts(run(OggFramer(), [media("opus.opus")]))
    assert serials(start.header) == {3}  # as opusenc was told
    [start, *_] = starts(run(OggFramer(), [media("vorbis-skeleton.ogg")]))
    assert len(serials(start.header)) == 2
    assert serials(b"") == serials(b"fLaC" + bytes(40)) == frozenset()
    assert serials(b"OggS" + bytes(10)) == frozenset()


def ogg(serial: int, **changes: object) -> StreamStart:
    page = b"OggS\0\2" + bytes(8) + serial.to_bytes(4, "little") + bytes(8) + b"\1\5hello"
    said: dict[str, object] = {"codec": "opus", "sample_rate": 48000, "channels": 2}
    return StreamStart(**(said | {"header": page} | changes))  # type: ignore[arg-type]


def test_which_streams_a_player_can_go_on_with() -> None:
    assert goes_on(ogg(1), ogg(2))
    assert goes_on(ogg(1), ogg(1)), "the very same header"
    assert not goes_on(ogg(1), ogg(1, header=ogg(1).header + b"OggS")), "a serial number twice"
    assert not goes_on(ogg(1), ogg(2, codec="vorbis"))
    assert not goes_on(ogg(1), ogg(2, sample_rate=16000))
    assert not goes_on(ogg(1), ogg(2, channels=1))
    assert goes_on(StreamStart("mp3", 44100, 2), StreamStart("mp3", 44100, 2))
