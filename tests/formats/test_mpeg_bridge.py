from __future__ import annotations

import subprocess
from collections.abc import Sequence
from functools import cache

import pytest

from radiocast.formats.mpeg_audio import MpegAudioFramer
from radiocast.formats.mpeg_bridge import BRIDGE_NEEDS, bridge
from radiocast.formats.mpeg_header import parse_header
from tests.formats.conformance import frames, run
from tests.media import media

FILES = [
    "cbr128.mp3",
    "vbr-info-id3.mp3",
    "cbr320.mp3",
    "mpeg2-mono32.mp3",
    "mpeg25-mono8.mp3",
    "crc128-info-id3v1.mp3",
]


@cache
def frames_of(name: str) -> tuple[bytes, ...]:
    return tuple(frame.data for frame in frames(run(MpegAudioFramer(), [media(name)])))


def frame(head: str, fill: int) -> bytes:
    """A frame full of that byte, side information included."""
    header = parse_header(bytes.fromhex(head))
    assert header is not None
    return bytes.fromhex(head).ljust(header.length, bytes([fill]))


@pytest.mark.parametrize("name", FILES)
def test_a_bridge_is_one_silent_frame_of_the_same_stream(name: str) -> None:
    whole = frames_of(name)
    for join in range(1, len(whole)):
        made = bridge(whole[max(0, join - BRIDGE_NEEDS) : join])
        header, last = parse_header(made), parse_header(whole[join - 1])
        assert header is not None
        assert last is not None
        assert header.stream == last.stream
        assert header.length == len(made)
        assert made[1] & 1, "says it has a CRC"
        assert made[3] == whole[join - 1][3], "another stereo mode"
        assert not any(made[4 : header.main_data_at]), "asks for main data"


@pytest.mark.parametrize(
    ("head", "crc_and_side_info", "limit"),
    [
        ("fffb9064", 32, 511),
        ("fffa9064", 34, 511),
        ("fffb90c4", 17, 511),
        ("fffb1464", 32, 511),  # 96 bytes each: nine are needed
        ("fff384c4", 9, 255),
        ("fff38464", 17, 255),
        ("ffe318c4", 9, 255),  # 72 bytes each: five are needed
        ("ffe218c4", 11, 255),
    ],
)
def test_the_reservoir_is_the_end_of_the_main_data_before_the_join(
    head: str, crc_and_side_info: int, limit: int
) -> None:
    before = [frame(head, fill) for fill in range(1, BRIDGE_NEEDS + 1)]
    main_data = b"".join(data[4 + crc_and_side_info :] for data in before)
    made = bridge(before)
    assert made.endswith(main_data[-limit:])
    side_info = crc_and_side_info - 2 if head[3] in "a2" else crc_and_side_info
    assert not any(made[4 : 4 + side_info])
    assert not any(made[4 + side_info : -limit])


def test_frames_of_mixed_bitrates_are_walked_back_far_enough() -> None:
    before = [frame("fffbe064", 1), *[frame("fffb1064", fill) for fill in (2, 3, 4)]]
    small = 104 - 36
    assert bridge(before)[-511:] == (
        bytes([1]) * (511 - 3 * small) + b"".join(bytes([fill]) * small for fill in (2, 3, 4))
    )


def test_frames_of_another_stream_lend_nothing() -> None:
    other, own = frame("fffb9464", 1), frame("fffb1064", 2)
    assert bridge([other, own]) == bridge([own])
    assert bridge([other, own, own[:-1], own]) == bridge([own])


def test_where_no_bridge_is_possible_there_is_none() -> None:
    layer_2, layer_1, layer_3 = (frame(head, 1) for head in ("fffda400", "ffff4000", "fffb9064"))
    assert bridge([]) == b""
    assert bridge([layer_2]) == b""
    assert bridge([layer_1]) == b""
    assert bridge([layer_3, layer_3[:-1]]) == b""
    assert bridge([layer_3 + b"\0"]) == b""
    assert bridge([b"OggS"]) == b""
    assert bridge([b""]) == b""


def decoded(data: bytes) -> bytes:
    """The samples ffmpeg hears in these frames; any message it has is a failure."""
    command = ["ffmpeg", "-v", "error", "-xerror", "-f", "mp3", "-i", "-", "-f", "s16le", "-"]
    done = subprocess.run(command, input=data, capture_output=True, timeout=30, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout


AFTER = 6  # frames played behind each join


def fading_frames(whole: Sequence[bytes]) -> int:
    """How many frames overlap with what was before: two granules (MPEG-1: in one frame)."""
    return 1 if whole[0][1] & 0x08 else 2


def joined(whole: Sequence[bytes], at: Sequence[int], *, bridged: bool) -> list[bytes]:
    """For each join what ffmpeg hears behind it, once the silence before has faded out.

    All joins go through one decoder, as when one source takes over from another: each finds
    the main data of something else in the reservoir.
    """
    bridges = [bridge(whole[max(0, join - BRIDGE_NEEDS) : join]) if bridged else b"" for join in at]
    stream = b"".join(
        made + b"".join(whole[join : join + AFTER]) for made, join in zip(bridges, at, strict=True)
    )
    sound = decoded(stream)
    step = AFTER + bridged
    frame_size = len(sound) // (len(bridges) * step)
    fading = bridged + fading_frames(whole)
    return [
        sound[(start + fading) * frame_size : (start + step) * frame_size]
        for start in range(0, len(bridges) * step, step)
    ]


def uninterrupted(whole: Sequence[bytes], at: Sequence[int]) -> list[bytes]:
    """What the same decoder hears at these places of the uncut stream."""
    sound = decoded(b"".join(whole))
    frame_size = len(sound) // len(whole)
    fading = fading_frames(whole)
    return [sound[(join + fading) * frame_size : (join + AFTER) * frame_size] for join in at]


@pytest.mark.clients
@pytest.mark.parametrize("name", FILES)
def test_behind_a_bridge_a_decoder_hears_exactly_what_it_would_have_heard(name: str) -> None:
    whole = frames_of(name)
    every = range(1, len(whole) - AFTER)
    expected = uninterrupted(whole, every)
    assert joined(whole, every, bridged=True) == expected
    for join in (3, 20, 35):  # a decoder that has heard nothing before
        assert joined(whole, [join], bridged=True) == [expected[join - 1]]


@pytest.mark.clients
@pytest.mark.parametrize("name", FILES)
def test_without_a_bridge_it_would_not(name: str) -> None:
    """ffmpeg says nothing about it at this level, but plays silence or noise for some frames."""
    whole = frames_of(name)
    every = range(1, len(whole) - AFTER)
    expected = uninterrupted(whole, every)
    found = joined(whole, every, bridged=False)
    wrong = sum(sound != right for sound, right in zip(found, expected, strict=True))
    assert wrong > len(every) // 2
