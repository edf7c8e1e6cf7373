"""From a curve of loudness to the points of a track."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.codecs.cue_points import (
    AROUND,
    MAX_OVERLAP,
    MIN_OVERLAP,
    WINDOW,
    Curve,
    Points,
    find_points,
)

SILENCE = -120.0


def curve(slots: Sequence[float], missing: float = 0.0) -> Curve:
    """What the meter says of sound whose slots of 100 ms have these levels, in LUFS.

    `missing`: seconds that the last slot is too short.
    """
    energies = [10 ** (level / 10) for level in slots]
    energies[-1] *= 1 - missing * 10
    padded = [0.0] * AROUND + energies + [0.0] * AROUND
    windows = [sum(padded[at : at + WINDOW]) / WINDOW for at in range(len(slots) + AROUND)]
    momentary = [10 * math.log10(max(window, 1e-12)) for window in windows]
    return Curve(momentary, len(slots) / 10 - missing)


def points(*parts: tuple[float, float], missing: float = 0.0) -> Points:
    """Of sound with these levels, in LUFS, for so many seconds each."""
    slots = [level for seconds, level in parts for _ in range(round(seconds * 10))]
    return find_points(curve(slots, missing))


def fade(seconds: float, start: float, end: float) -> list[tuple[float, float]]:
    """A fade, even in decibels."""
    slots = round(seconds * 10)
    return [(0.1, start + (end - start) * slot / slots) for slot in range(slots)]


def test_silence_around_a_track_is_cut_off_to_the_slot() -> None:
    found = points((2.3, SILENCE), (30, -14), (4.1, SILENCE))
    assert found.loudness == pytest.approx(-14, abs=0.1)
    assert (found.cue_in, found.start_next, found.cue_out) == (2.3, 32.3, 32.3)


@pytest.mark.parametrize("missing", [0.0, 0.03, 0.08, 0.0999])
def test_what_begins_and_ends_suddenly_is_played_whole_and_joined_without_overlap(
    missing: float,
) -> None:
    found = points((20, -14), missing=missing)
    assert (found.cue_in, found.start_next, found.cue_out) == (0, 20 - missing, 20 - missing)


@pytest.mark.parametrize("missing", [0.0, 0.08])
def test_the_dynamics_of_the_last_beat_are_no_fade(missing: float) -> None:
    found = points((20, -14), (MIN_OVERLAP - 0.1, -24), missing=missing)
    assert found.start_next == found.cue_out == pytest.approx(20.4 - missing)
    found = points((20, -14), (MIN_OVERLAP, -24), (0.4, -40), missing=missing)
    assert found.start_next == 20


def test_the_next_track_begins_in_a_fade_out() -> None:
    found = points((60, -12), *fade(8, -12, -80))
    assert found.start_next == pytest.approx(60 + 8 * 7 / 68, abs=0.3)
    assert found.cue_out == pytest.approx(60 + 8 * 42 / 68, abs=0.3)


def test_a_fade_in_is_heard_from_where_it_can_be_heard() -> None:
    found = points(*fade(10, -82, -12), (60, -12))
    assert found.cue_in == pytest.approx(10 * 36 / 70, abs=0.3)


@pytest.mark.parametrize("seconds", [8, 12, 20])
def test_of_a_long_fade_out_only_the_end_is_shared(seconds: float) -> None:
    found = points((60, -12), *fade(seconds, -12, -54))
    assert found.cue_out == pytest.approx(60 + seconds, abs=0.5)
    assert found.cue_out - found.start_next == pytest.approx(min(MAX_OVERLAP, seconds * 5 / 6), 0.1)


def test_a_quiet_piece_is_not_cut_in_its_middle_nor_talked_over_at_its_end() -> None:
    found = points((40, -35), (60, -15), (40, -36), (5, SILENCE), (60, -35))
    assert found.loudness == pytest.approx(-15, abs=0.5)
    assert (found.cue_in, found.start_next, found.cue_out) == (0, 205, 205)


def test_a_quiet_ending_that_fades_itself_is_shared_where_it_fades() -> None:
    found = points((10, -15), (90, -34), *fade(2, -34, -60))
    assert found.start_next == pytest.approx(100 + 2 * 7 / 26, abs=0.3)


def test_the_noise_of_a_hall_is_no_music_to_wait_for() -> None:
    found = points((60, -15), (20, -50))
    assert found.cue_out == 80
    assert found.start_next == 80 - MAX_OVERLAP


def test_a_pause_in_the_middle_ends_nothing() -> None:
    assert points((60, -15), (120, SILENCE), (30, -15)).cue_out == 210


@pytest.mark.parametrize("seconds", [0.1, 0.2, 0.3, 0.4, 0.5, 1.2])
def test_a_short_jingle_is_as_loud_as_it_is_and_played_whole(seconds: float) -> None:
    found = points((seconds, -13))
    assert found.loudness == pytest.approx(-13)
    assert (found.cue_in, found.start_next, found.cue_out) == (0, seconds, seconds)


def test_less_than_a_slot_is_a_track_too() -> None:
    found = points((0.1, -13), missing=0.06)
    assert found.loudness == pytest.approx(-13)
    assert found.start_next == found.cue_out == pytest.approx(0.04)


@pytest.mark.parametrize("level", [SILENCE, -71.0])
def test_silence_is_all_of_it_and_has_no_loudness(level: float) -> None:
    assert points((7.5, level)) == Points(None, 0.0, 7.5, 7.5)


LEVELS = st.one_of(st.just(SILENCE), st.floats(-55, -5))
PARTS = st.lists(st.tuples(LEVELS, st.integers(1, 90)), min_size=1, max_size=12)


@given(parts=PARTS, missing=st.floats(0, 0.0999))
def test_the_points_are_in_their_order_within_the_track(
    parts: list[tuple[float, int]], missing: float
) -> None:
    measured = curve([level for level, count in parts for _ in range(count)], missing)
    found = find_points(measured)
    assert 0 <= found.cue_in <= found.start_next <= found.cue_out <= measured.duration
    assert found.cue_in < found.cue_out
    assert found.cue_out - found.start_next <= MAX_OVERLAP + 1e-6


@given(parts=PARTS, gain=st.floats(-10, 10))
def test_how_loud_a_track_was_mastered_makes_no_difference(
    parts: list[tuple[float, int]], gain: float
) -> None:
    slots = [level for level, count in parts for _ in range(count)]
    found = find_points(curve(slots))
    other = find_points(curve([level + gain if level > SILENCE else level for level in slots]))
    if found.loudness is None:
        assert other == found
    else:
        assert other.loudness == pytest.approx(found.loudness + gain)
        assert (other.cue_in, other.cue_out) == (found.cue_in, found.cue_out)
        assert other.start_next == found.start_next


@given(parts=PARTS, before=st.integers(0, 40), after=st.integers(0, 40))
def test_more_silence_around_a_track_moves_it_and_changes_nothing_else(
    parts: list[tuple[float, int]], before: int, after: int
) -> None:
    # Loud at both ends, so that the quiet within is what varies.
    slots = [-5.0] * 4 + [level for level, count in parts for _ in range(count)] + [-5.0] * 4
    found = find_points(curve(slots))
    moved = find_points(curve([SILENCE] * before + slots + [SILENCE] * after))
    for name in ("cue_in", "start_next", "cue_out"):
        assert getattr(moved, name) == pytest.approx(getattr(found, name) + before / 10, abs=0.01)
