from __future__ import annotations

import struct
from time import process_time

import pytest

from radiocast.errors import FormatError
from radiocast.formats import Frame, Skipped, StreamStart
from radiocast.formats.webm.block import Block, parse_block
from radiocast.formats.webm.ebml import NO_ELEMENT, Head, Id, read_head
from radiocast.formats.webm.framer import MAX_ELEMENT, MAX_HEADER, MAX_LEAD_BLOCKS, WebmFramer
from radiocast.formats.webm.header import describe
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

UNKNOWN_SIZE = b"\x01" + b"\xff" * 7


def element(id_: int, content: bytes = b"", size: bytes | None = None) -> bytes:
    if size is None:
        size = (len(content) | 1 << 56).to_bytes(8, "big")
    return id_.to_bytes((id_.bit_length() + 7) // 8, "big") + size + content


def track(number: int, kind: int, codec: bytes, *audio: bytes) -> bytes:
    fields = element(Id.TRACK_NUMBER, bytes([number])) + element(Id.TRACK_TYPE, bytes([kind]))
    fields += element(Id.CODEC_ID, codec) + (element(Id.AUDIO, b"".join(audio)) if audio else b"")
    return element(Id.TRACK_ENTRY, fields)


def header(*tracks: bytes, more: bytes = b"") -> bytes:
    start = element(Id.EBML) + element(Id.SEGMENT, size=UNKNOWN_SIZE)
    return start + element(Id.TRACKS, b"".join(tracks)) + more


def cluster(time: int, *blocks: bytes) -> bytes:
    head = element(Id.CLUSTER, size=UNKNOWN_SIZE)
    return head + element(Id.TIMESTAMP, time.to_bytes(4, "big")) + b"".join(blocks)


def block(number: int, offset: int, flags: int = 0x80) -> bytes:
    content = bytes([0x80 | number]) + offset.to_bytes(2, "big", signed=True) + bytes([flags])
    return element(Id.SIMPLE_BLOCK, content + b"audio")


OPUS = header(track(1, 2, b"A_OPUS"))
FILM = header(track(1, 1, b"V_VP8"), track(2, 2, b"A_OPUS"))


@pytest.mark.parametrize(
    ("name", "codec", "rate", "channels", "blocks", "entries", "samples", "head"),
    [
        # blocks as ffprobe counts packets; samples: all but the last block
        ("opus-live.webm", "opus", 48000, 2, 61, 3, 57648, 391),
        ("opus-file.webm", "opus", 48000, 2, 101 + 1, 1, 96048, 439),  # Cues
        ("vorbis.webm", "vorbis", 44100, 2, 97, 5, 88464, 4306),
        ("aac.mka", "aac", 44100, 2, 88, 5, 89082, 381),
        ("video.webm", "opus", 48000, 2, 121 - 3, 3, 96048, 508),  # audio before key frames
    ],
)
def test_frozen_numbers(
    name: str,
    codec: str,
    rate: int,
    channels: int,
    blocks: int,
    entries: int,
    samples: int,
    head: int,
) -> None:
    [start, *rest] = check_framer(WebmFramer, media(name), resyncs=entries > 3)
    assert isinstance(start, StreamStart)
    assert (start.codec, start.sample_rate, start.channels) == (codec, rate, channels)
    assert len(start.header) == head
    assert len(rest) == len(frames(rest)) == blocks
    assert sum(frame.entry for frame in frames(rest)) == entries
    assert sum(frame.samples for frame in frames(rest)) == samples


@pytest.mark.parametrize("name", ["opus-live.webm", "vorbis.webm", "video.webm"])
def test_clusters_of_unknown_size_are_cut_alike(name: str) -> None:
    known, data = run(WebmFramer(), [media(name)]), media(name)
    browser = bytearray(data)  # a browser's MediaRecorder leaves sizes open
    at = 0
    while (at := data.find(Id.CLUSTER.to_bytes(4, "big"), at)) >= 0:
        head = read_head(data, at)
        assert head is not None
        size_length = head.length - 4
        browser[at + 4 : at + head.length] = ((2 << 7 * size_length) - 1).to_bytes(
            size_length, "big"
        )
        at += head.length
    events = check_framer(WebmFramer, bytes(browser), resyncs=False)
    shape = [(f.samples, f.entry, len(f.data)) for f in frames(known)]
    assert [(f.samples, f.entry, len(f.data)) for f in frames(events)] == shape
    assert bytes(browser) != data


def test_tags_become_the_title() -> None:
    [start] = starts(run(WebmFramer(), [media("vorbis.webm")]))
    assert start.title is not None
    assert start.title.text == "Titel"
    artist = element(Id.TAG_NAME, b"artist") + element(Id.TAG_STRING, "Ä".encode())
    tags = element(Id.TAGS, element(Id.TAG, element(Id.SIMPLE_TAG, artist)))
    info = element(Id.INFO, element(Id.TITLE, b"T"))
    both = describe(header(track(1, 2, b"A_OPUS"), more=info + tags)).title
    assert both is not None
    assert (both.text, both.artist, both.title) == ("Ä - T", "Ä", "T")


def test_tracks_by_hand() -> None:
    float_rate = element(Id.SAMPLING_FREQUENCY, struct.pack(">d", 44100.0))
    scale = element(Id.INFO, element(Id.TIMESTAMP_SCALE, b"\x0f\x42"))
    data = header(
        track(1, 1, b"V_VP9"),
        track(2, 2, b"A_AAC/MPEG4/LC/SBR", float_rate, element(Id.CHANNELS, b"\2")),
        track(3, 2, b"A_MPEG/L3"),
        more=scale,
    )
    description = describe(data)
    assert description.scale == 0x0F42
    assert description.has_video
    assert description.audio is description.track(2) is not None
    assert [(t.codec, t.sample_rate, t.channels) for t in description.tracks[1:]] == [
        ("aac", 44100, 2),
        ("mp3", 8000, 1),  # Matroska's defaults
    ]


@pytest.mark.parametrize("rate", [b"", b"\x7f\xc0\0\0", b"\xff\x80\0\0", b"\x7f\xf0" + bytes(6)])
def test_a_rate_that_is_no_number_of_hertz_is_none(rate: bytes) -> None:
    audio = describe(header(track(1, 2, b"A_X", element(Id.SAMPLING_FREQUENCY, rate)))).audio
    assert audio is not None
    assert audio.sample_rate == (0 if rate else 8000)


@pytest.mark.parametrize(
    ("data", "head"),
    [
        (b"\xa3\x81", Head(0xA3, 2, 1)),
        (b"\x1f\x43\xb6\x75\x01" + b"\xff" * 7, Head(Id.CLUSTER, 12, None)),
        (b"\xec\x40\x02", Head(Id.VOID, 3, 2)),  # longer than it had to be
        (b"\xec\xff", Head(Id.VOID, 2, None)),
        (b"\x08\x80", NO_ELEMENT),  # an ID of five bytes
        (b"\xec\x00", NO_ELEMENT),  # a size of nine
        (b"\x1f\x43\xb6", None),
        (b"\xec", None),
        (b"", None),
    ],
)
def test_element_heads_by_hand(data: bytes, head: Head | None) -> None:
    assert read_head(data, 0) == head


def test_blocks_by_hand() -> None:
    simple = bytes.fromhex("4102 fff6 80") + b"audio"
    assert parse_block(Id.SIMPLE_BLOCK, simple) == Block(0x102, -10, key_frame=True)
    group = element(Id.BLOCK, bytes.fromhex("81 0005 00"))
    assert parse_block(Id.BLOCK_GROUP, group) == Block(1, 5, key_frame=True)
    group += element(Id.REFERENCE_BLOCK, b"\xff")
    assert parse_block(Id.BLOCK_GROUP, group) == Block(1, 5, key_frame=False)
    assert parse_block(Id.SIMPLE_BLOCK, b"\x81\0\0") is None
    assert parse_block(Id.BLOCK_GROUP, b"") is None


def test_a_cluster_is_cut_at_its_blocks_so_that_nobody_waits_for_its_end() -> None:
    framer = WebmFramer()
    first = cluster(0, block(1, 0))
    events = framer.feed(OPUS + first + block(1, 20) + block(1, 40)[:-1])
    assert events[1:] == [Frame(first, 0), Frame(block(1, 20), 960, entry=False)]


def test_with_video_a_player_starts_at_key_frames_only() -> None:
    good = cluster(0, block(2, 0), block(2, 20), block(1, 7))
    bad = cluster(40, block(2, 0), block(1, 0, flags=0))
    [_, *rest] = run(WebmFramer(), [FILM + good + bad])
    assert rest == [Frame(good, 960), Frame(bad, 960, entry=False)]


def test_a_film_whose_picture_stands_still_is_heard_all_the_same() -> None:
    lead = [block(2, 20 * n) for n in range(MAX_LEAD_BLOCKS)]
    [_, *rest] = run(WebmFramer(), [FILM + cluster(0, *lead, block(2, 1000), block(1, 1000))])
    assert [(f.samples, f.entry) for f in frames(rest)] == [
        ((MAX_LEAD_BLOCKS - 1) * 960, False),
        (48000 * (1000 - (MAX_LEAD_BLOCKS - 1) * 20) // 1000, False),
        (0, False),
    ]


def test_cues_and_tags_between_clusters_keep_their_place() -> None:
    cues = element(Id.CUES, b"cues")
    empty = cluster(50)
    data = (
        OPUS + cluster(0, block(1, 0)) + cues + empty + cues + cluster(20, block(1, 0)) + cluster(9)
    )
    events = check_framer(WebmFramer, data, resyncs=False)
    assert [(len(f.data), f.samples, f.entry) for f in frames(events)] == [
        (len(cluster(0, block(1, 0))), 0, True),
        (len(cues), 0, False),
        (len(empty + cues), 0, False),
        (len(cluster(20, block(1, 0))), 960, True),
    ]
    assert events[-1] == Skipped(len(cluster(9)))


def test_a_second_ebml_header_begins_a_new_stream() -> None:
    data = media("opus-live.webm") + media("vorbis.webm")
    events = run(WebmFramer(), cut_every(data, 777))
    assert [start.codec for start in starts(events)] == ["opus", "vorbis"]
    assert skipped(events) == 0


def test_a_new_stream_has_times_of_its_own() -> None:
    again = OPUS + cluster(40, block(1, 0))
    events = run(WebmFramer(), [OPUS + cluster(0, block(1, 0)) + again])
    assert [frame.samples for frame in frames(events)] == [0, 0]


def test_audio_that_waits_for_a_key_frame_is_not_lost_at_the_end() -> None:
    waiting = cluster(0, block(2, 0), block(2, 20))
    assert run(WebmFramer(), [FILM + waiting])[1:] == [Frame(waiting, 960, entry=False)]


def test_times_that_jump_are_not_believed() -> None:
    times = [0, 20, 20_000, 20_020, 5, 25]
    data = OPUS + b"".join(cluster(time, block(1, 0)) for time in times)
    assert [f.samples for f in frames(run(WebmFramer(), [data]))] == [0, 960, 0, 960, 0, 960]


def test_a_stream_without_audio_has_no_clock() -> None:
    events = run(WebmFramer(), [header(track(1, 1, b"V_VP8")) + cluster(0, block(1, 0))])
    assert [(s.codec, s.sample_rate, s.channels) for s in starts(events)] == [("vp8", 0, 0)]
    assert [(f.samples, f.entry) for f in frames(events)] == [(0, True)]


def test_after_noise_the_next_cluster_counts() -> None:
    first, second = cluster(0, block(1, 0)), cluster(40, block(1, 0))
    data = OPUS + first + b"noise" + block(1, 20) + second
    events = run(WebmFramer(), [data])
    assert run(WebmFramer(), cut_every(data, 1)) == events
    assert events[1:] == [Frame(first, 0), Skipped(5 + len(block(1, 20))), Frame(second, 1920)]


def test_a_new_header_that_breaks_ends_the_stream_before() -> None:
    broken = element(Id.EBML) + element(Id.SEGMENT, size=UNKNOWN_SIZE) + b"noise"
    data = OPUS + cluster(0, block(1, 0)) + broken + cluster(40, block(1, 0))
    events = run(WebmFramer(), [data])
    assert len(frames(events)) == 1
    assert isinstance(events[-1], Skipped)


def test_a_cluster_before_any_tracks_is_skipped() -> None:
    lost = element(Id.EBML) + element(Id.SEGMENT, size=UNKNOWN_SIZE) + cluster(0, block(1, 0))
    events = run(WebmFramer(), [lost + OPUS + cluster(0, block(1, 0))])
    assert events[0] == Skipped(len(lost))
    assert len(frames(events)) == 1


def test_a_long_header_fits_and_a_longer_one_is_refused() -> None:
    void = element(Id.VOID, bytes(MAX_HEADER - len(OPUS) - 9))
    [start, _] = run(WebmFramer(), cut_every(OPUS + void + cluster(0, block(1, 0)), 1 << 18))
    assert isinstance(start, StreamStart)
    assert len(start.header) == MAX_HEADER
    with pytest.raises(FormatError, match=str(MAX_HEADER)):
        WebmFramer().feed(OPUS + element(Id.VOID, size=b"\x01\0\0\0\0\x20\0\0"))


def test_a_block_longer_than_any_is_noise() -> None:
    longest = element(Id.SIMPLE_BLOCK, bytes(MAX_ELEMENT - 9))
    data = OPUS + cluster(0, block(1, 0)) + longest + longest[:2]
    assert len(frames(run(WebmFramer(), cut_every(data, 1 << 18)))) == 2
    too_long = element(Id.SIMPLE_BLOCK, size=(MAX_ELEMENT - 8 | 1 << 56).to_bytes(8, "big"))
    framer = WebmFramer()
    events = framer.feed(OPUS + cluster(0, block(1, 0)) + too_long + cluster(40, block(1, 0)))
    assert len(frames(events)) == 2


@pytest.mark.parametrize("name", ["opus-live.webm", "video.webm"])
def test_survives_damage_and_noise(name: str) -> None:
    words = (OPUS, FILM, cluster(0), block(1, 0), element(Id.CUES), element(Id.EBML), b"\xa3\x01")
    check_survives(WebmFramer, media(name), words, examples=40)


@pytest.mark.parametrize(
    "evil",
    [
        element(Id.EBML),
        OPUS,
        cluster(0),
        Id.CLUSTER.to_bytes(4, "big"),
        element(Id.CLUSTER, size=b"\x10\x1f\xff\xf0"),
        element(Id.SIMPLE_BLOCK, size=b"\x10\x1f\xff\xf0"),
        element(Id.VOID),
        element(Id.BLOCK_GROUP, element(Id.BLOCK_GROUP, element(Id.BLOCK))),
        block(9, 0),
        b"\x1a\x45\xdf\xa3\x40",
    ],
)
def test_a_hostile_stream_costs_no_more_than_time_to_read_it(evil: bytes) -> None:
    data = OPUS + cluster(0) + evil * ((1 << 17) // len(evil))
    began = process_time()
    events = run(WebmFramer(), [data])
    assert process_time() - began < 1.5
    check_events(events, data)
    assert run(WebmFramer(), cut_every(data, 4096)) == events
