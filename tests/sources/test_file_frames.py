"""Files as frames: what is left out, what is not for this mount, and where they begin and end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from radiocast.config.outputs import OutputCodec, OutputConfig
from radiocast.errors import FormatError
from radiocast.formats import Frame, StreamStart, Title
from radiocast.formats.ogg.framer import OggFramer
from radiocast.formats.ogg.page import CAPTURE, measure_page, parse_page
from radiocast.sources.file_frames import MAX_TAGS, FileFrames
from tests.media import MEDIA, media
from tests.sources.tones import Tones, said_by_decoder

SERIAL = slice(14, 18)  # of an Ogg page
COVER = "METADATA_BLOCK_PICTURE=" + "A" * 100_000


def read(
    path: Path, codec: str, *, rate: int = 44_100, mono: bool = False, **more: Any
) -> list[StreamStart | Frame]:
    output = OutputConfig(codec=OutputCodec(codec), sample_rate=rate, mono=mono)
    events: list[StreamStart | Frame] = []
    with FileFrames(path, output, Title("Anna - Go", "Anna", "Go"), **more) as file:
        while found := file.read():
            events += found
    return events


def body(events: list[StreamStart | Frame]) -> bytes:
    return b"".join(e.data if isinstance(e, Frame) else e.header for e in events)


def seconds(events: list[StreamStart | Frame], rate: int = 44_100) -> float:
    return sum(event.samples for event in events if isinstance(event, Frame)) / rate


@pytest.mark.parametrize(
    ("name", "codec", "rate"),
    [
        ("cbr128.mp3", "mp3", 44_100),
        ("vbr-info-id3.mp3", "mp3", 44_100),
        ("crc128-info-id3v1.mp3", "mp3", 44_100),
        ("cbr320.mp3", "mp3", 48_000),
        ("lc.aac", "aac", 44_100),
        ("id3.aac", "aac", 48_000),
        ("vorbis.ogg", "vorbis", 44_100),
        ("vorbis-small-pages.ogg", "vorbis", 44_100),
        ("opus.opus", "opus", 48_000),
        ("opus-long-pages.ogg", "opus", 48_000),
        ("flac.oga", "flac", 8000),
        ("live.flac", "flac", 8000),
    ],
)
def test_nothing_but_frames_is_left_of_a_file(name: str, codec: str, rate: int) -> None:
    path, mono = MEDIA / name, rate == 8000
    heard = body(read(path, codec, rate=rate, mono=mono))
    assert not any(tag in heard for tag in (b"ID3", b"Info", b"Xing", b"TAG"))
    said, length = said_by_decoder(heard)
    assert said == ""
    before = said_by_decoder(media(name))[1]
    assert length == pytest.approx(before, abs=2400), "a description of the file is not heard"


@pytest.mark.parametrize(
    ("name", "codec", "rate"),
    [("vorbis.ogg", "vorbis", 44_100), ("opus.opus", "opus", 48_000), ("flac.oga", "flac", 8000)],
)
def test_the_same_ogg_file_twice_in_a_row_is_two_links(name: str, codec: str, rate: int) -> None:
    twice = [body(read(MEDIA / name, codec, rate=rate, mono=rate == 8000)) for _ in range(2)]
    assert twice[0][SERIAL] != twice[1][SERIAL]
    said, length = said_by_decoder(b"".join(twice))
    assert said == ""
    assert length == pytest.approx(2 * said_by_decoder(media(name))[1], abs=2400)


@pytest.mark.parametrize(
    ("name", "codec", "rate"),
    [("vorbis.ogg", "vorbis", 44_100), ("opus.opus", "opus", 48_000), ("flac.oga", "flac", 8000)],
)
def test_the_pages_of_a_link_are_numbered_without_a_gap(name: str, codec: str, rate: int) -> None:
    heard = body(read(MEDIA / name, codec, rate=rate, mono=rate == 8000))
    numbers, at = [], 0
    while length := measure_page(bytearray(heard), at):
        page = parse_page(heard[at : at + length])
        assert page is not None
        numbers.append(page.sequence)
        at += length
    assert at == len(heard)
    assert numbers == list(range(len(numbers)))


def test_a_part_of_an_ogg_file_begins_with_a_whole_packet(tones: Tones) -> None:
    path, time, cues = tones("flac", 440, 20.0), 0.0, []
    for event in OggFramer().feed(path.read_bytes()):
        if isinstance(event, Frame):
            cues += [] if event.entry else [time]
            time += event.samples / 48_000
    assert cues, "or there is nothing to see"
    for cue in cues[:3]:
        _, first, *_ = read(path, "flac", rate=48_000, start=cue)
        assert isinstance(first, Frame)
        assert first.entry


def test_links_bear_our_title_and_no_picture(tones: Tones) -> None:
    options = f"-c:a libvorbis -metadata {COVER}"
    path = tones.encoded(options, "ogg", 440, 1.0)
    start, *_ = read(path, "vorbis", rate=48_000)
    assert isinstance(start, StreamStart)
    assert start.title == Title("Anna - Go", "Anna", "Go")
    assert b"A" * 1000 in path.read_bytes()
    assert len(start.header) < 10_000


@pytest.mark.parametrize(
    ("name", "codec", "rate", "problem"),
    [
        ("cbr128.mp3", "mp3", 48_000, "it is mp3, 44100 Hz, 2 channels, not mp3, 48000 Hz, 2 ch"),
        ("layer2.mp2", "mp3", 48_000, "it is mp2"),
        ("lc.aac", "mp3", 44_100, "it does not begin like mp3"),
        ("cbr128.mp3", "vorbis", 44_100, "it does not begin like vorbis"),
        ("opus.opus", "vorbis", 48_000, "it is opus"),
        ("live.flac", "vorbis", 48_000, "it does not begin like vorbis"),
        ("gapless/aac-48000.m4a", "aac", 48_000, "it does not begin like aac"),
        ("opus-file.webm", "opus", 48_000, "it does not begin like opus"),
        ("vorbis-skeleton.ogg", "vorbis", 22_050, "more than one stream"),
        ("free-format.mp3", "mp3", 44_100, "bitrate"),
    ],
)
def test_what_is_not_of_the_mounts_format_is_refused(
    name: str, codec: str, rate: int, problem: str
) -> None:
    mono = name == "vorbis-skeleton.ogg"
    with pytest.raises(FormatError, match=problem):
        read(MEDIA / name, codec, rate=rate, mono=mono)


@pytest.mark.parametrize(
    ("data", "problem"),
    [(b"", "there is no mp3 in it"), (b"x" * 40_000, "there is no mp3 in it")],
)
def test_a_file_that_is_called_mp3_and_is_none_is_refused(
    data: bytes, problem: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(data)
    with pytest.raises(FormatError, match=problem):
        read(path, "mp3")


def test_junk_between_the_tags_and_the_first_frame_is_passed(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(
        media("vbr-info-id3.mp3")[:10].ljust(10, b"\0") + b"\0" * 90 + media("cbr128.mp3")
    )
    assert seconds(read(path, "mp3")) == pytest.approx(2.0375, abs=0.06)


def test_so_many_tags_are_looked_behind_and_no_more(tmp_path: Path) -> None:
    tag, path = b"ID3\x04\0\0\0\0\0\x20" + b"\0" * 32, tmp_path / "a.flac"
    path.write_bytes(tag * (MAX_TAGS - 1) + media("live.flac"))
    assert read(path, "flac", rate=8000, mono=True)
    path.write_bytes(tag * (MAX_TAGS + 2) + media("live.flac"))
    with pytest.raises(FormatError, match="does not begin"):
        read(path, "flac", rate=8000, mono=True)


@pytest.mark.parametrize("codec", ["mp3", "aac", "vorbis", "opus", "flac"])
def test_a_part_begins_and_ends_within_a_frame_of_its_cues(codec: str, tones: Tones) -> None:
    path = tones(codec, 440, 20.0)
    events = read(path, codec, rate=48_000, start=3.0, end=7.0)
    frame = max(event.samples for event in events if isinstance(event, Frame)) / 48_000
    assert seconds(events, 48_000) == pytest.approx(4.0, abs=1.5 * frame)
    said, length = said_by_decoder(body(events))
    assert said == ""
    assert length / 48_000 == pytest.approx(4.0, abs=1.5 * frame + 0.1)


def test_a_chain_of_links_stays_one(tones: Tones, tmp_path: Path) -> None:
    path = tmp_path / "show.ogg"
    path.write_bytes(b"".join(tones("vorbis", hertz, 2.0).read_bytes() for hertz in (440, 660)))
    events = read(path, "vorbis", rate=48_000)
    starts = [event for event in events if isinstance(event, StreamStart)]
    serials = {start.header[SERIAL] for start in starts}
    assert len(starts) == len(serials) == 2
    assert all(start.header.startswith(CAPTURE) for start in starts)
    assert said_by_decoder(body(events))[0] == ""


def test_a_file_that_goes_on_in_another_format_ends_there(tones: Tones, tmp_path: Path) -> None:
    path = tmp_path / "show.ogg"
    files = [tones("vorbis", 440, 2.0), tones("vorbis", 440, 2.0, rate=44_100)]
    path.write_bytes(b"".join(each.read_bytes() for each in files))
    with pytest.raises(FormatError, match="it is vorbis, 44100 Hz"):
        read(path, "vorbis", rate=48_000)
