import numpy as np

from radiocast.codecs.audio import RATE, silence
from radiocast.formats import Title
from radiocast.studio.cues import Cue, MixSettings, Rung, Transition
from radiocast.studio.events import (
    NeedTrack,
    OnAir,
    Silence,
    TitleChanged,
    TrackEnded,
    TrackFailed,
    TrackStarted,
    Why,
)
from radiocast.studio.mixer import Mixer
from radiocast.studio.ramp import equal_power
from tests.studio.fakes import PLAIN, Heard, Shelf, Tape, constant, hear, largest_step, noise, sine


def with_emergency(files: tuple[str, ...]) -> MixSettings:
    return MixSettings(transition=Transition.OFF, emergency=files)


def play_all(mixer: Mixer, cues: list[Cue], samples: int) -> Heard:
    """Load a cue whenever one is needed."""
    waiting, pieces, events = list(cues), [], []
    mixer.load(waiting.pop(0))
    for _ in range(samples // 960):
        audio, happened = mixer.render(960)
        pieces.append(audio)
        events += happened
        if waiting and any(isinstance(event, NeedTrack) for event in happened):
            mixer.load(waiting.pop(0))
    return Heard(np.concatenate(pieces), events)


def test_a_hundred_files_cut_from_one_sine_are_that_sine_again() -> None:
    lengths = np.random.default_rng(4).integers(20_000, 60_000, 100)
    starts = np.concatenate([[0], np.cumsum(lengths)])
    shelf = Shelf()
    for number, length in enumerate(lengths):
        shelf.put(str(number), sine(int(starts[number]), int(length)))
    mixer = Mixer(PLAIN, shelf.open)
    total = int(starts[-1])
    heard = play_all(mixer, [Cue(str(n), str(n)) for n in range(100)], total + 960 * 3)
    np.testing.assert_array_equal(heard.audio[:total], sine(0, total))
    assert [event.at for event in heard.of(TrackStarted)] == starts.tolist()  # the last good again
    assert all(tape.closed for tape in shelf.opened[:100])


def test_a_fixed_crossfade_has_the_gains_of_the_formula() -> None:
    shelf = Shelf()
    shelf.put("a", constant(20 * RATE, 0.25))
    shelf.put("b", constant(20 * RATE, 0.5))
    settings = MixSettings(transition=Transition.FIXED, crossfade=4.0)
    mixer = Mixer(settings, shelf.open)
    mixer.load(Cue("a", "a"))
    mixer.render(960)
    mixer.load(Cue("b", "b"))
    heard = hear(mixer, 25 * RATE - 960)
    begin = 16 * RATE - 960
    for sample in (0, 1, RATE, 2 * RATE, 4 * RATE - 1):
        x = sample / (4 * RATE)
        expected = 0.25 * equal_power(1 - x) + 0.5 * equal_power(x)
        assert abs(heard.audio[begin + sample, 0] - expected) < 1e-5
    assert [e.at for e in heard.of(TrackStarted)] == [16 * RATE]
    assert TrackEnded(20 * RATE, "a", Why.FINISHED) in heard.events
    np.testing.assert_array_equal(heard.audio[begin + 4 * RATE :], constant(5 * RATE, 0.5))


def test_a_smart_crossfade_begins_where_the_analysis_says_and_at_full_level() -> None:
    shelf = Shelf()
    shelf.put("a", constant(20 * RATE, 0.25))
    shelf.put("b", constant(20 * RATE, 0.5))
    mixer = Mixer(MixSettings(transition=Transition.SMART, crossfade=6.0), shelf.open)
    mixer.load(Cue("a", "a", start_next=16.0, cue_out=19.0))
    mixer.render(960)
    mixer.load(Cue("b", "b"))
    heard = hear(mixer, 20 * RATE - 960)
    begin = 16 * RATE - 960
    assert [e.at for e in heard.of(TrackStarted)] == [16 * RATE]
    middle = begin + RATE * 3 // 2
    assert abs(heard.audio[begin, 0] - 0.75) < 1e-5
    assert abs(heard.audio[middle, 0] - (0.25 * equal_power(0.5) + 0.5)) < 1e-5
    assert heard.audio[begin + 3 * RATE, 0] == 0.5


def test_a_short_jingle_overlaps_by_a_quarter_of_itself_and_a_hard_one_not_at_all() -> None:
    shelf = Shelf()
    shelf.put("song", constant(20 * RATE, 0.25))
    shelf.put("jingle", constant(2 * RATE, 0.25))
    for hard, start in ((False, 19.5), (True, 20.0)):
        mixer = Mixer(MixSettings(transition=Transition.FIXED, crossfade=6.0), shelf.open)
        mixer.load(Cue("song", "song"))
        mixer.render(960)
        mixer.load(Cue("jingle", "jingle", hard=hard))
        heard = hear(mixer, 23 * RATE)
        assert heard.of(TrackStarted)[0].at == start * RATE


def test_cue_points_cut_to_the_sample_and_gain_is_in_decibels() -> None:
    shelf = Shelf()
    shelf.put("a", sine(0, 10 * RATE))
    mixer = Mixer(PLAIN, shelf.open)
    mixer.load(Cue("a", "a", cue_in=1.0, cue_out=2.5, gain_db=-6.0206))
    heard = hear(mixer, 2 * RATE)
    part = sine(RATE, RATE * 3 // 2) * np.float32(10 ** (-6.0206 / 20))
    np.testing.assert_allclose(heard.audio[: len(part)], part, atol=1e-7)
    assert TrackEnded(RATE * 3 // 2, "a", Why.FINISHED) in heard.events


def test_a_track_taken_up_in_the_middle_says_what_was_left_out() -> None:
    shelf = Shelf()
    shelf.put("a", sine(0, 10 * RATE))
    mixer = Mixer(PLAIN, shelf.open, at=5_000_000)
    mixer.load(Cue("a", "a", cue_in=1.0, resume=2.0, cue_out=9.0))
    heard = hear(mixer, RATE)
    assert TrackStarted(5_000_000, "a", 2 * RATE) in heard.events
    np.testing.assert_array_equal(heard.audio, sine(3 * RATE, RATE))


def test_a_skip_fades_to_the_next_track_without_a_step() -> None:
    shelf = Shelf()
    shelf.put("a", noise(1, 60 * RATE))
    shelf.put("b", noise(2, 60 * RATE))
    mixer = Mixer(PLAIN, shelf.open)
    mixer.load(Cue("a", "a"))
    before = hear(mixer, RATE)
    assert mixer.skip() == [NeedTrack(mixer.mixed, 0)], "at once"
    asked = hear(mixer, RATE // 2)
    mixer.load(Cue("b", "b"))
    after = hear(mixer, RATE)
    assert after.of(TrackEnded)[0].why is Why.SKIPPED
    assert largest_step(np.concatenate([before.audio, asked.audio, after.audio])) < 3.0


def test_the_next_track_is_asked_for_in_time_and_again_if_nobody_answers() -> None:
    shelf = Shelf()
    shelf.put("a", sine(0, 60 * RATE))
    mixer = Mixer(PLAIN, shelf.open)
    mixer.load(Cue("a", "a"))
    asked = hear(mixer, 59 * RATE).of(NeedTrack)
    assert [event.at / RATE for event in asked] == [40, 45, 50, 55]
    assert asked[0].within == 20 * RATE


def test_titles_follow_the_tracks_and_a_jingle_keeps_the_one_before() -> None:
    shelf = Shelf()
    shelf.put("a", sine(0, 2 * RATE))
    shelf.put("j", sine(0, RATE))
    mixer = Mixer(PLAIN, shelf.open)
    cues = [
        Cue("a", "a", title=Title("Ana - Ñandú")),
        Cue("j", "j", title=Title("jingle"), announce=False),
        Cue("b", "a", title=Title("B")),
    ]
    heard = play_all(mixer, cues, 4 * RATE)
    assert heard.of(TitleChanged) == [
        TitleChanged(0, Title("Ana - Ñandú")),
        TitleChanged(3 * RATE, Title("B")),
    ]


def test_without_a_track_the_ladder_is_climbed_down_and_up_again_with_reasons() -> None:
    shelf = Shelf()
    shelf.put("a", noise(1, 2 * RATE))
    shelf.put("sos", noise(2, 30 * RATE))
    mixer = Mixer(MixSettings(transition=Transition.OFF, emergency=("sos",)), shelf.open)
    mixer.load(Cue("a", "a", rung=Rung.REQUEST))
    down = hear(mixer, 4 * RATE)
    assert [(e.at, e.rung) for e in down.of(OnAir)] == [(0, Rung.REQUEST), (96000, Rung.EMERGENCY)]
    assert down.of(OnAir)[1].reason == "no track was loaded in time"
    mixer.load(Cue("b", "a"))
    up = hear(mixer, RATE)
    assert [e.rung for e in up.of(OnAir)] == [Rung.ROTATION]
    assert largest_step(np.concatenate([down.audio, up.audio])) < 3.0


def test_emergency_files_take_turns_and_those_that_cannot_be_played_are_left_out() -> None:
    shelf = Shelf()
    shelf.put("one", constant(2 * RATE, 0.125))
    shelf.put("two", constant(2 * RATE, 0.25))
    mixer = Mixer(with_emergency(("one", "gone", "two")), shelf.open)
    heard = hear(mixer, 9 * RATE)
    assert heard.audio[RATE :: 2 * RATE, 0].tolist() == [0.125, 0.25, 0.125, 0.25]
    assert len(heard.of(TrackFailed)) == 1
    assert [e.rung for e in heard.of(OnAir)] == [Rung.EMERGENCY]


def test_an_emergency_file_has_another_chance_after_something_else_played_well() -> None:
    shelf = Shelf()
    shelf.put("a", noise(1, 2 * RATE))
    mixer = Mixer(with_emergency(("sos",)), shelf.open)
    mixer.load(Cue("a", "a"))
    down = hear(mixer, 3 * RATE)
    assert [e.rung for e in down.of(OnAir)] == [Rung.ROTATION, Rung.LAST_GOOD]
    shelf.put("sos", noise(2, 30 * RATE))
    mixer.load(Cue("b", "a"))
    up = hear(mixer, 3 * RATE)
    assert [e.rung for e in up.of(OnAir)] == [Rung.ROTATION, Rung.EMERGENCY]


def test_other_emergency_files_do_not_make_the_last_good_track_forgotten() -> None:
    shelf = Shelf()
    shelf.put("a", noise(1, 2 * RATE))
    mixer = Mixer(with_emergency(("gone",)), shelf.open)
    mixer.load(Cue("a", "a"))
    hear(mixer, RATE)
    hear(mixer, 2 * RATE)
    mixer.configure(with_emergency(()))
    heard = hear(mixer, 2 * RATE)
    assert [e.rung for e in heard.of(OnAir)] == []
    assert heard.of(TrackStarted)[0].id == "a"


def test_without_an_emergency_file_the_last_good_track_plays_again_and_again() -> None:
    shelf = Shelf()
    shelf.put("a", sine(0, 2 * RATE))
    mixer = Mixer(MixSettings(transition=Transition.OFF, emergency=("gone",)), shelf.open)
    mixer.load(Cue("a", "a"))
    heard = hear(mixer, 7 * RATE)
    assert [e.rung for e in heard.of(OnAir)] == [Rung.ROTATION, Rung.LAST_GOOD]
    assert [e.at / RATE for e in heard.of(TrackStarted)] == [0, 2, 4, 6]
    assert [e.problem for e in heard.of(TrackFailed)] == ["no such file"]


def test_with_nothing_at_all_there_is_a_soft_tone_or_silence_by_choice() -> None:
    tone = hear(Mixer(MixSettings(), Shelf().open), RATE)
    assert 0.009 < np.abs(tone.audio).max() < 0.011
    assert [e.rung for e in tone.of(OnAir)] == [Rung.LAST_RESORT]
    quiet = hear(Mixer(PLAIN, Shelf().open), 3 * RATE)
    assert not quiet.audio.any()
    assert len(quiet.of(Silence)) == 1


def test_a_track_that_breaks_in_the_middle_is_followed_at_once() -> None:
    shelf = Shelf(a=lambda: Tape(sine(0, 60 * RATE), breaks_at=RATE))
    shelf.put("b", sine(0, 60 * RATE))
    mixer = Mixer(PLAIN, shelf.open)
    mixer.load(Cue("a", "a"))
    mixer.render(960)
    mixer.load(Cue("b", "b"))
    heard = hear(mixer, 2 * RATE)
    assert heard.of(TrackFailed) == [TrackFailed(RATE, "a", "the disk is gone")]
    assert heard.of(TrackStarted) == [TrackStarted(RATE, "b")]


def test_a_track_that_cannot_be_opened_is_reported_before_it_is_needed() -> None:
    shelf = Shelf()
    shelf.put("a", sine(0, 10 * RATE))
    mixer = Mixer(PLAIN, shelf.open)
    mixer.load(Cue("a", "a"))
    mixer.render(960)
    mixer.load(Cue("gone", "gone"))
    heard = hear(mixer, 960)
    assert heard.of(TrackFailed) == [TrackFailed(1920, "gone", "no such file")]
    assert len(heard.of(NeedTrack)) == 1


def test_a_file_without_a_sample_does_not_stop_the_station() -> None:
    shelf = Shelf()
    shelf.put("empty", silence(0))
    mixer = Mixer(MixSettings(emergency=("empty",)), shelf.open)
    mixer.load(Cue("e", "empty"))
    heard = hear(mixer, RATE)
    assert [e.id for e in heard.of(TrackFailed)] == ["e", "emergency"]
    assert [e.id for e in heard.of(TrackStarted)] == ["last resort"]


def test_long_silence_inside_a_track_skips_it() -> None:
    shelf = Shelf()
    shelf.put("a", np.concatenate([sine(0, RATE), silence(60 * RATE)]))
    shelf.put("sos", sine(0, 30 * RATE))
    mixer = Mixer(MixSettings(skip_silence=3.0, emergency=("sos",)), shelf.open)
    mixer.load(Cue("a", "a"))
    heard = hear(mixer, 8 * RATE)
    assert heard.of(TrackEnded)[0].why is Why.SILENT
    assert heard.of(OnAir)[1].rung is Rung.EMERGENCY
    assert heard.of(OnAir)[1].at < 6.5 * RATE


def test_an_unknown_duration_joins_without_a_gap_and_asks_at_once() -> None:
    shelf = Shelf(a=lambda: Tape(sine(0, 100_001), knows_duration=False))
    shelf.put("b", sine(100_001, 100_000))
    mixer = Mixer(MixSettings(transition=Transition.FIXED, tone=False), shelf.open)
    mixer.load(Cue("a", "a"))
    first = hear(mixer, 960)
    assert [e.within for e in first.of(NeedTrack)] == [None]
    mixer.load(Cue("b", "b"))
    rest = hear(mixer, 150_000)
    np.testing.assert_array_equal(rest.audio, sine(960, 150_000))


def test_a_track_taken_up_in_the_middle_overlaps_the_next_as_it_would_have() -> None:
    shelf = Shelf()
    shelf.put("a", sine(0, 8 * RATE))
    shelf.put("b", sine(0, 60 * RATE))
    mixer = Mixer(MixSettings(transition=Transition.FIXED, crossfade=2.0, tone=False), shelf.open)
    mixer.load(Cue("a", "a", resume=5.0))
    hear(mixer, 960)
    mixer.load(Cue("b", "b"))
    started = hear(mixer, 2 * RATE).of(TrackStarted)
    assert [(each.at, each.id) for each in started] == [(RATE, "b")]
