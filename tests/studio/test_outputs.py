import numpy as np
import pytest

from radiocast.codecs.audio import RATE, Audio
from radiocast.codecs.encode import make_encoder
from radiocast.codecs.errors import CodecError
from radiocast.codecs.packet import Encoder
from radiocast.codecs.spec import OutputSpec
from radiocast.formats import Title
from radiocast.formats.mpeg_header import main_data_begin, parse_header
from radiocast.studio.commands import Load, Resume, Start, Stream
from radiocast.studio.cues import Cue
from radiocast.studio.engine import STEP, Engine
from radiocast.studio.events import TitleChanged
from radiocast.studio.mediatime import PREROLL
from radiocast.studio.reports import Problem, Report, StreamBegan
from radiocast.studio.stand_alone import stand_alone
from tests.studio.fakes import Shelf, longest_quiet, noise, sine
from tests.studio.made import (
    AAC,
    FLAC,
    MP3,
    OPUS,
    OPUS_WHOLE,
    VORBIS,
    assert_contiguous,
    decode,
    packets_of,
    plan,
)

ALL = (MP3, AAC, OPUS, VORBIS, FLAC)
TUNE = sine(0, 60 * RATE, 440, 0.4)


def shelf() -> Shelf:
    shelf = Shelf()
    shelf.put("tune", TUNE)
    shelf.put("short", TUNE[: 2 * RATE])
    return shelf


def run(engine: Engine, seconds: float) -> list[Report]:
    reports: list[Report] = []
    for _ in range(round(seconds * RATE / STEP)):
        reports += engine.step()
    return reports


def phase_error(audio: Audio, begin: int, end: int) -> float:
    """How far the sound is from a 440 Hz sine that goes on and on, in samples."""
    at = np.arange(begin, end - 2400, 1200)
    window = np.hanning(2400)
    turn = np.exp(-2j * np.pi * 440 * np.arange(len(audio)) / RATE)
    phases = [np.angle(np.sum(audio[a : a + 2400, 0] * turn[a : a + 2400] * window)) for a in at]
    drift = np.abs(np.angle(np.exp(1j * (np.array(phases) - phases[0]))))
    return float(drift.max() / (2 * np.pi * 440) * RATE)


@pytest.mark.parametrize("stream", ALL, ids=lambda stream: stream.id)
def test_what_a_listener_decodes_is_the_bus(stream: Stream) -> None:
    engine = Engine(Start(plan(stream)), open_=shelf().open)
    engine.do(Load(Cue("1", "tune")))
    reports = run(engine, 3)
    assert_contiguous(reports, stream)
    heard = decode(reports, stream)
    assert len(heard) > 2.5 * RATE
    assert phase_error(heard, RATE // 2, 2 * RATE) < 1.0
    assert longest_quiet(heard[2400:-2400]) < 48


@pytest.mark.parametrize("stream", [MP3, AAC], ids=lambda stream: stream.id)
def test_the_stamps_say_when_a_frame_is_heard(stream: Stream) -> None:
    engine = Engine(Start(plan(stream)), open_=shelf().open)
    engine.do(Load(Cue("1", "tune")))
    reports = run(engine, 2)
    begin = packets_of(reports, stream.id)[0].at
    heard = decode(reports, stream)
    assert begin < 0, "the encoder's delay is heard before the first sample of the bus"
    np.testing.assert_allclose(heard[9600 - begin : 9700 - begin], TUNE[9600:9700], atol=0.05)


@pytest.mark.parametrize("stream", ALL, ids=lambda stream: stream.id)
def test_a_second_worker_takes_up_where_the_packets_of_the_first_end(stream: Stream) -> None:
    first = Engine(Start(plan(stream)), open_=shelf().open)
    first.do(Load(Cue("1", "tune")))
    before = run(first, 3)
    end = packets_of(before, stream.id)[-1].end
    at = end - PREROLL
    second = Engine(Start(plan(stream), at, None, (Resume(stream.id, end),)), open_=shelf().open)
    second.do(Load(Cue("1", "tune", resume=at / RATE)))
    after = run(second, 3)
    if stream.spec.codec in ("mp3", "aac"):
        after = [each for each in after if not isinstance(each, StreamBegan)]
    assert abs(packets_of(after, stream.id)[0].at - end) <= 1
    heard = decode(before + after, stream)
    join = end
    assert longest_quiet(heard[join - RATE : join + RATE]) < 48
    levels = np.sqrt(np.mean(heard[join - RATE : join + RATE, 0].reshape(-1, 240) ** 2, axis=1))
    assert np.abs(20 * np.log10(levels / np.median(levels))).max() < 3.0
    assert phase_error(heard, join - RATE, join + RATE) < 2.0


@pytest.mark.parametrize("stream", [MP3, AAC], ids=lambda stream: stream.id)
def test_where_two_workers_meet_each_frame_sounds_as_its_own_worker_meant_it(
    stream: Stream,
) -> None:
    both = Shelf()
    both.put("one", noise(7, 10 * RATE))
    two = sine(0, 10 * RATE, 3000, 0.1) + sine(0, 10 * RATE, 500, 0.4)
    both.put("two", two)
    first = Engine(Start(plan(stream)), open_=both.open)
    first.do(Load(Cue("1", "one")))
    before = run(first, 3)
    end = packets_of(before, stream.id)[-1].end
    at = end - PREROLL
    second = Engine(Start(plan(stream), at, None, (Resume(stream.id, end),)), open_=both.open)
    second.do(Load(Cue("2", "two")))
    after = [each for each in run(second, 2) if not isinstance(each, StreamBegan)]
    heard = decode([*before, *after], stream)
    begin = packets_of(before, stream.id)[0].at
    joined = heard[end - begin : end - begin + RATE // 2]
    # In the first frame the end of the sound before fades out.
    np.testing.assert_allclose(joined[1300:], two[PREROLL + 1300 : PREROLL + RATE // 2], atol=0.05)


def test_a_worker_that_begins_with_its_track_has_silence_for_a_run_up() -> None:
    engine = Engine(Start(plan(MP3), 1000, None, (Resume("mp3", 1000),)), open_=shelf().open)
    engine.do(Load(Cue("1", "tune")))
    reports = run(engine, 1)
    assert packets_of(reports, "mp3")[0].at == 1000


def test_equal_formats_share_an_encoder() -> None:
    made: list[OutputSpec] = []

    def make(spec: OutputSpec) -> Encoder:
        made.append(spec)
        return make_encoder(spec)

    engine = Engine(Start(plan(OPUS, OPUS_WHOLE)), open_=shelf().open, make=make)
    engine.do(Load(Cue("1", "tune")))
    reports = run(engine, 1)
    assert made == [OPUS.spec]
    assert packets_of(reports, "opus")
    assert packets_of(reports, "whole")


def test_titles_begin_links_where_they_are_chained_and_nowhere_else() -> None:
    engine = Engine(Start(plan(OPUS, OPUS_WHOLE, MP3)), open_=shelf().open)
    engine.do(Load(Cue("1", "short", title=Title("", artist="A", title="One"))))
    reports = run(engine, 0.5)
    engine.do(Load(Cue("2", "tune", title=Title("", artist="Ñ", title="日本"))))
    reports += run(engine, 3)
    begun = [each for each in reports if isinstance(each, StreamBegan)]
    chained = [each for each in begun if each.stream == "opus"]
    titles = [each.title.title for each in chained if each.title]
    assert titles == ["One", "日本"]
    changed = [each.at for each in reports if isinstance(each, TitleChanged)]
    assert abs(chained[1].at - changed[1]) <= 960, "within a packet"
    assert [each.stream for each in begun].count("whole") == 1
    assert [each.stream for each in begun].count("mp3") == 1
    assert phase_error(decode(reports, OPUS), RATE, 3 * RATE) < 2.0
    assert phase_error(decode(reports, OPUS_WHOLE), RATE, 3 * RATE) < 2.0


def test_a_format_that_nothing_encodes_costs_only_itself() -> None:
    def make(spec: OutputSpec) -> Encoder:
        if spec.codec == "vorbis":
            raise CodecError("there is no libvorbisenc here")
        return make_encoder(spec)

    engine = Engine(Start(plan(VORBIS, FLAC)), open_=shelf().open, make=make)
    engine.do(Load(Cue("1", "tune")))
    reports = run(engine, 0.5)
    assert Problem(0, "there is no libvorbisenc here") in reports
    assert packets_of(reports, "flac")


def test_another_sample_rate_keeps_to_media_time() -> None:
    stream = Stream("cd", OutputSpec("mp3", 128_000, sample_rate=44_100))
    engine = Engine(Start(plan(stream)), open_=shelf().open)
    engine.do(Load(Cue("1", "tune")))
    reports = run(engine, 10)
    assert_contiguous(reports, stream)
    assert abs(packets_of(reports, "cd")[-1].end - 10 * RATE) < 0.15 * RATE


def test_a_frame_stands_alone_with_the_same_sound_and_what_the_next_one_needs() -> None:
    encoder = make_encoder(MP3.spec)
    frames = [packet.data for packet in encoder.encode(noise(1, RATE) + TUNE[:RATE])]
    at = next(
        n
        for n in range(20, 40)
        if main_data_begin(parse_header(frames[n]), frames[n]) > 0  # type: ignore[arg-type]
    )
    alone = stand_alone(frames[at], frames[:at], frames[at + 1])
    header = parse_header(alone)
    assert header is not None
    assert header.length == len(alone)
    assert main_data_begin(header, alone) == 0
    assert stand_alone(alone, [], frames[at + 1]) == alone
    assert stand_alone(frames[at], [], frames[at + 1]) == frames[at], "nothing is known before"
