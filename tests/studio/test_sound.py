import tracemalloc

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from radiocast.codecs.audio import RATE, silence
from radiocast.studio.cues import Cue, MixSettings, Transition
from radiocast.studio.events import OverlayEnded, OverlayStarted, Silence, SoundBack, TrackFailed
from radiocast.studio.jitter import Stretcher
from radiocast.studio.limiter import LOOK_AHEAD, STEP, Limiter
from radiocast.studio.mixer import MAX_OVERLAYS, Mixer
from radiocast.studio.pcm import QUIETEST, level, to_gain
from radiocast.studio.ramp import Ramp, equal_power
from tests.studio.fakes import PLAIN, Shelf, constant, hear, largest_step, noise, sine

CEILING = to_gain(-1.0)


def limited(audio: np.ndarray, grain: int = 960) -> np.ndarray:
    limiter = Limiter(-1.0)
    whole = np.concatenate([audio, silence(-len(audio) % grain + grain)])
    out = [limiter.feed(whole[at : at + grain]) for at in range(0, len(whole), grain)]
    return np.concatenate(out)[LOOK_AHEAD : LOOK_AHEAD + len(audio)]


def test_what_stays_below_the_ceiling_passes_bit_by_bit() -> None:
    audio = noise(1, 9600, 0.6)
    np.testing.assert_array_equal(limited(audio), audio)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.lists(st.tuples(st.integers(0, 9599), st.floats(0.1, 4.0)), max_size=12),
)
def test_no_peak_gets_over_the_ceiling(seed: int, peaks: list[tuple[int, float]]) -> None:
    audio = noise(seed, 9600, 0.5)
    for at, height in peaks:
        audio[at] += height
    assert np.abs(limited(audio)).max() <= CEILING + 1e-6


def test_a_burst_is_turned_down_without_a_click_and_comes_back() -> None:
    audio = sine(0, 2 * RATE, 1000, 0.5)
    audio[RATE // 2 : RATE] *= 4
    out = limited(audio)
    gains = out[:, 0] / np.where(np.abs(audio[:, 0]) > 0.01, audio[:, 0], np.nan)
    steps = np.abs(np.diff(gains[~np.isnan(gains)]))
    assert steps.max() < 0.01
    assert level(out[RATE // 2 + 4800 : RATE]) > -5.0, "turned down no further than needed"
    np.testing.assert_allclose(out[-4800:], audio[-4800:], atol=0.002)


def test_peaks_between_the_samples_count() -> None:
    # A quarter of the sampling rate, 45 degrees off: the samples miss the peak by 3 dB.
    phase = np.arange(9600) * (np.pi / 2) + np.pi / 4
    wave = np.sin(phase).astype(np.float32) * np.float32(1.2)
    out = limited(np.stack([wave, wave], axis=1))
    true_peak = np.abs(out[2000:8000]).max() * np.sqrt(2)
    assert true_peak <= to_gain(-0.3)


def test_the_limiter_wants_whole_steps() -> None:
    with pytest.raises(ValueError, match="steps"):
        Limiter().feed(silence(STEP + 1))


def test_the_limiter_keeps_no_more_than_it_looks_ahead() -> None:
    limiter = Limiter(-1.0)
    tracemalloc.start()
    limiter.feed(sine(0, 10 * RATE))
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 20_000


def test_equal_power_keeps_the_power() -> None:
    for x in np.linspace(0, 1, 11):
        assert abs(equal_power(x) ** 2 + equal_power(1 - x) ** 2 - 1) < 1e-12


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 5000)), min_size=1, max_size=8))
def test_a_ramp_never_jumps_wherever_it_is_sent(turns: list[tuple[float, int]]) -> None:
    ramp = Ramp()
    gains = []
    for target, length in turns:
        ramp.go(target, max(length, 500))
        gains.append(ramp.apply(np.ones((length, 2), np.float32))[:, 0])
    line = np.concatenate([[1.0], *gains])
    assert np.abs(np.diff(line)).max(initial=0) <= np.pi / 2 / 500 + 1e-6


def test_levels_are_those_of_the_book() -> None:
    assert abs(level(sine(0, RATE, 1000, 1.0)) + 3.01) < 0.01
    assert level(silence(100)) == QUIETEST
    assert level(silence(0)) == QUIETEST


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0.995, 1.005).filter(lambda ratio: ratio != 1), min_size=1, max_size=30))
@example(
    [
        1.0023219361619402,
        1.0038189327114948,
        1.0002886697603264,
        0.9989266061195474,
        0.9957692799598229,
        0.995,
        0.997622259764788,
    ]
)
def test_stretching_keeps_a_sine_a_sine(ratios: list[float]) -> None:
    stretcher = Stretcher()
    source = sine(0, 40_000, 440, 0.5)
    at, out, place = 0, [], []
    now = -2.0
    for ratio in ratios:
        need = stretcher.needs(960, ratio)
        out.append(stretcher.stretch(source[at : at + need], 960)[:, 0])
        at += need
        place.append(now + np.arange(960) * ratio)
        now += 960 * ratio
    expected = 0.5 * np.sin(np.concatenate(place) * 2 * np.pi * 440 / RATE)
    assert np.abs(np.concatenate(out) - expected)[10:].max() < 0.001


def test_back_at_the_ratio_one_samples_pass_untouched() -> None:
    stretcher = Stretcher()
    source = noise(5, 20_000)
    at = 0
    for ratio in (1.003, 1.0, 1.0):
        need = stretcher.needs(960, ratio)
        out = stretcher.stretch(source[at : at + need], 960)
        at += need
    np.testing.assert_array_equal(out, source[at - 962 : at - 2])


def test_a_jingle_is_laid_over_and_the_programme_steps_back_for_it() -> None:
    shelf = Shelf()
    shelf.put("music", noise(1, 60 * RATE))
    shelf.put("jingle", silence(2 * RATE))
    mixer = Mixer(PLAIN, shelf.open)
    mixer.load(Cue("music", "music"))
    hear(mixer, 960)
    assert mixer.overlay(Cue("j", "jingle"))
    heard = hear(mixer, 4 * RATE)
    (started,), (ended,) = heard.of(OverlayStarted), heard.of(OverlayEnded)
    assert ended.at - started.at == 2 * RATE
    full = level(noise(1, RATE))
    assert abs(level(heard.audio[RATE : RATE * 3 // 2]) - full + 9.0) < 0.3
    assert abs(level(heard.audio[-RATE // 2 :]) - full) < 0.3
    assert largest_step(heard.audio) < 3.0


def test_a_jingle_that_cannot_be_played_ducks_nothing_for_long() -> None:
    mixer = Mixer(PLAIN, Shelf().open)
    assert all(mixer.overlay(Cue(str(n), "gone")) for n in range(MAX_OVERLAYS))
    assert not mixer.overlay(Cue("one more", "gone"))
    heard = hear(mixer, RATE)
    assert len(heard.of(TrackFailed)) == MAX_OVERLAYS


def test_silence_on_the_bus_is_reported_once_and_so_is_its_end() -> None:
    shelf = Shelf()
    shelf.put("a", np.concatenate([noise(1, RATE), silence(5 * RATE), noise(2, RATE)]))
    mixer = Mixer(PLAIN, shelf.open)
    mixer.load(Cue("a", "a"))
    heard = hear(mixer, 7 * RATE)
    assert [e.since for e in heard.of(Silence)] == [RATE]
    assert [e.at for e in heard.of(SoundBack)] == [6 * RATE]


def test_the_loudest_mix_stays_below_the_ceiling_and_in_time() -> None:
    shelf = Shelf()
    shelf.put("a", constant(10 * RATE, 0.8))
    shelf.put("b", constant(10 * RATE, 0.8))
    mixer = Mixer(MixSettings(transition=Transition.FIXED, crossfade=2.0), shelf.open)
    mixer.load(Cue("a", "a"))
    mixer.render(960)
    mixer.load(Cue("b", "b"))
    heard = hear(mixer, 12 * RATE)
    assert heard.audio.max() <= CEILING + 1e-6
    assert heard.audio[8 * RATE - 960 - LOOK_AHEAD, 0] == np.float32(0.8)


@given(st.lists(st.integers(1, 4000), min_size=1, max_size=8))
@settings(max_examples=20, deadline=None)
def test_the_sound_does_not_depend_on_how_much_is_rendered_at_a_time(grains: list[int]) -> None:
    shelf = Shelf()
    audio = noise(9, 60_000)
    shelf.put("a", audio)
    mixer = Mixer(PLAIN, shelf.open)
    mixer.load(Cue("a", "a"))
    out = np.concatenate([mixer.render(grain)[0] for grain in grains])
    np.testing.assert_array_equal(out, audio[: sum(grains)])
    assert mixer.at == sum(grains)
