"""Runs of frames that follow each other: what a decoder says of the joins."""

from __future__ import annotations

import subprocess
from array import array
from collections.abc import Sequence
from math import log10

import pytest

from radiocast.formats import Frame, StreamStart
from radiocast.formats.adts import AdtsFramer
from radiocast.formats.mpeg_audio import MpegAudioFramer
from radiocast.formats.mpeg_header import main_data_begin, parse_header
from radiocast.formats.ogg.framer import OggFramer
from radiocast.formats.ogg.page import parse_page
from radiocast.mux.relink import end_link, ends_in_packet
from radiocast.sources.splice import Splicer
from tests.media import media
from tests.sources.tones import Tones, said_by_decoder


def frames_of(data: bytes) -> tuple[StreamStart, list[Frame]]:
    start, *events = MpegAudioFramer().feed(data)
    assert isinstance(start, StreamStart) or isinstance(events[0], StreamStart)
    starts = [event for event in (start, *events) if isinstance(event, StreamStart)]
    return starts[0], [event for event in events if isinstance(event, Frame)]


def body(events: Sequence[StreamStart | Frame]) -> bytes:
    return b"".join(e.data if isinstance(e, Frame) else e.header for e in events)


def skip(splicer: Splicer, *events: StreamStart | Frame) -> None:
    for event in events:
        splicer.skip(event)


def leans(frame: bytes) -> bool:
    header = parse_header(frame)
    assert header is not None
    return main_data_begin(header, frame) > 0


def test_a_run_from_the_beginning_of_a_file_is_all_of_it_but_the_encoders_delay() -> None:
    start, frames = frames_of(media("cbr128.mp3"))
    splicer = Splicer()
    given = [*splicer.feed([start, *frames]), *splicer.close()]
    assert given[0] == start
    assert given[2:] == frames[2:]
    assert said_by_decoder(body(given))[0] == ""


@pytest.mark.parametrize("codec", ["mp3", "aac"])
def test_where_one_encoder_follows_another_no_delay_is_heard(codec: str, tones: Tones) -> None:
    framer = MpegAudioFramer if codec == "mp3" else AdtsFramer
    run: list[StreamStart | Frame] = []
    for hertz in (440, 660):
        events = framer().feed(tones(codec, hertz, 2.0).read_bytes())
        kept = [event for event in events if isinstance(event, StreamStart | Frame)]
        run += kept[:-4]
    assert softest(body(Splicer().feed(run))) > -9
    assert softest(body(run)) < -18, "or there was nothing to leave out"


def pcm(data: bytes) -> array[int]:
    """The left channel."""
    command = "ffmpeg -nostdin -v error -i - -af pan=mono|c0=c0 -f s16le -"
    done = subprocess.run(command.split(), input=data, capture_output=True, check=True)
    return array("h", done.stdout)


def softest(data: bytes) -> float:
    """The level of the softest 5 ms in dB, without the very beginning and end."""
    samples = pcm(data)[4800:-4800]
    power = [
        sum(sample * sample for sample in samples[at : at + 240]) / 240
        for at in range(0, len(samples) - 240, 48)
    ]
    return 10 * log10(min(power) * 2 / (0.3 * 32768) ** 2 + 1e-9)


@pytest.mark.parametrize("at", [3, 20, 41])
def test_a_run_from_the_middle_begins_with_a_frame_that_stands_alone(at: int) -> None:
    start, frames = frames_of(media("cbr128.mp3"))
    splicer = Splicer()
    skip(splicer, start, *frames[:at])
    given = splicer.feed(frames[at:])
    assert leans(frames[at].data), "or there is nothing to do"
    first = given[0]
    assert isinstance(first, Frame)
    assert not leans(first.data)
    assert given[1:] == frames[at + 1 :]
    assert said_by_decoder(body([*frames[:10], *given]))[0] == ""
    assert pcm(body([*frames[:at], *given])) == pcm(body(frames)), "its sound is what it was"


def test_where_no_frame_has_room_a_silent_one_brings_what_is_missing(tones: Tones) -> None:
    options = "-c:a libmp3lame -b:a 320k -reservoir 1"
    start, frames = frames_of(tones.encoded(options, "mp3", 550, 2.0).read_bytes())
    full = next(at for at, frame in enumerate(frames) if leans(frame.data))
    splicer = Splicer()
    skip(splicer, start, *frames[:full])
    given = splicer.feed(frames[full:])
    assert len(given) == len(frames) - full + 1
    assert given[1:] == frames[full:]
    assert said_by_decoder(body([*frames[:full], *given]))[0] == ""


def test_frames_that_nobody_can_decode_are_left_out() -> None:
    data = media("cbr128.mp3")
    start, frames = frames_of(data[len(data) // 2 :])
    assert not frames[0].entry
    splicer = Splicer()
    given = splicer.feed([start, *frames])
    sound = next(at for at, frame in enumerate(frames) if frame.entry)
    assert 0 < sound < 4
    assert given[2:] == frames[sound + 1 :]
    assert said_by_decoder(body(given))[0] == ""


def test_a_run_that_was_interrupted_is_taken_up_cleanly(tones: Tones) -> None:
    start, mine = frames_of(media("cbr128.mp3"))
    _, other = frames_of(media("crc128-info-id3v1.mp3"))
    splicer = Splicer()
    run = [*splicer.feed([start, *mine[:30]]), *splicer.close()]
    again = [*splicer.rejoin(), *splicer.feed(mine[30:])]
    assert again[0] == start
    heard = body(run) + body(Splicer().feed([start, *other])) + body(again)
    assert said_by_decoder(heard)[0] == ""


def test_one_leaning_frame_alone_is_nothing() -> None:
    start, frames = frames_of(media("cbr128.mp3"))
    splicer = Splicer()
    skip(splicer, start, *frames[:20])
    assert splicer.feed([frames[20]]) == []
    assert splicer.held is frames[20]
    assert splicer.close() == []


def test_aac_frames_pass_at_once_but_for_the_first() -> None:
    splicer = Splicer()
    start, first, *others = AdtsFramer().feed(media("lc.aac"))
    assert isinstance(start, StreamStart)
    assert isinstance(first, Frame)
    assert splicer.feed([start, first]) == [start]
    for event in others:
        assert isinstance(event, StreamStart | Frame)
        assert splicer.feed([event]) == [event]


def test_a_page_with_half_a_packet_waits_and_loses_it_if_it_is_the_last(tones: Tones) -> None:
    events = OggFramer().feed(tones("flac", 550, 3.0).read_bytes())
    pages = [event for event in events if isinstance(event, Frame)]
    at = next(at for at, page in enumerate(pages) if ends_in_packet(page.data))
    start = next(event for event in events if isinstance(event, StreamStart))
    splicer = Splicer()
    run: list[StreamStart | Frame] = [start, *pages[: at + 1]]
    given = splicer.feed(run)
    assert given == run[:-1]
    heard = body([*given, *splicer.close()])
    assert said_by_decoder(heard)[0] == ""
    assert said_by_decoder(body(run) * 2)[0] != "", "or there was nothing to lose"
    assert splicer.feed(pages[at + 1 :])[0] is not pages[at]


def test_the_last_page_of_a_link_says_so() -> None:
    pages = [
        event.data for event in OggFramer().feed(media("vorbis.ogg")) if isinstance(event, Frame)
    ]
    ended = parse_page(end_link(pages[0]))
    assert ended is not None
    assert ended.eos
    assert list(ended.packets()) == [each for each in page_packets(pages[0]) if each[1]]
    assert end_link(pages[-1]) == pages[-1], "it has said so already"
    assert end_link(b"no page") == b"no page"


def page_packets(data: bytes) -> list[tuple[bytes, bool]]:
    page = parse_page(data)
    assert page is not None
    return list(page.packets())
