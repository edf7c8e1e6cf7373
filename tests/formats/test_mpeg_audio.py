from __future__ import annotations

import pytest

from radiocast.errors import FormatError
from radiocast.formats import Event, Frame, Skipped, StreamStart
from radiocast.formats.mpeg_audio import MpegAudioFramer
from radiocast.formats.mpeg_header import FrameHeader, main_data_begin, parse_header
from tests.formats.conformance import (
    GARBAGE,
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

# As ffprobe counts them (see test_ffprobe_agrees.py), Xing frames not counted.
FILES = {
    "cbr128.mp3": (StreamStart("mp3", 44100, 2), 78, 1152, 0),
    "vbr-info-id3.mp3": (StreamStart("mp3", 44100, 2), 78, 1152, 547),
    "cbr320.mp3": (StreamStart("mp3", 48000, 2), 52, 1152, 0),
    "mpeg2-mono32.mp3": (StreamStart("mp3", 22050, 1), 118, 576, 0),
    "mpeg25-mono8.mp3": (StreamStart("mp3", 8000, 1), 44, 576, 0),
    "crc128-info-id3v1.mp3": (StreamStart("mp3", 44100, 2), 78, 1152, 545),
    "layer2.mp2": (StreamStart("mp2", 48000, 2), 51, 1152, 0),
    "layer2-mpeg2.mp2": (StreamStart("mp2", 24000, 2), 63, 1152, 0),
}
WORDS = (b"\xff\xfb\x90\x64", b"\xff\xfb\x10\xc4", b"\xff\xf3\x14\xc4" + bytes(20), b"\xff",
         b"\xff\xfb\x00\x00", b"ID3", b"ID3\x04\x00\x10\x00\x00\x01\x00", b"TAG", b"APETAGEX",
         b"\x08" + bytes(80), b"Xing", b"LYRICSBEGIN")  # fmt: skip
SILENCE = b"\xff\xfb\x90\x64" + bytes(413)
ID3V1 = b"TAG" + b"Sweep".ljust(125, b"\0")


def cut(data: bytes) -> list[Event]:
    events = run(MpegAudioFramer(), cut_every(data, PIECE))
    check_events(events, data)
    return events


def id3v2(size: int, flags: int = 0) -> bytes:
    """The ten bytes in front of a tag of that many."""
    syncsafe = bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x04\x00" + bytes([flags]) + syncsafe


def ape(size: int, flags: int) -> bytes:
    """An APE tag's header or footer."""
    numbers = (2000, size, 1, flags)
    return b"APETAGEX" + b"".join(n.to_bytes(4, "little") for n in numbers) + bytes(8)


@pytest.mark.parametrize("name", FILES)
def test_real_files_are_cut_as_the_contract_says(name: str) -> None:
    start, count, samples, length_skipped = FILES[name]
    events = check_framer(MpegAudioFramer, media(name))
    assert starts(events) == [start]
    assert len(frames(events)) == count
    assert {frame.samples for frame in frames(events)} == {samples}
    assert skipped(events) == length_skipped


@pytest.mark.parametrize("name", ["cbr128.mp3", "vbr-info-id3.mp3", "mpeg25-mono8.mp3"])
def test_hostile_bytes_are_survived(name: str) -> None:
    check_survives(MpegAudioFramer, media(name)[:8000], WORDS)


def test_an_encoder_that_resumes_inside_a_frame_loses_only_that_frame() -> None:
    data = media("cbr128.mp3")
    whole = frames(cut(data))
    lengths = [len(frame.data) for frame in whole]
    for offset in range(1, lengths[0]):
        events = cut(data[offset : offset + 6000])
        assert events[0] == Skipped(lengths[0] - offset)
        got = [frame.data for frame in frames(events)]
        assert got == [frame.data for frame in whole[1 : 1 + len(got)]]
        assert len(got) >= 12


def test_a_frame_cut_off_at_the_end_is_skipped() -> None:
    data = media("cbr128.mp3")
    events = cut(data[:-1])
    assert frames(events) == frames(cut(data))[:-1]
    assert events[-1] == Skipped(len(frames(cut(data))[-1].data) - 1)


def test_a_frame_is_given_out_as_soon_as_it_is_whole() -> None:
    framer = MpegAudioFramer()
    framer.feed(SILENCE + SILENCE)
    assert framer.feed(SILENCE[:-1]) == []
    assert framer.feed(SILENCE[-1:]) == [Frame(SILENCE, 1152)]


def test_a_lying_header_in_noise_costs_no_frame() -> None:
    data = media("cbr128.mp3")
    noise = b"noise \xff\xfb\x90\x64 more noise"
    assert cut(noise + data) == [Skipped(len(noise)), *cut(data)]
    assert cut(SILENCE * 2 + noise + data) == [
        *cut(SILENCE * 2),
        Skipped(len(noise)),
        *cut(data)[1:],
    ]


def test_a_lying_header_near_the_end_does_not_hide_the_last_frames() -> None:
    long = b"\xff\xfb\xe0\x64"  # promises 1044 bytes
    assert frames(cut(long + SILENCE + SILENCE)) == [Frame(SILENCE, 1152)] * 2


def test_one_header_alone_never_makes_a_frame() -> None:
    assert cut(SILENCE) == [Skipped(len(SILENCE))]


def test_other_files_may_follow_without_a_gap() -> None:
    names = ["cbr128.mp3", "mpeg2-mono32.mp3", "layer2.mp2", "cbr320.mp3", "cbr320.mp3"]
    events = cut(b"".join(map(media, names)))
    assert starts(events) == [FILES[name][0] for name in names[:4]]
    assert len(frames(events)) == sum(FILES[name][1] for name in names)
    assert skipped(events) == 0


def test_mono_after_stereo_is_a_new_stream_and_joint_stereo_is_not() -> None:
    joint, plain, mono = (
        b"\xff\xfb\x90" + mode + bytes(413) for mode in (b"\x64", b"\x04", b"\xc4")
    )
    events = cut(joint + joint + plain + joint + mono + mono + joint + joint)
    assert [start.channels for start in starts(events)] == [2, 1, 2]
    assert [start in events for start in starts(events)]
    assert events.index(StreamStart("mp3", 44100, 1)) == 5
    assert len(frames(events)) == 8


def test_one_header_of_another_stream_is_no_new_stream() -> None:
    other = b"\xff\xfb\x94\x64" + bytes(380)  # 48 kHz, but nothing confirms it
    events = cut(SILENCE * 3 + other + SILENCE * 3)
    assert len(starts(events)) == 1
    assert frames(events) == [Frame(SILENCE, 1152)] * 6
    assert skipped(events) == len(other)


@pytest.mark.parametrize("flags", [0, 0x10])
def test_a_long_id3v2_tag_is_skipped_without_being_held(flags: int) -> None:
    size = 300_000
    tag = id3v2(size, flags) + (SILENCE * 1000)[:size] + (b"3DI" + bytes(7) if flags else b"")
    assert cut(tag + SILENCE * 2) == [Skipped(len(tag)), *cut(SILENCE * 2)]
    framer = MpegAudioFramer()
    for piece in cut_every(tag, PIECE):
        assert framer.feed(piece) == [Skipped(len(piece))]


def test_what_is_inside_a_tag_is_no_frame_however_it_is_cut() -> None:
    size = len(SILENCE) * 3
    tags = id3v2(size) + SILENCE * 3 + ape(size, 0xA0000000) + SILENCE * 3
    for length in (1, 5, 31, 33):
        events = run(MpegAudioFramer(), cut_every(tags + SILENCE * 2, length))
        assert events == [Skipped(len(tags)), *cut(SILENCE * 2)]


def test_an_id3v2_tag_with_an_impossible_size_is_not_trusted() -> None:
    for broken in (b"ID3\x04\x00\x00\x00\x00\xff\x00", b"ID3\xff\x00\x00\x7f\x00\x00\x00"):
        assert cut(broken + SILENCE * 2) == [Skipped(len(broken)), *cut(SILENCE * 2)]


def test_tags_between_files_cost_no_frame_and_no_sync() -> None:
    apev2 = ape(40 + 32, 0xA0000000) + bytes(40) + ape(40 + 32, 0x80000000)
    for tag in (
        id3v2(20) + bytes(20),
        id3v2(20, flags=0x10) + bytes(30),
        ID3V1,
        apev2,
        apev2 + ID3V1 + id3v2(1000) + bytes(1000),
    ):
        events = cut(SILENCE * 3 + tag + SILENCE)  # the last has no header behind it to confirm it
        assert events == [*cut(SILENCE * 3), Skipped(len(tag)), Frame(SILENCE, 1152)]


def test_tags_that_tell_their_length_only_at_the_end_are_passed_as_noise() -> None:
    footer_only = b"\x05\0\0\0\0\0\0\0Title\0Sweep" + ape(19 + 32, 0)
    lyrics3 = b"LYRICSBEGININD0000200LYR00005la la000041LYRICS200" + ID3V1
    for tag in (footer_only, lyrics3):
        events = cut(SILENCE * 3 + tag + SILENCE * 2)
        assert events == [*cut(SILENCE * 3), Skipped(len(tag)), *[Frame(SILENCE, 1152)] * 2]


def test_an_ape_tag_that_claims_gigabytes_is_not_trusted() -> None:
    lie = ape(0xFFFFFFF0, 0xA0000000)
    assert cut(lie + SILENCE * 2) == [Skipped(len(lie)), *cut(SILENCE * 2)]


@pytest.mark.parametrize(
    ("header", "magic", "at"),
    [
        (b"\xff\xfb\x90\x64", b"Xing", 36),
        (b"\xff\xfb\x90\x64", b"Info", 36),
        (b"\xff\xfb\x90\xc4", b"Info", 21),
        (b"\xff\xfa\x90\x64", b"Info", 36),  # ffmpeg looks for it here even behind a CRC
        (b"\xff\xfa\x90\x64", b"Info", 38),  # lame writes it here
        (b"\xff\xfb\x90\xc4", b"VBRI", 36),  # always here
    ],
)
def test_a_frame_that_tells_the_files_length_is_skipped(
    header: bytes, magic: bytes, at: int
) -> None:
    told = (header + bytes(at - 4) + magic).ljust(417, b"\0")
    audio = header + bytes(413)
    assert cut(told + audio * 2) == [Skipped(417), *cut(audio * 2)]
    assert cut(audio * 2 + told + audio)[-2:] == [Skipped(417), Frame(audio, 1152)]


def test_free_format_is_refused() -> None:
    data = media("free-format.mp3")
    for before in (b"", id3v2(5000) + bytes(5000)):
        with pytest.raises(FormatError, match="free format"):
            run(MpegAudioFramer(), cut_every(before + data, PIECE))
    with pytest.raises(FormatError, match="free format"):
        run(MpegAudioFramer(), cut_every(data, 1))


def test_free_format_with_padded_frames_is_refused() -> None:
    plain, padded = b"\xff\xfb\x00\x64" + bytes(479), b"\xff\xfb\x02\x64" + bytes(480)
    for two in (plain + padded, padded + plain):
        with pytest.raises(FormatError, match="free format"):
            run(MpegAudioFramer(), [two * 2])


def test_what_only_looks_like_free_format_is_just_noise() -> None:
    free, rest = b"\xff\xfb\x00\x64", bytes(479)
    for noise in (
        (free + rest) * 3,
        free + bytes(100) + free + bytes(100) + free + bytes(50) + free + bytes(300) + free,
        GARBAGE + (free + rest) * 9,
    ):
        assert cut(noise) == [Skipped(len(noise))]
    assert frames(cut(SILENCE * 2 + (free + rest) * 9)) == [Frame(SILENCE, 1152)] * 2


@pytest.mark.parametrize(
    "hostile",
    [
        b"\xff",
        b"\xff\xfb\x90\x00",  # a false header every four bytes
        b"\xff\xff\xe3\x10",  # two of them
        b"\xff\xfb\xe2\x00\x00",
        b"\xff\xfb\x00\x00\x00",
        b"ID3\xff",
        b"IDTAAPETAGE",
        b"APETAGEX" + b"\xff" * 12,
    ],
)
def test_no_input_costs_more_than_a_few_steps_a_byte(hostile: bytes) -> None:
    check_work(MpegAudioFramer, (hostile * (1 << 16))[: 1 << 16])


@pytest.mark.parametrize("name", ["cbr128.mp3", "mpeg25-mono8.mp3", "crc128-info-id3v1.mp3"])
def test_frames_whose_main_data_nobody_has_are_no_entries(name: str) -> None:
    whole = frames(cut(media(name)))
    assert all(frame.entry for frame in whole), "an encoder begins with an empty reservoir"
    begins = [main_data_begin(header_of(frame), frame.data) for frame in whole]
    first = next(number for number, begin in enumerate(begins) if begin > 100)
    middle = frames(cut(b"".join(frame.data for frame in whole[first:])))
    assert not middle[0].entry
    entry = next(number for number, frame in enumerate(middle) if frame.entry)
    had = sum(len(frame.data) - header_of(frame).main_data_at for frame in middle[:entry])
    assert begins[first + entry] <= had
    assert all(frame.entry for frame in middle[entry:])


def test_a_hole_empties_the_reservoir() -> None:
    whole = [frame.data for frame in frames(cut(media("cbr128.mp3")))]
    events = cut(b"".join([*whole[:20], GARBAGE, *whole[21:]]))
    assert len(starts(events)) == 1
    assert [frame.entry for frame in frames(events)][20] is False


def test_layer_ii_has_no_reservoir() -> None:
    whole = frames(cut(media("layer2.mp2")))
    assert all(frame.entry for frame in frames(cut(b"".join(f.data for f in whole[10:]))))


def header_of(frame: Frame) -> FrameHeader:
    header = parse_header(frame.data)
    assert header is not None
    return header
