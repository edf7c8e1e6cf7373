"""The judge of the switches is judged: it hears what is wrong, and only that."""

from __future__ import annotations

from math import pi

import numpy as np
import pytest

from tests.clients.hearing import (
    PERIOD,
    RATE,
    RISE,
    Band,
    Samples,
    Sweep,
    hear,
    level,
    silence,
    slips,
    spells,
    steps,
)

TRACK = Band("track", 3900, 4100)
SWEEP = Sweep(450, 4.0)
LIVE = SWEEP.band("live")
LOUD = 0.3


def tone(seconds: float, hertz: float = 4000) -> Samples:
    moments = np.arange(round(seconds * RATE)) / RATE
    return (LOUD * np.sin(2 * pi * hertz * moments)).astype(np.float32)


def sweep(begin: float = 0.0, end: float = SWEEP.seconds) -> Samples:
    moments = np.arange(round(begin * RATE), round(end * RATE)) / RATE
    place = moments % PERIOD
    phase = 2 * pi * (SWEEP.start * place + RISE / 2 * place**2)
    return (LOUD * np.sin(phase)).astype(np.float32)


def crossed(before: Samples, after: Samples, seconds: float = 0.3) -> Samples:
    """From one to the other at equal power."""
    length = round(seconds * RATE)
    walk = np.linspace(0, pi / 2, length)
    both = before[-length:] * np.cos(walk) + after[:length] * np.sin(walk)
    return np.concatenate([before[:-length], both, after[length:]]).astype(np.float32)


def without(samples: Samples, begin: float, seconds: float) -> Samples:
    at = round(begin * RATE)
    return np.concatenate([samples[:at], samples[at + round(seconds * RATE) :]])


def test_a_good_switch_has_no_silence_and_no_steps() -> None:
    heard = crossed(crossed(tone(1), sweep()), tone(1))
    assert silence(heard) == 0
    assert steps(heard) == []


@pytest.mark.parametrize("milliseconds", [6, 20, 333])
def test_silence_is_measured(milliseconds: int) -> None:
    heard = tone(1)
    heard[RATE // 2 : RATE // 2 + RATE * milliseconds // 1000] = 0.002
    assert silence(heard) == pytest.approx(milliseconds, abs=2)


def test_the_encoders_start_is_no_silence() -> None:
    heard = tone(1)
    heard[: RATE // 10] = 0
    assert silence(heard) == 0
    assert steps(heard) == []


@pytest.mark.parametrize("db", [-4, 4, -6, 12])
def test_a_step_is_heard_where_it_is(db: int) -> None:
    heard = np.concatenate([tone(0.5), tone(0.5) * np.float32(10 ** (db / 20))])
    (step,) = steps(heard)
    assert step.at == pytest.approx(0.5, abs=0.003)
    assert step.db == pytest.approx(db, abs=0.3)


@pytest.mark.parametrize("hertz", [450, 501, 997, 2500, 3000, 5900])
def test_a_small_step_and_a_waveform_are_none(hertz: float) -> None:
    heard = np.concatenate([tone(0.5, hertz), tone(0.5, hertz) * np.float32(10 ** (-2.5 / 20))])
    assert steps(heard) == []


def test_a_short_hole_is_two_steps() -> None:
    heard = tone(1)
    heard[RATE // 2 : RATE // 2 + RATE // 250] = 0
    assert [step.db > 0 for step in steps(heard)] == [False, True]


def test_who_is_heard_when() -> None:
    heard = crossed(crossed(tone(1), sweep()), tone(1))
    first, second, third = spells(heard, [TRACK, LIVE])
    assert [first.name, second.name, third.name] == ["track", "live", "track"]
    assert second.begin == pytest.approx(0.85, abs=0.005)
    assert second.end == pytest.approx(0.7 + 4.0 - 0.15, abs=0.005)


def test_a_hard_change_is_found_too() -> None:
    heard = np.concatenate([tone(1), sweep(), tone(1)])
    _, second, _ = spells(heard, [TRACK, LIVE])
    assert second.begin == pytest.approx(1.0, abs=0.005)
    assert second.end == pytest.approx(5.0, abs=0.005)


def test_nobody_is_somebody() -> None:
    heard = np.concatenate([tone(1), np.zeros(RATE, np.float32), tone(1)])
    assert [spell.name for spell in spells(heard, [TRACK, LIVE])] == ["track", "", "track"]
    assert spells(tone(0.01), [TRACK]) == []


def test_a_blip_is_a_spell() -> None:
    heard = np.concatenate([sweep(0, 1), tone(0.05), sweep(1, 2)])
    assert [spell.name for spell in spells(heard, [TRACK, LIVE])] == ["live", "track", "live"]


def test_a_whole_sweep_is_heard_to_its_end() -> None:
    heard = hear(crossed(crossed(tone(1), sweep()), tone(1)), SWEEP)
    assert heard is not None
    assert heard.jumps == ()
    assert heard.begin == pytest.approx(0.71, abs=0.015)
    assert heard.first == pytest.approx(0.01, abs=0.015)
    assert heard.end == pytest.approx(4.69, abs=0.015)
    assert heard.last == pytest.approx(3.99, abs=0.015)


@pytest.mark.parametrize("place", [0.5, 1.1, 2.0, 3.3, 3.7])
@pytest.mark.parametrize("seconds", [0.02, 0.0261])
def test_a_lost_frame_is_seen(place: float, seconds: float) -> None:
    heard = hear(crossed(tone(1), without(sweep(), place, seconds)), SWEEP)
    assert heard is not None
    (jump,) = heard.jumps
    assert jump.at == pytest.approx(0.7 + place, abs=0.04)
    assert jump.by == pytest.approx(seconds, abs=0.004)


def test_a_repeated_frame_is_seen() -> None:
    heard = hear(np.concatenate([sweep(0, 2), sweep(1.974, 4)]), SWEEP)
    assert heard is not None
    (jump,) = heard.jumps
    assert jump.by == pytest.approx(-0.026, abs=0.004)


def test_a_sweep_by_another_clock_does_not_jump() -> None:
    half = len(sweep()) // 2
    moments = np.arange(half) * 1.005
    faster = np.interp(moments, np.arange(len(sweep())), sweep()).astype(np.float32)
    heard = hear(np.concatenate([faster, sweep()[round(half * 1.005) :]]), SWEEP)
    assert heard is not None
    assert heard.jumps == ()
    assert heard.last == pytest.approx(3.99, abs=0.015)


@pytest.mark.parametrize("begin", [0.5, 3.9])
def test_loss_that_the_sweeps_hide_is_told_by_the_time(begin: float) -> None:
    heard = hear(without(sweep(), begin - PERIOD, PERIOD), SWEEP)
    assert heard is not None
    assert heard.last == pytest.approx(3.6, abs=0.015)


def test_a_lost_end_is_seen() -> None:
    heard = hear(crossed(sweep(0, 3.96), tone(1)), SWEEP)
    assert heard is not None
    assert heard.last < 3.96


@pytest.mark.parametrize("seconds", [0.02, 1024 / 48_000, 0.024, 1152 / 44_100, 128 / 48_000])
def test_what_is_missing_of_a_steady_tone_is_a_slip(seconds: float) -> None:
    assert slips(crossed(tone(1, 4013), sweep()), 4013) == []
    (at,) = slips(crossed(without(tone(1, 4013), 0.5, seconds), sweep()), 4013)
    assert at == pytest.approx(0.5, abs=0.03)


def test_a_tone_that_begins_again_does_not_slip() -> None:
    again = tone(1.001, 4013)[48:]
    assert slips(crossed(crossed(tone(1, 4013), sweep()), again), 4013) == []
    assert slips(tone(0.01, 4013), 4013) == []


def test_what_is_not_there_is_not_heard() -> None:
    assert hear(tone(1), SWEEP) is None


def test_a_tones_level_is_that_of_its_mean_square() -> None:
    levels = level(crossed(tone(1), sweep()), TRACK)
    assert levels[100] == pytest.approx(20 * np.log10(LOUD) - 3.01, abs=0.1)
    assert levels[-1] < -90
