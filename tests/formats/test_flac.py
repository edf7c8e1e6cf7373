from __future__ import annotations

from dataclasses import replace
from time import process_time

import pytest

from radiocast.errors import FormatError
from radiocast.formats import Frame, Skipped, StreamStart
from radiocast.formats.crc16 import remainder
from radiocast.formats.flac import MAX_HEADER, FlacFramer
from radiocast.formats.flac_header import (
    FrameHeader,
    StreamInfo,
    crc8,
    parse_frame_header,
    parse_streaminfo,
)
from tests.formats.conformance import (
    check_events,
    check_framer,
    check_survives,
    cut_every,
    frames,
    run,
    skipped,
    starts,
)
from tests.media import media

FIXED = media("fixed.flac")
LIVE = media("live.flac")
HEAD = FIXED[:42]  # `fLaC` and STREAMINFO, whose last-block flag is not set


def crc16(data: bytes) -> bytes:
    """RFC 9639 section 9.3, bit by bit."""
    crc = 0
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1) ^ (0x18005 if crc & 0x8000 else 0)
    return crc.to_bytes(2, "big")


def frame(codes: bytes, body: bytes = b"") -> bytes:
    """A frame with this header (without its CRC-8): sound, though nobody could decode it."""
    whole = codes + bytes([crc8(codes)]) + body
    return whole + crc16(whole)


@pytest.mark.parametrize(
    ("data", "rate", "channels", "blocks", "samples", "header", "title"),
    [
        # as ffprobe counts packets and samples
        (FIXED, 8000, 1, 6, 24056, 8337, "Ärtist - Titel"),
        (LIVE, 8000, 1, 21, 24056, 8271, "Titel"),
    ],
    ids=["file", "live"],
)
def test_frozen_numbers(
    data: bytes, rate: int, channels: int, blocks: int, samples: int, header: int, title: str
) -> None:
    [start, *rest] = check_framer(FlacFramer, data)
    assert isinstance(start, StreamStart)
    assert (start.codec, start.sample_rate, start.channels) == ("flac", rate, channels)
    assert start.title is not None
    assert start.title.text == title
    assert len(start.header) == header
    assert len(rest) == len(frames(rest)) == blocks
    assert sum(block.samples for block in frames(rest)) == samples


def test_a_source_that_begins_again_is_a_new_stream() -> None:
    cut = LIVE[: len(LIVE) // 2]
    events = check_framer(FlacFramer, cut + FIXED)
    assert len(starts(events)) == 2
    assert skipped(events) < 3000  # the frame that was cut through
    assert frames(events)[-6:] == frames(run(FlacFramer(), [FIXED]))


def test_a_source_joined_in_the_middle_is_skipped_until_it_begins_again() -> None:
    events = run(FlacFramer(), cut_every(LIVE[9000:] + FIXED, 1000))
    assert events[0] == Skipped(len(LIVE) - 9000)
    assert len(frames(events)) == 6


def test_a_frame_with_a_wrong_checksum_is_skipped() -> None:
    good = frames(run(FlacFramer(), [LIVE]))
    damaged = bytearray(LIVE)
    damaged[20_000] ^= 1
    events = run(FlacFramer(), [bytes(damaged)])
    found = frames(events)
    [lost] = [block for block in good if block not in found]
    assert len(found) == len(good) - 1
    assert skipped(events) == len(lost.data)


def test_a_lost_frame_costs_no_other() -> None:
    good = frames(run(FlacFramer(), [LIVE]))
    events = run(FlacFramer(), [LIVE.replace(good[10].data, b"")])
    assert frames(events) == good[:10] + good[11:]
    assert skipped(events) == 0


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        # block size code 4 (2304 samples), rate code 9 (44.1 kHz), 2 channels, 16 bits
        ("fff8 49 18 00", (False, 0, 2304, 44100, 2, 16)),
        ("fff9 49 18 f3b3b3b3", (True, 0xF3CF3, 2304, 44100, 2, 16)),
        ("fff8 12 a0 c280", (False, 128, 192, 176400, 2, 0)),  # mid/side, as STREAMINFO
        ("fff8 6c 7e 01 ff 30", (False, 1, 256, 48000, 8, 32)),  # both in bytes after the number
        ("fff8 7d 02 01 ffff ac44", (False, 1, 65536, 44100, 1, 8)),
        ("fff8 fe 0a 01 1f40", (False, 1, 32768, 80000, 1, 20)),
        ("fff9 19 18 febfbfbfbfbfbf", (True, (1 << 36) - 1, 192, 44100, 2, 16)),
    ],
)
def test_frame_headers_by_hand(codes: str, expected: tuple[object, ...]) -> None:
    data = bytes.fromhex(codes)
    header = parse_frame_header(data + bytes([crc8(data)]) + bytes(8))
    assert header is not None
    assert expected == (
        header.variable,
        header.number,
        header.samples,
        header.sample_rate,
        header.channels,
        header.bits,
    )
    assert parse_frame_header(data + bytes([crc8(data) ^ 1]) + bytes(8)) is None
    assert parse_frame_header(data) is None


@pytest.mark.parametrize(
    "codes",
    [
        "fffa 49 18 00",  # not the sync code
        "fff8 09 18 00",  # reserved block size
        "fff8 4f 18 00",  # forbidden rate
        "fff8 49 b8 00",  # reserved channels
        "fff8 49 16 00",  # reserved bits
        "fff8 49 19 00",  # reserved bit
        "fff8 49 18 80",  # no number begins so
        "fff8 49 18 ff",
        "fff8 49 18 c241",  # nor goes on so
    ],
)
def test_what_is_no_frame_header(codes: str) -> None:
    data = bytes.fromhex(codes)
    assert parse_frame_header(data + bytes([crc8(data)]) + bytes(8)) is None


def test_streaminfo_by_hand() -> None:
    info = parse_streaminfo(bytes.fromhex("1000 1000 000000 000000 0ac442f0 00000000") + bytes(16))
    assert (info.max_block, info.sample_rate, info.channels, info.bits) == (4096, 44100, 2, 16)
    assert info.max_frame > 4096 * 2 * 2


@pytest.mark.parametrize("length", [0, 1, 2, 31, 32, 33, 63, 64, 65, 127, 128, 129, 4096, 5003])
def test_the_fast_checksum_is_the_one_of_the_rfc(length: int) -> None:
    data = (LIVE * 2)[9000 : 9000 + length]
    assert remainder(data + crc16(data)) == 0
    wrong = bytearray(b"\1" + data)
    wrong[length // 2] ^= 0x40
    assert remainder(bytes(wrong) + crc16(b"\1" + data)) != 0


def test_long_metadata_fits_and_longer_is_refused() -> None:
    def padding(length: int) -> bytes:
        return HEAD + b"\x81" + length.to_bytes(3, "big") + bytes(length)

    [start] = run(FlacFramer(), [padding(MAX_HEADER - 46)])
    assert isinstance(start, StreamStart)
    assert len(start.header) == MAX_HEADER
    with pytest.raises(FormatError, match=str(MAX_HEADER)):
        FlacFramer().feed(padding(MAX_HEADER - 45)[:100])


def test_a_frame_without_end_is_given_up_at_the_longest_there_can_be() -> None:
    header, first = LIVE[:8271], frames(run(FlacFramer(), [LIVE]))[0].data
    longest = parse_streaminfo(header[8:]).max_frame
    endless = first[:-2] + bytes(2 * longest)
    framer = FlacFramer()
    pieces = cut_every(header + endless, 100)
    given_back = sum(
        event.length
        for piece in pieces
        for event in framer.feed(piece)
        if isinstance(event, Skipped)
    )
    assert given_back > longest


def test_a_sound_frame_longer_than_any_is_skipped_however_it_is_cut() -> None:
    header, first = LIVE[:8271], frames(run(FlacFramer(), [LIVE]))[0].data
    longest = parse_streaminfo(header[8:]).max_frame
    for excess, whole in ((0, True), (1, False)):
        body = first[:-2] + bytes(longest - len(first) + excess)
        data = header + body + crc16(body) + frame(b"\xff\xf8\x14\x08\x01")
        events = run(FlacFramer(), [data])
        assert len(frames(events)) == 1 + whole
        assert run(FlacFramer(), cut_every(data, 100)) == events


def test_a_frame_that_seems_to_end_again_and_again_is_given_up() -> None:
    false_end = frame(b"\xff\xf8\x14\x08\x05")[:-2]  # sound header, not the next, wrong CRC-16
    framer = FlacFramer()
    framer.feed(LIVE[:8271] + frame(b"\xff\xf8\x14\x08\x00", bytes(9))[:-2])
    assert framer.feed(false_end * 8) == []
    assert skipped(framer.feed(false_end + bytes(16))) > 0


@pytest.mark.parametrize("length", range(4084, 4104))
def test_a_start_is_found_wherever_it_stands(length: int) -> None:
    """The search goes by windows of 4 KiB: none may slip through between two."""
    good = frames(run(FlacFramer(), [LIVE]))
    noise = bytes(length)
    assert len(starts(run(FlacFramer(), [LIVE[:8271] + noise + FIXED]))) == 2
    damaged = LIVE[:8271] + bytes(length) + LIVE[8271:]
    assert frames(run(FlacFramer(), [damaged])) == good


def test_a_frame_fits_its_stream() -> None:
    info = StreamInfo(max_block=4096, sample_rate=44100, channels=2, bits=16)
    good = FrameHeader(False, 0, 4096, 44100, 2, 16)
    assert good.fits(info)
    assert replace(good, sample_rate=0, bits=0).fits(info)
    assert not replace(good, samples=4097).fits(info)
    assert not replace(good, channels=1).fits(info)
    assert not replace(good, sample_rate=48000).fits(info)
    assert not replace(good, bits=24).fits(info)


@pytest.mark.parametrize("data", [FIXED[8300:], LIVE[8200:]], ids=["fixed", "live"])
def test_survives_damage_and_noise(data: bytes) -> None:
    start = HEAD[:4] + b"\x80" + HEAD[5:]
    words = (b"fLaC", start, b"\xff\xf8", frame(b"\xff\xf8\x14\x08\x01"), HEAD, b"\x84\0\0\5")
    check_survives(FlacFramer, start + data[:12_000], words, examples=40)


@pytest.mark.parametrize(
    "evil",
    [
        b"\xff\xf8",
        b"\xff" * 64,
        b"fLaC",
        HEAD[:4] + b"\x80" + HEAD[5:],
        frame(b"\xff\xf8\x14\x08\x01")[:-2],  # a header that fits, with a wrong CRC-16
        frame(b"\xff\xf8\x14\x08\x01"),
        frame(b"\xff\xf8\x14\x08\x01")[:-2] + frame(b"\xff\xf8\x14\x08\x02")[:-2],
        HEAD[:4] + b"\x80" + HEAD[5:] + b"noise",
        b"\x01\0\0\0",  # metadata blocks without end
    ],
)
def test_a_hostile_stream_costs_no_more_than_time_to_read_it(evil: bytes) -> None:
    start = HEAD if evil[0] == 1 else LIVE[:8271]
    data = start + evil * ((1 << 17) // len(evil))
    began = process_time()
    events = run(FlacFramer(), [data])
    assert process_time() - began < 1.5
    check_events(events, data)
    assert run(FlacFramer(), cut_every(data, 4096)) == events


def test_the_last_frame_needs_no_next_one() -> None:
    events = run(FlacFramer(), [LIVE])
    assert isinstance(events[-1], Frame)
    assert LIVE.endswith(events[-1].data)
