from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.fanout.clip import Clip, frame_ends

MP3_FRAME = b"\xff\xfb\x94\x00" + bytes(380)  # 128 kbit/s at 48 kHz, unpadded
CLIP = Clip(bytes(range(256)) * 40, 10.0, list(range(512, 10241, 512)))


def test_mp3_frames_end_where_the_next_begins() -> None:
    assert frame_ends("mp3", MP3_FRAME * 3) == [384, 768, 1152]


def test_an_adts_frame_is_as_long_as_its_header_says() -> None:
    frame = bytes([0xFF, 0xF1, 0x50, 0x80, 0x01, 0x3F, 0xFC]) + bytes(2)
    assert frame_ends("aac", frame * 2) == [9, 18]


def test_an_ogg_page_is_as_long_as_its_lacing_says() -> None:
    page = b"OggS" + bytes(22) + bytes([2, 255, 3]) + bytes(258)
    assert frame_ends("ogg", page * 2) == [287, 574]


def test_bytes_of_another_format_are_refused() -> None:
    with pytest.raises(ValueError, match="no mp3 frame starts at byte 384"):
        frame_ends("mp3", MP3_FRAME + b"ID3")


def test_a_clip_plays_at_its_own_pace_in_whole_frames() -> None:
    assert CLIP.rate == 1024
    assert CLIP.position_at(0.4) == 0
    assert CLIP.position_at(0.6) == 512
    assert CLIP.position_at(10.6) == 10240 + 512


def test_a_clip_goes_on_after_its_end() -> None:
    assert CLIP.between(10240 - 2, 10240 + 3) == b"\xfe\xff\x00\x01\x02"
    assert CLIP.between(30720, 30723) == b"\x00\x01\x02"
    assert CLIP.between(5, 5) == b""


@given(st.floats(0, 100), st.floats(0, 100))
def test_pieces_join_to_what_was_played(first: float, second: float) -> None:
    start, end = sorted((CLIP.position_at(first), CLIP.position_at(second)))
    assert CLIP.between(0, start) + CLIP.between(start, end) == CLIP.between(0, end)


# Unlike CLIP, no part of it repeats: what `continues` relies on.
NOISE = Clip(b"".join(number.to_bytes(2, "big") for number in range(5000)), 10.0, [10000])


def test_a_stream_that_loops_continues() -> None:
    assert NOISE.continues(b"some header" + NOISE.between(9000, 26000))


def test_a_missing_byte_is_a_gap() -> None:
    heard = NOISE.between(4000, 16000)
    assert not NOISE.continues(heard[:9000] + heard[9001:])


def test_nothing_heard_is_no_proof() -> None:
    assert not NOISE.continues(b"")
    assert not NOISE.continues(b"\xff" * 10000)
