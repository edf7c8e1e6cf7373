from __future__ import annotations

import pytest

from radiocast.formats import mpeg_header
from radiocast.formats.mpeg_header import MAX_FRAME_LENGTH, parse_header


@pytest.mark.parametrize(
    ("word", "layer", "rate", "channels", "length", "samples", "main_data_at"),
    [
        (0xFFFB9064, 3, 44100, 2, 417, 1152, 36),  # 128 kbit/s: the classic
        (0xFFFB9264, 3, 44100, 2, 418, 1152, 36),  # padded
        (0xFFFA9064, 3, 44100, 2, 417, 1152, 38),  # with a CRC
        (0xFFFB90C4, 3, 44100, 1, 417, 1152, 21),
        (0xFFF380C4, 3, 22050, 1, 208, 576, 13),  # MPEG-2: 72, not 144, times bitrate over rate
        (0xFFE380C4, 3, 11025, 1, 417, 576, 13),  # MPEG-2.5: only eleven sync bits
        (0xFFFDA400, 2, 48000, 2, 576, 1152, 36),
        (0xFFF58000, 2, 22050, 2, 417, 1152, 21),  # layer II has 1152 samples in MPEG-2, too
        (0xFFFF4000, 1, 44100, 2, 136, 384, 36),  # slots of four bytes: 4 * (12 * 128000 // 44100)
        (0xFFFF4200, 1, 44100, 2, 140, 384, 36),
        (0xFFE5E800, 2, 8000, 2, 2880, 1152, 21),  # nothing is longer, but with padding
    ],
)
def test_a_header_says_what_the_standard_says(
    word: int, layer: int, rate: int, channels: int, length: int, samples: int, main_data_at: int
) -> None:
    header = parse_header(b"__" + word.to_bytes(4, "big"), 2)
    assert header is not None
    assert (header.layer, header.sample_rate, header.channels) == (layer, rate, channels)
    assert (header.length, header.samples) == (length, samples)
    assert header.main_data_at == main_data_at


@pytest.mark.parametrize(
    "word",
    [
        0x7FFB9064,  # a sync bit is missing
        0xFFDB9064,
        0xFFEB9064,  # the reserved version
        0xFFF99064,  # the reserved layer
        0xFFFBF064,  # the forbidden bitrate
        0xFFFB0064,  # free format
        0xFFFB9C64,  # the reserved sample rate
        0xFFFFFFFF,
    ],
)
def test_what_is_no_header_is_none(word: int) -> None:
    assert parse_header(word.to_bytes(4, "big")) is None


def test_less_than_four_bytes_are_no_header() -> None:
    assert parse_header(b"\xff\xfb\x90") is None
    assert parse_header(b"\xff\xfb\x90\x64", 1) is None


def test_bitrate_and_stereo_mode_may_change_within_a_stream_and_nothing_else() -> None:
    def stream(word: int) -> int:
        header = parse_header(word.to_bytes(4, "big"))
        assert header is not None
        return header.stream

    classic = stream(0xFFFB9064)
    assert classic == stream(0xFFFBE264) == stream(0xFFFA9004) == stream(0xFFFB908B)
    others = {stream(word) for word in (0xFFF39064, 0xFFFD9064, 0xFFFB9464, 0xFFFB90C4)}
    assert len(others | {classic}) == 5


def test_all_headers_together_fit_the_named_bounds() -> None:
    lengths = set()
    for high in range(0xFFE0, 0x10000):
        for low in range(0, 0x10000, 64):
            header = parse_header((high << 16 | low).to_bytes(4, "big"))
            lengths.add(header.length if header else 0)
    assert max(lengths) == MAX_FRAME_LENGTH
    assert mpeg_header._parse.cache_info().currsize <= 1 << 14
