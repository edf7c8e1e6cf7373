"""Something else is on air that does not come through the studio: rest, and wake."""

import numpy as np
import pytest

from radiocast.codecs.audio import RATE
from radiocast.formats import Title
from radiocast.formats.mpeg_header import main_data_begin, parse_header
from radiocast.studio.commands import Load, Rest, Skip, Start, Stream, Wake
from radiocast.studio.cues import Cue
from radiocast.studio.engine import MARGIN, STEP, Engine
from radiocast.studio.events import (
    NeedTrack,
    TitleChanged,
    TrackEnded,
    TrackStarted,
    TrackUnheard,
    Why,
)
from radiocast.studio.reports import Packets, Report, Resting, Spliced, StreamBegan
from tests.studio.fakes import Shelf, longest_quiet, sine
from tests.studio.made import (
    AAC,
    FLAC,
    MP3,
    OPUS,
    OPUS_WHOLE,
    VORBIS,
    assert_contiguous,
    audible,
    decode,
    packets_of,
    plan,
)

ALL = (MP3, AAC, OPUS, OPUS_WHOLE, VORBIS, FLAC)
WOKEN = 20 * RATE + 77


def engine_with(*streams: Stream) -> Engine:
    shelf = Shelf()
    shelf.put("a", sine(0, 60 * RATE, 440, 0.4))
    shelf.put("b", sine(0, 60 * RATE, 440, 0.4))
    engine = Engine(Start(plan(*streams)), open_=shelf.open)
    engine.do(Load(Cue("a", "a", title=Title("A"))))
    return engine


def run_to_rest(engine: Engine, on_air: float) -> list[Report]:
    """4 s are there when the rest is wanted."""
    reports: list[Report] = []
    while engine.at < 4 * RATE:
        reports += engine.step()
    engine.do(Rest())
    assert engine.urgent
    reports += engine.splice(round(on_air * RATE))
    while not engine.resting:
        reports += engine.step()
    return reports


def wake(
    engine: Engine, at: int = WOKEN, seconds: float = 2.0, *, grace: bool = False
) -> list[Report]:
    engine.do(Load(Cue("b", "b", title=Title("B"))))
    engine.do(Wake(at, grace))
    assert not engine.resting
    reports: list[Report] = []
    for _ in range(round(seconds * RATE / STEP)):
        reports += engine.step()
    return reports


@pytest.mark.parametrize("stream", ALL, ids=lambda stream: stream.id)
def test_it_fades_down_soon_and_then_there_are_no_packets(stream: Stream) -> None:
    engine = engine_with(stream)
    reports = run_to_rest(engine, 1.0)
    (spliced,) = [each for each in reports if isinstance(each, Spliced)]
    (rested,) = [each for each in reports if isinstance(each, Resting)]
    assert rested.at == spliced.at + round(0.3 * RATE)
    assert rested.at < RATE + MARGIN + round(0.6 * RATE)
    heard = audible(reports)
    assert_contiguous(heard, stream)
    packets = packets_of(heard, stream.id)
    assert all(each.at < rested.at for each in packets)
    assert rested.at <= packets[-1].end < rested.at + 4608 + 1152
    audio = decode(heard, stream)
    last = rested.at - packets[0].at
    # Decoders keep the last packet's second half to themselves.
    tail = audio[last - 2400 : last - 1500]
    assert 20 * np.log10(np.abs(tail).max() / 0.4) < -8
    ended = [each for each in heard if isinstance(each, TrackEnded)]
    assert ended == [TrackEnded(rested.at, "a", Why.LIVE)]
    assert engine.rest(0) == []


@pytest.mark.parametrize("stream", ALL, ids=lambda stream: stream.id)
def test_it_wakes_with_a_fresh_track_and_fresh_encoders(stream: Stream) -> None:
    engine = engine_with(stream)
    run_to_rest(engine, 1.0)
    reports = wake(engine)
    (begun,) = [each for each in reports if isinstance(each, StreamBegan)]
    packets = packets_of(reports, stream.id)
    assert begun.at == packets[0].at == WOKEN
    assert_contiguous(reports, stream)
    assert [each for each in reports if isinstance(each, TrackStarted)] == [
        TrackStarted(WOKEN, "b")
    ]
    assert TitleChanged(WOKEN, Title("B")) in reports
    audio = decode(reports, stream)
    levels = np.abs(audio[: RATE // 2, 0].reshape(-1, 480)).max(axis=1) / 0.4
    assert levels[2] < 0.35, "it fades in"
    assert levels[-1] > 0.9
    np.testing.assert_allclose(
        audio[RATE // 2 : RATE, 0], sine(RATE // 2, RATE // 2, 440, 0.4)[:, 0], atol=0.06
    )
    if stream is MP3:
        frames = [frame for each in packets for frame in each.frames()]
        header = parse_header(frames[0].data)
        assert header is not None
        assert main_data_begin(header, frames[0].data) == 0
    if stream in (OPUS, OPUS_WHOLE):
        assert begun.title is not None
        assert begun.title.text == "B"


def test_while_it_rests_the_next_track_is_prepared() -> None:
    engine = engine_with(MP3)
    reports = run_to_rest(engine, 1.0)
    assert any(isinstance(each, NeedTrack) for each in reports)
    engine.do(Load(Cue("none", "no such file")))
    (failed, asked) = engine.rest(5 * RATE)
    assert type(failed).__name__ == "TrackFailed"
    assert asked == NeedTrack(5 * RATE, None)
    engine.do(Skip())
    assert not engine.urgent


def test_a_track_that_would_have_begun_in_the_rest_is_still_loaded() -> None:
    """It ends right after the fade, while encoders are still given what they need to finish."""
    shelf = Shelf()
    shelf.put("short", sine(0, round(1.5 * RATE)))
    shelf.put("b", sine(0, 60 * RATE))
    engine = Engine(Start(plan(MP3)), open_=shelf.open)
    engine.do(Load(Cue("short", "short")))
    reports = engine.step()
    engine.do(Load(Cue("b", "b")))
    reports += run_to_rest(engine, 1.0)
    assert [each.id for each in audible(reports) if isinstance(each, TrackStarted)] == ["short"]
    engine.do(Wake(WOKEN))
    assert TrackStarted(WOKEN, "b") in engine.step()


def test_to_wake_before_the_rest_is_there_is_to_wake_after_it() -> None:
    engine = engine_with(MP3, FLAC)
    engine.do(Rest())
    reports = [*engine.step()]
    engine.do(Wake(WOKEN))
    engine.do(Load(Cue("b", "b")))
    while engine.at < WOKEN + RATE:
        reports += engine.step()
    (rested,) = [each for each in reports if isinstance(each, Resting)]
    for stream in (MP3, FLAC):
        times = [each.at for each in packets_of(reports, stream.id)]
        assert WOKEN in times
        assert not [at for at in times if rested.at <= at < WOKEN]


def test_to_wake_without_a_rest_or_to_take_it_back_changes_nothing() -> None:
    engine = engine_with(MP3)
    engine.do(Wake(WOKEN))
    assert engine.step()
    assert engine.at == STEP


def test_rest_and_wake_again_and_again() -> None:
    engine = engine_with(MP3, OPUS)
    reports: list[Report] = []
    for number in range(3):
        reports += run_to_rest_now(engine)
        reports += wake(engine, at=(number + 1) * 10 * RATE)
    times = [each.at for each in reports if isinstance(each, Resting)]
    assert len(times) == 3
    woken = packets_of(reports, "mp3")
    assert isinstance(woken[0], Packets)
    assert longest_quiet(decode(reports, MP3)[4800:]) < 2400


def run_to_rest_now(engine: Engine) -> list[Report]:
    engine.do(Rest())
    reports: list[Report] = []
    while not engine.resting:
        reports += engine.step()
    return reports


def test_within_the_grace_titles_wait_for_who_may_come_back() -> None:
    engine = engine_with(MP3)
    run_to_rest(engine, 1.0)
    woken = wake(engine, seconds=7.5, grace=True)
    assert [each.id for each in woken if isinstance(each, TrackStarted)] == ["b"]
    assert not [each for each in woken if isinstance(each, TitleChanged)]
    later = [report for _ in range(10) for report in engine.step()]
    (shown,) = [each for each in later if isinstance(each, TitleChanged)]
    assert shown.title == Title("B")
    assert abs(shown.at - WOKEN - 8 * RATE) <= RATE // 10


def test_a_track_that_filled_the_gap_until_live_came_back_does_not_count() -> None:
    engine = engine_with(MP3)
    run_to_rest(engine, 1.0)
    wake(engine, seconds=3.0, grace=True)
    engine.do(Rest())
    reports = list[Report]()
    while not engine.resting:
        reports += engine.step()
    assert [each.id for each in reports if isinstance(each, TrackUnheard)] == ["b"]
    assert not [each for each in reports if isinstance(each, TitleChanged)]
