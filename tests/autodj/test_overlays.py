"""Jingles laid over songs: when they are due, and what they leave alone."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from radiocast.autodj.choose import choose
from radiocast.autodj.overlays import ASK_AGAIN, INTRO, due_overlay, next_overlay_time
from radiocast.autodj.simulate import Airing, simulate
from radiocast.autodj.state import Origin, Rules, Shelves, State, start_state
from radiocast.autodj.track import Shelf
from radiocast.config.autodj import PlaylistConfig, Start
from radiocast.config.week import parse_moment, parse_window
from tests.autodj.made import at, make_rules, make_shelf

NOON = at("2026-03-04 12:00:00")  # a Wednesday

SHELVES = {"main": make_shelf("main", 20), "ids": make_shelf("id", 3, duration=8)}


def with_ids(ids: PlaylistConfig) -> Rules:
    return make_rules({"main": PlaylistConfig(), "ids": ids})


def laid(airings: list[Airing]) -> list[Airing]:
    return [each for airing in airings for each in airing.laid]


def starts(airings: list[Airing]) -> list[float]:
    return [airing.start - NOON for airing in airings]


def test_what_is_laid_over_takes_nobodys_turn() -> None:
    overlay = PlaylistConfig(every_songs=1, every=60, at=(parse_moment(":00"),), overlay=True)
    airings = simulate(with_ids(overlay), SHELVES, start_state(1, NOON - 1), NOON, 7200)
    plain = simulate(
        make_rules({"main": PlaylistConfig()}), SHELVES, start_state(1, NOON - 1), NOON, 7200
    )
    assert len(laid(airings)) > 60
    assert {airing.playlist for airing in airings} == {"main"}
    assert starts(airings) == starts(plain)


def test_after_so_many_songs_it_is_laid_over_the_beginning_of_the_last_of_them() -> None:
    rules = with_ids(PlaylistConfig(every_songs=3, overlay=True))
    airings = simulate(rules, SHELVES, start_state(1, NOON), NOON, 9 * 200)
    assert starts(laid(airings)) == [400 + INTRO, 1000 + INTRO, 1600 + INTRO]
    assert [bool(airing.laid) for airing in airings] == [False, False, True] * 3
    assert laid(airings)[0].why == ("ids is due after 3 songs",)


def test_a_song_chosen_ahead_of_its_time_is_waited_for() -> None:
    rules = with_ids(PlaylistConfig(every_songs=1, overlay=True))
    state = choose(rules, SHELVES, start_state(1, NOON), NOON + 20).state
    assert due_overlay(rules, SHELVES, state, NOON + 20 + INTRO - 0.1) is None
    assert next_overlay_time(rules, SHELVES, state, NOON) == NOON + 20 + INTRO
    assert due_overlay(rules, SHELVES, state, NOON + 20 + INTRO) is not None


def test_after_so_many_minutes_it_is_due_to_the_second_however_long_the_song() -> None:
    rules = with_ids(PlaylistConfig(every=900, overlay=True))
    shelves = {**SHELVES, "main": make_shelf("mix", 2, duration=7200)}
    airings = simulate(rules, shelves, start_state(1, NOON), NOON, 7200)
    assert starts(laid(airings)) == [900.0 * n for n in range(1, 8)]
    assert laid(airings)[0].why == ("ids is due every 15min",)
    assert laid(airings)[0].origin is Origin.JINGLE


def test_at_a_time_it_is_due_to_the_second_and_once() -> None:
    rules = with_ids(PlaylistConfig(at=(parse_moment(":15"), parse_moment("13:40")), overlay=True))
    airings = simulate(rules, SHELVES, start_state(1, NOON), NOON, 2 * 3600)
    assert starts(laid(airings)) == [900, 4500, 6000]
    assert laid(airings)[0].why == ("the time of ids has come",)


@pytest.mark.parametrize(("late", "is_due"), [(-1, False), (0, True), (299, True), (301, False)])
def test_a_time_that_is_over_is_left_out(late: float, *, is_due: bool) -> None:
    rules = with_ids(PlaylistConfig(at=(parse_moment("12:10"),), overlay=True))
    found = due_overlay(rules, SHELVES, start_state(1, NOON), NOON + 600 + late)
    assert (found is not None) == is_due


def test_a_time_before_the_start_is_over() -> None:
    rules = with_ids(PlaylistConfig(at=(parse_moment(":00"),), overlay=True))
    assert due_overlay(rules, SHELVES, start_state(1, NOON + 1), NOON + 2) is None


def test_two_jingles_are_never_heard_at_a_time() -> None:
    rules = make_rules(
        {
            "main": PlaylistConfig(),
            "news": PlaylistConfig(at=(parse_moment(":00"),), start=Start.HARD),
            "one": PlaylistConfig(at=(parse_moment(":00"), parse_moment(":30")), overlay=True),
            "two": PlaylistConfig(at=(parse_moment(":00"), parse_moment(":30")), overlay=True),
        }
    )
    shelves = {
        "main": SHELVES["main"],
        "news": make_shelf("news", 1, duration=120),
        "one": make_shelf("one", 1, duration=8),
        "two": make_shelf("two", 1, duration=0),
    }
    airings = simulate(rules, shelves, start_state(1, NOON - 1), NOON, 3600)
    assert starts(laid(airings)) == [120, 128, 1800, 1808]
    assert [each.playlist for each in laid(airings)] == ["one", "two"] * 2


def test_jingles_of_no_length_leave_a_second_to_each_other() -> None:
    rules = with_ids(PlaylistConfig(every=0.01, overlay=True))
    shelves = {**SHELVES, "ids": make_shelf("id", 2, duration=0)}
    found = due_overlay(rules, shelves, start_state(1, NOON), NOON + 10)
    assert found is not None
    assert next_overlay_time(rules, shelves, found.state, NOON + 10) == NOON + 11


def test_a_jingle_waits_until_its_playlist_is_open() -> None:
    rules = with_ids(PlaylistConfig(every=600, when=(parse_window("13:00-14:00"),), overlay=True))
    state = start_state(1, NOON)
    assert next_overlay_time(rules, SHELVES, state, NOON + 700) == NOON + 3600
    times = starts(laid(simulate(rules, SHELVES, state, NOON, 3 * 3600)))
    assert times == [3600 + 600 * n for n in range(6)]


def test_a_playlist_that_is_closed_for_days_has_a_next_time_all_the_same() -> None:
    rules = with_ids(PlaylistConfig(every=600, when=(parse_window("tue"),), overlay=True))
    assert next_overlay_time(rules, SHELVES, start_state(1, NOON), NOON) == at(
        "2026-03-10 00:00:00"
    )


@pytest.mark.parametrize("shelves", [{}, {"ids": Shelf(())}])
def test_without_jingles_nothing_is_due(shelves: Shelves) -> None:
    rules = with_ids(PlaylistConfig(every=1, overlay=True))
    state = start_state(1, NOON)
    assert due_overlay(rules, shelves, state, NOON + 60) is None
    assert next_overlay_time(rules, shelves, state, NOON + 60) == NOON + 60 + ASK_AGAIN


def test_what_is_laid_over_cuts_nobody_off() -> None:
    rules = with_ids(PlaylistConfig(at=(parse_moment("12:01"),), overlay=True, start=Start.HARD))
    assert choose(rules, SHELVES, start_state(1, NOON), NOON).cut_at is None


def test_each_jingle_has_its_turn() -> None:
    rules = with_ids(PlaylistConfig(every=60, overlay=True))
    airings = laid(simulate(rules, SHELVES, start_state(1, NOON), NOON, 1860))
    played = [airing.track.key for airing in airings if airing.track]
    assert len(played) >= 30
    for start in range(0, 30, 3):
        assert len(set(played[start : start + 3])) == 3
    assert all(one != other for one, other in pairwise(played))


OVERLAYS = st.builds(
    PlaylistConfig,
    overlay=st.just(True),
    every=st.sampled_from([0.0, 7.0, 400.0]),
    every_songs=st.integers(0, 4),
    at=st.sampled_from([(), (parse_moment(":05"), parse_moment("12:20"))]),
    when=st.sampled_from([(), (parse_window("12:10-12:40"),)]),
)


@given(
    overlays=st.lists(OVERLAYS, max_size=3),
    jingles=st.integers(0, 3),
    seed=st.integers(0, 99),
    ahead=st.lists(st.floats(0, 600), max_size=12),
)
@hypothesis_settings(max_examples=60, deadline=None)
def test_nothing_is_due_before_the_time_that_was_told(
    overlays: list[PlaylistConfig], jingles: int, seed: int, ahead: list[float]
) -> None:
    playlists = {str(n): config for n, config in enumerate(overlays)}
    rules = make_rules(
        {"main": PlaylistConfig(), "ids": PlaylistConfig(every_songs=jingles), **playlists}
    )
    shelves = {name: make_shelf(name, 2, duration=9) for name in playlists}
    shelves |= SHELVES
    state: State = start_state(seed, NOON)
    now = NOON
    for seconds in sorted(ahead):
        state = choose(rules, shelves, state, now).state
        told = next_overlay_time(rules, shelves, state, now)
        assert now <= told <= now + 8 * 86400
        now = NOON + seconds
        found = due_overlay(rules, shelves, state, now)
        assert found is None or told <= now
        if found:
            state = found.state
            assert due_overlay(rules, shelves, state, now) is None
