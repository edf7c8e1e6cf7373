from __future__ import annotations

import pytest

from radiocast.formats.ogg.comments import MAX_COMMENTS, parse_comments, parse_title
from radiocast.formats.ogg.mappings import UNKNOWN, identify, opus_samples
from radiocast.formats.ogg.page import MAX_PAGE, NO_GRANULE, checksum, measure_page, parse_page
from tests.media import media


def number(value: int) -> bytes:
    return value.to_bytes(4, "little")


def slow_checksum(page: bytes) -> bytes:
    """RFC 3533 section 6, bit by bit: polynomial 0x04c11db7, starts with and ends in zero."""
    crc = 0
    for byte in page[:22] + bytes(4) + page[26:]:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1) ^ (0x104C11DB7 if crc & 0x80000000 else 0)
    return crc.to_bytes(4, "little")


def test_a_page_of_oggenc_is_read() -> None:
    data = media("vorbis.ogg")
    length = measure_page(bytearray(data), 0)
    assert length == 27 + 1 + 30
    page = parse_page(data[:length])
    assert page is not None
    assert (page.bos, page.eos, page.continued) == (True, False, False)
    assert (page.serial, page.sequence, page.granule) == (1, 0, 0)
    [(packet, ends)] = page.packets()
    assert ends
    assert packet.startswith(b"\x01vorbis")


@pytest.mark.parametrize("name", ["vorbis.ogg", "opus.opus", "flac.oga", "speex.ogg"])
def test_the_fast_checksum_is_the_one_of_the_rfc(name: str) -> None:
    data = media(name)
    second = data.index(b"OggS", 1)
    assert checksum(data[:second]) == slow_checksum(data[:second]) == data[22:26]


def test_a_flipped_bit_makes_a_page_worthless() -> None:
    data = bytearray(media("vorbis.ogg")[:58])
    data[40] ^= 1
    assert parse_page(bytes(data)) is None


def test_a_page_tells_its_length_as_soon_as_its_lacing_is_there() -> None:
    head = b"OggS\0\0" + bytes(20) + b"\xff"
    assert measure_page(bytearray(head + b"\xff" * 254), 0) is None
    assert measure_page(bytearray(head + b"\xff" * 255), 0) == MAX_PAGE
    assert measure_page(bytearray(b"OggS\x01" + bytes(22)), 0) == 0


def test_a_page_in_the_middle_of_a_packet_has_parts_and_no_granule() -> None:
    bare = b"OggS\0\x01" + b"\xff" * 8 + bytes(12) + b"\x02\xff\xff" + bytes(510)
    page = parse_page(bare[:22] + checksum(bare) + bare[26:])
    assert page is not None
    assert page.continued
    assert page.granule == NO_GRANULE
    assert list(page.packets()) == [(bytes(510), False)]


@pytest.mark.parametrize(
    ("start", "samples"),
    [
        (b"\x00", 480),  # SILK 10 ms, one frame
        (b"\x19", 2 * 2880),  # SILK 60 ms, two of equal size
        (b"\x68", 960),  # hybrid 20 ms
        (b"\x80", 120),  # CELT 2.5 ms
        (b"\xfc", 960),  # CELT 20 ms, stereo: what everyone sends
        (b"\xff\x03", 3 * 960),  # as many as the second byte says
        (b"\x1b\x3f", 5760),  # more than 120 ms is not allowed
        (b"\xff", 0),
        (b"", 0),
    ],
)
def test_opus_durations_by_hand(start: bytes, samples: int) -> None:
    assert opus_samples(start) == samples


@pytest.mark.parametrize(
    "packet", [b"", b"\x01vorbis", b"OpusHead", b"\x7fFLAC", b"Speex   ", b"whatever" * 20]
)
def test_a_first_packet_that_is_short_or_strange_is_no_codec(packet: bytes) -> None:
    assert identify(packet) is UNKNOWN


def test_comments_give_a_title() -> None:
    block = number(2) + b"me" + number(3)
    for comment in ("artist=Ä", "TITLE=So = so", "nonsense"):
        block += number(len(comment.encode())) + comment.encode()
    title = parse_title(block)
    assert title is not None
    assert (title.artist, title.title, title.text) == ("Ä", "So = so", "Ä - So = so")


@pytest.mark.parametrize(
    ("comment", "text"),
    [("TITLE=alone", "alone"), ("ARTIST=alone", "alone"), ("ALBUM=x", None), ("TITLE= ", None)],
)
def test_a_title_may_be_half_there(comment: str, text: str | None) -> None:
    block = number(0) + number(1) + number(len(comment)) + comment.encode()
    title = parse_title(block)
    assert (title.text if title else None) == text


def test_lying_comments_are_read_as_far_as_they_go() -> None:
    good = number(0) + number(0xFFFFFFFF) + number(3) + b"A=1"
    assert parse_comments(good + number(0xFFFFFFFF) + b"B=2") == {"A": ["1"]}
    assert parse_comments(b"") == {}
    many = number(0) + number(0xFFFFFFFF) + (number(3) + b"A=1") * (MAX_COMMENTS + 5)
    assert len(parse_comments(many)["A"]) == MAX_COMMENTS
