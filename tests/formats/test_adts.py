from __future__ import annotations

import pytest

from radiocast.formats import Event, Frame, Skipped, StreamStart
from radiocast.formats.adts import MAX_FRAME_LENGTH, AdtsFramer, parse_header
from tests.formats.conformance import (
    PIECE,
    check_events,
    check_framer,
    check_survives,
    check_work,
    cut_every,
    frames,
    run,
    skipped,
    starts,
)
from tests.media import media

# As ffprobe counts them: see test_ffprobe_agrees.py.
FILES = {
    "lc.aac": (StreamStart("aac", 44100, 2), 88, 0),
    "mono-mpeg2.aac": (StreamStart("aac", 22050, 1), 66, 0),
    "id3.aac": (StreamStart("aac", 48000, 2), 58, 62),
}
WORDS = (b"\xff\xf1\x50\x80\x02\x1f\xfc", b"\xff\xf1\x50\x80\x01\x1f\xfc\x00", b"\xff", b"\xff\xf9",
         b"ID3\x04\x00\x10\x00\x00\x01\x00", b"TAG", b"APETAGEX", bytes(80))  # fmt: skip


def frame(
    body: bytes,
    *,
    mpeg_2: bool = False,
    crc: bool = False,
    rate_index: int = 4,
    channels: int = 2,
    blocks: int = 1,
) -> bytes:
    """A frame with the header of 14496-3 1.A.2.2; low complexity, variable rate."""
    length = 7 + 2 * crc + len(body)
    bits = 0xFFF << 44 | mpeg_2 << 43 | (not crc) << 40 | 1 << 38 | rate_index << 34
    bits |= channels << 30 | length << 13 | 0x7FF << 2 | (blocks - 1)
    return bits.to_bytes(7, "big") + bytes(2 * crc) + body


def cut(data: bytes) -> list[Event]:
    events = run(AdtsFramer(), cut_every(data, PIECE))
    check_events(events, data)
    return events


FRAME = frame(bytes(200))


@pytest.mark.parametrize("name", FILES)
def test_real_files_are_cut_as_the_contract_says(name: str) -> None:
    start, count, length_skipped = FILES[name]
    events = check_framer(AdtsFramer, media(name))
    assert starts(events) == [start]
    assert len(frames(events)) == count
    assert {frame.samples for frame in frames(events)} == {1024}
    assert skipped(events) == length_skipped


@pytest.mark.parametrize("name", FILES)
def test_hostile_bytes_are_survived(name: str) -> None:
    check_survives(AdtsFramer, media(name)[:12_000], WORDS)


@pytest.mark.parametrize("mpeg_2", [False, True])
@pytest.mark.parametrize("crc", [False, True])
def test_both_standards_with_and_without_a_crc(mpeg_2: bool, crc: bool) -> None:
    data = frame(b"x", mpeg_2=mpeg_2, crc=crc)
    expected = [Skipped(5), StreamStart("aac", 44100, 2), *[Frame(data, 1024)] * 3]
    assert cut(b"noise" + data * 3) == expected


@pytest.mark.parametrize(
    ("rate_index", "rate"), [(0, 96000), (3, 48000), (6, 24000), (11, 8000), (12, 7350)]
)
def test_each_frequency_index_is_a_rate(rate_index: int, rate: int) -> None:
    data = frame(bytes(10), rate_index=rate_index)
    assert cut(b"noise" + data * 2)[:2] == [Skipped(5), StreamStart("aac", rate, 2)]


@pytest.mark.parametrize(("configuration", "channels"), [(0, 0), (1, 1), (2, 2), (6, 6), (7, 8)])
def test_each_channel_configuration_is_a_number_of_channels(
    configuration: int, channels: int
) -> None:
    data = frame(bytes(10), channels=configuration)
    assert starts(cut(data * 2)) == [StreamStart("aac", 44100, channels)]


def test_several_raw_data_blocks_in_a_frame_last_longer() -> None:
    data = frame(bytes(600), blocks=4)
    assert frames(cut(data * 2)) == [Frame(data, 4096)] * 2


@pytest.mark.parametrize(
    "head",
    [
        "fff1 5080 001f fc",  # shorter than its own header
        "fff1 5080 00ff fc",  # nothing but a header
        "fff0 5080 013f fc",  # nothing but a header and a CRC
        "fff1 7480 021f fc",  # sampling frequency index 13 is reserved
        "fff1 7c80 021f fc",  # 15 is forbidden
        "fff3 5080 021f fc",  # a layer: that is MPEG audio
        "ffe1 5080 021f fc",
        "fff1 5080 021f",  # cut off
    ],
)
def test_what_is_no_header_is_none(head: str) -> None:
    assert parse_header(bytes.fromhex(head)) is None


def test_an_encoder_that_resumes_inside_a_frame_loses_only_that_frame() -> None:
    data = media("lc.aac")
    whole = frames(cut(data))
    lengths = [len(frame.data) for frame in whole]
    for offset in range(1, lengths[0] + lengths[1]):
        lost = 1 if offset <= lengths[0] else 2
        events = cut(data[offset : offset + 6000])
        assert events[0] in (Skipped(sum(lengths[:lost]) - offset), StreamStart("aac", 44100, 2))
        assert frames(events) == whole[lost : lost + len(frames(events))]
        assert len(frames(events)) >= 12


def test_a_frame_cut_off_at_the_end_is_skipped() -> None:
    assert cut(FRAME * 3 + FRAME[:-1]) == [*cut(FRAME * 3), Skipped(len(FRAME) - 1)]


def test_a_lying_header_in_noise_costs_no_frame() -> None:
    noise = b"noise " + FRAME[:7] + b"more noise"
    assert cut(noise + FRAME * 2) == [Skipped(len(noise)), *cut(FRAME * 2)]


def test_tags_between_files_cost_no_frame_and_no_sync() -> None:
    id3 = b"ID3\x04\x00\x00\x00\x00\x02\x00" + (FRAME * 2)[:256]
    for tag in (id3, b"TAG" + bytes(125)):
        assert cut(FRAME * 2 + tag + FRAME) == [
            *cut(FRAME * 2), Skipped(len(tag)), Frame(FRAME, 1024)
        ]  # fmt: skip


def test_another_rate_or_other_channels_are_a_new_stream_once_confirmed() -> None:
    mono, slow = frame(bytes(99), channels=1), frame(bytes(99), rate_index=7)
    mpeg_2 = frame(bytes(99), mpeg_2=True)
    events = cut(FRAME * 2 + mono * 2 + slow * 2 + FRAME * 2 + mpeg_2 * 2)
    assert [(start.sample_rate, start.channels) for start in starts(events)] == [
        (44100, 2), (44100, 1), (22050, 2), (44100, 2), (44100, 2)
    ]  # fmt: skip
    assert skipped(events) == 0
    assert skipped(cut(FRAME * 2 + mono + FRAME * 2)) == len(mono)


def test_the_longest_frame_fits_the_bound() -> None:
    longest = frame(bytes(MAX_FRAME_LENGTH - 7))
    assert frames(run(AdtsFramer(), cut_every(longest * 3, 1))) == [Frame(longest, 1024)] * 3


@pytest.mark.parametrize("hostile", ["ff", "fff150", "fff15080ffff", "fff15080021ffc", "494433ff"])
def test_no_input_costs_more_than_a_few_steps_a_byte(hostile: str) -> None:
    check_work(AdtsFramer, (bytes.fromhex(hostile) * (1 << 16))[: 1 << 16])
