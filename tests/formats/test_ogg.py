from __future__ import annotations

from time import process_time

import pytest

from radiocast.errors import FormatError
from radiocast.formats import Frame, Skipped, StreamStart
from radiocast.formats.ogg.framer import MAX_HEADER, OggFramer
from radiocast.formats.ogg.link import MAX_STREAMS
from radiocast.formats.ogg.page import checksum
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


def page(
    body: list[bytes], *, serial: int = 1, sequence: int = 0, granule: int = 0, flags: int = 0
) -> bytes:
    """A page with these packets, which end on it unless they are multiples of 255 long."""
    lacing = b"".join(
        b"\xff" * (len(p) // 255) + bytes(len(p) % 255 and [len(p) % 255]) for p in body
    )
    bare = b"OggS\0" + bytes([flags]) + granule.to_bytes(8, "little", signed=True)
    bare += serial.to_bytes(4, "little") + sequence.to_bytes(4, "little") + bytes(4)
    bare += bytes([len(lacing)]) + lacing + b"".join(body)
    return bare[:22] + checksum(bare) + bare[26:]


OPUS_HEAD = b"OpusHead\x01\x02\x38\x01\x80\xbb\0\0\0\0\0"  # pre-skip 312
OPUS_TAGS = b"OpusTags" + bytes(8)
OPUS_START = page([OPUS_HEAD], flags=2) + page([OPUS_TAGS], sequence=1)
TWENTY_MS = b"\xfc" + bytes(20)


@pytest.mark.parametrize(
    ("name", "codec", "rate", "channels", "pages", "samples", "header"),
    [
        # samples = what ffprobe calls the duration, times the rate (for Opus without pre-skip)
        ("vorbis.ogg", "vorbis", 44100, 2, 3, 88508, 3969),
        ("vorbis-small-pages.ogg", "vorbis", 44100, 2, 18, 88508, 3982),
        ("vorbis-skeleton.ogg", "vorbis", 22050, 1, 2, 66304, 3609),
        ("opus.opus", "opus", 48000, 2, 13, 57936, 841),
        ("opus-long-pages.ogg", "opus", 48000, 2, 3, 96336, 136),
        ("flac.oga", "flac", 8000, 1, 2, 24056, 8490),
        ("flac-ffmpeg.oga", "flac", 8000, 1, 3, 24056, 161),
        ("speex.ogg", "speex", 16000, 1, 4, 48177, 190),
        ("theora.ogv", "vorbis", 44100, 1, 38, 88508, 6698),
    ],
)
def test_frozen_numbers(
    name: str, codec: str, rate: int, channels: int, pages: int, samples: int, header: int
) -> None:
    [start, *rest] = check_framer(OggFramer, media(name), resyncs=pages > 3)
    assert isinstance(start, StreamStart)
    assert (start.codec, start.sample_rate, start.channels) == (codec, rate, channels)
    assert len(start.header) == header
    assert len(rest) == len(frames(rest)) == pages
    assert sum(frame.samples for frame in frames(rest)) == samples


@pytest.mark.parametrize("name", ["vorbis.ogg", "opus.opus", "flac.oga"])
def test_comments_become_the_title(name: str) -> None:
    [start] = starts(run(OggFramer(), [media(name)]))
    assert start.title is not None
    assert (start.title.text, start.title.artist) == ("Ärtist - Titel", "Ärtist")


@pytest.mark.parametrize("name", ["speex.ogg", "flac-ffmpeg.oga", "opus-long-pages.ogg"])
def test_a_title_needs_no_artist(name: str) -> None:
    [start] = starts(run(OggFramer(), [media(name)]))
    assert start.title is not None
    assert (start.title.text, start.title.artist) == ("Titel", "")


def test_skeleton_goes_into_the_header() -> None:
    [start] = starts(run(OggFramer(), [media("vorbis-skeleton.ogg")]))
    assert b"fishead\0" in start.header
    assert b"fisbone\0" in start.header


def test_with_theora_a_player_starts_at_key_frames_only() -> None:
    events = run(OggFramer(), [media("theora.ogv")])
    entries = [frame for frame in frames(events) if frame.entry]
    assert len(entries) == 4  # 20 pictures, a key frame every 5
    assert not any(entry.samples for entry in entries)


def test_a_chained_stream_starts_anew() -> None:
    chain = media("vorbis.ogg") + media("opus.opus") + media("opus.opus")
    events = check_framer(OggFramer, chain)
    assert [start.codec for start in starts(events)] == ["vorbis", "opus", "opus"]
    assert skipped(events) == 0


def test_a_chain_goes_on_where_a_link_was_cut_off_without_an_end() -> None:
    whole = media("vorbis-small-pages.ogg")
    cut = whole[: whole.rindex(b"OggS")]
    events = run(OggFramer(), [cut + media("opus.opus")])
    assert [start.codec for start in starts(events)] == ["vorbis", "opus"]
    assert len(frames(events)) == 17 + 13
    assert skipped(events) == 0


def test_a_link_of_headers_alone_is_announced_all_the_same() -> None:
    again = page([OPUS_HEAD], serial=2, flags=2) + page([OPUS_TAGS], serial=2, sequence=1)
    assert [len(s.header) for s in starts(run(OggFramer(), [OPUS_START + again]))] == [91, 91]


def test_a_source_joined_in_the_middle_is_skipped_until_a_stream_begins() -> None:
    late = media("vorbis-small-pages.ogg")[10_000:]
    events = run(OggFramer(), cut_every(late + media("opus.opus"), 1000))
    assert events[0] == Skipped(len(late))
    assert isinstance(events[1], StreamStart)
    assert len(frames(events)) == 13


def test_a_page_with_a_wrong_checksum_is_skipped() -> None:
    data = bytearray(media("vorbis-small-pages.ogg"))
    data[20_000] ^= 4
    good = frames(run(OggFramer(), [media("vorbis-small-pages.ogg")]))
    events = run(OggFramer(), [bytes(data)])
    assert len(frames(events)) == len(good) - 1
    assert skipped(events) in {len(frame.data) for frame in good}
    assert {f.data for f in frames(events)} < {f.data for f in good}


def test_a_page_of_an_unknown_stream_is_skipped() -> None:
    stray = page([TWENTY_MS], serial=99)
    good = page([TWENTY_MS], sequence=2, granule=960)
    events = run(OggFramer(), [OPUS_START + stray + good])
    assert events[1:] == [Skipped(len(stray)), Frame(good, 648)]


def test_a_live_stream_that_counts_from_long_ago_takes_as_long_as_its_packets() -> None:
    late = page([TWENTY_MS] * 3, sequence=7000, granule=48_000_000)
    next_ = page([TWENTY_MS] * 2, sequence=7001, granule=48_001_920)
    events = run(OggFramer(), [OPUS_START + late + next_])
    assert [frame.samples for frame in frames(events)] == [2880, 1920]


def test_a_granule_that_jumps_back_or_stands_still_does_not_stop_time() -> None:
    pages = [page([TWENTY_MS] * 2, granule=granule) for granule in (1920, 0, 0, -1, 1920)]
    events = run(OggFramer(), [OPUS_START + b"".join(pages)])
    assert [frame.samples for frame in frames(events)] == [1920 - 312, *[1920] * 4]


def test_the_first_vorbis_packet_makes_no_sound() -> None:
    [start] = starts(run(OggFramer(), [media("vorbis.ogg")]))
    lone = page([b"\0"], granule=0) + page([b"\0"], granule=512)
    events = run(OggFramer(), [start.header + lone])
    assert [frame.samples for frame in frames(events)] == [0, 512]


def test_flac_headers_end_with_the_last_block_where_nobody_counted_them() -> None:
    [start, *rest] = run(OggFramer(), [media("flac-ffmpeg.oga")])
    assert isinstance(start, StreamStart)
    uncounted = bytearray(start.header)
    assert uncounted[35:37] == b"\0\1"
    uncounted[35:37] = b"\0\0"
    second = uncounted.index(b"OggS", 1)
    uncounted[22:26] = checksum(bytes(uncounted[:second]))
    data = bytes(uncounted) + b"".join(frame.data for frame in frames(rest))
    assert run(OggFramer(), [data])[1:] == rest


def test_a_link_may_be_announced_before_all_its_streams_are() -> None:
    crowded = page([OPUS_HEAD, OPUS_TAGS], flags=2) + page([OPUS_HEAD], serial=2, flags=2)
    sound = page([TWENTY_MS], granule=960)
    events = run(OggFramer(), [crowded + sound + OPUS_START + sound])
    assert [type(event) for event in events] == [StreamStart, Frame, StreamStart, Frame]
    alone = page([OPUS_HEAD, OPUS_TAGS], flags=2)
    other = page([OPUS_HEAD], serial=2, flags=2) + page([OPUS_TAGS], serial=2)
    events = run(OggFramer(), [alone + sound + other])
    assert [type(event) for event in events] == [StreamStart, Frame, StreamStart]


def test_a_packet_counts_on_the_page_it_ends_on() -> None:
    begins = page([b"\xfc" + bytes(509)], granule=-1)
    goes_on = page([bytes(510)], granule=-1, flags=1)
    ends = page([bytes(10), TWENTY_MS], granule=48_000, flags=1)
    events = run(OggFramer(), [OPUS_START + begins + goes_on + ends])
    assert [(f.samples, f.entry) for f in frames(events)] == [(0, True), (0, False), (1920, False)]


def test_long_comments_fit_and_longer_ones_are_refused() -> None:
    tags = page([b"OpusTags" + bytes(247)]) + page([bytes(65_025)], flags=1) * 31
    fits = page([OPUS_HEAD], flags=2) + tags
    [start, _] = run(OggFramer(), [fits + page([b"end"], flags=1) + page([TWENTY_MS])])
    assert isinstance(start, StreamStart)
    assert len(start.header) > 2_000_000
    framer = OggFramer()
    assert framer.feed(fits) == []
    with pytest.raises(FormatError, match=str(MAX_HEADER)):
        framer.feed(page([bytes(65_025)], flags=1) * 2)


def test_more_logical_streams_than_anyone_multiplexes_are_refused() -> None:
    many = b"".join(page([OPUS_HEAD], serial=n, flags=2) for n in range(MAX_STREAMS + 1))
    with pytest.raises(FormatError, match="32 logical streams"):
        OggFramer().feed(many)


def test_a_header_with_a_hole_is_given_up() -> None:
    hole = page([OPUS_HEAD], flags=2) + b"noise" + page([OPUS_TAGS], sequence=1)
    assert run(OggFramer(), [hole]) == [Skipped(len(hole))]


def test_a_header_that_never_ends_is_counted_at_the_end() -> None:
    half = page([OPUS_HEAD], flags=2)
    assert run(OggFramer(), [half]) == [Skipped(len(half))]


def test_a_false_start_that_hides_pages_is_seen_through_at_the_end() -> None:
    lie = b"OggS\0\0" + bytes(20) + b"\xff" * 256
    events = run(OggFramer(), [OPUS_START + lie + page([TWENTY_MS], granule=960)])
    assert events[1] == Skipped(len(lie))
    assert len(frames(events)) == 1


@pytest.mark.parametrize("name", ["opus.opus", "vorbis-skeleton.ogg", "theora.ogv"])
def test_survives_damage_and_noise(name: str) -> None:
    words = (b"OggS", b"OggS\0\2", OPUS_START, page([TWENTY_MS]), b"\xff" * 27)
    check_survives(OggFramer, media(name)[:12_000], words, examples=40)


def test_false_long_pages_are_not_summed_up_one_inside_the_other() -> None:
    """64 KiB of checksum for every 27 bytes would be four seconds for this megabyte."""
    evil = (b"OggS\0\0" + b"\xff" * 21) * (1 << 15)
    began = process_time()
    OggFramer().feed(evil)
    assert process_time() - began < 2.0


@pytest.mark.parametrize(
    "evil",
    [
        b"OggS",
        b"OggS\0\0",
        b"OggS\0\0" + b"\xff" * 21,  # each the start of a long page
        page([OPUS_HEAD], flags=2),
        page([b""], flags=0),
    ],
)
def test_a_hostile_stream_costs_no_more_than_time_to_read_it(evil: bytes) -> None:
    data = OPUS_START + evil * ((1 << 17) // len(evil))
    began = process_time()
    events = run(OggFramer(), [data])
    assert process_time() - began < 1.5
    check_events(events, data)
    assert run(OggFramer(), cut_every(data, 4096)) == events
