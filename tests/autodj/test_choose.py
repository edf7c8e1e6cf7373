"""What plays next: the order of who decides, and the promises each rule makes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from radiocast.autodj import queue
from radiocast.autodj.choose import Choice, choose
from radiocast.autodj.requests import MAX_WAITING, RequestError, ask
from radiocast.autodj.separation import Separation
from radiocast.autodj.simulate import simulate
from radiocast.autodj.state import (
    MAX_PLAYS,
    Origin,
    Rules,
    Shelves,
    State,
    play_of,
    record,
    start_state,
    without_last_play,
)
from radiocast.autodj.track import Shelf
from radiocast.config.autodj import AutoDjConfig, Order, PlaylistConfig, Start
from radiocast.config.week import parse_moment, parse_window
from tests.autodj.made import BERLIN, NO_SEPARATION, at, make_rules, make_shelf, make_track

NOON = at("2026-03-04 12:00:00")  # a Wednesday


def run(
    rules: Rules, shelves: Shelves, state: State, count: int, now: float = NOON
) -> list[Choice]:
    """`count` choices, each at the end of the last one's track."""
    choices: list[Choice] = []
    for _ in range(count):
        choices.append(choose(rules, shelves, state, now))
        state = choices[-1].state
        track = choices[-1].track
        now += track.span if track else 60
    return choices


def keys(choices: list[Choice]) -> list[str]:
    return [choice.track.key for choice in choices if choice.track]


# ---- order ----------------------------------------------------------------------------------


def test_the_same_question_has_the_same_answer() -> None:
    rules, shelves = make_rules({"main": PlaylistConfig()}), {"main": make_shelf("main", 50)}
    state = start_state(7, NOON)
    assert choose(rules, shelves, state, NOON) == choose(rules, shelves, state, NOON)
    assert keys(run(rules, shelves, state, 30)) == keys(run(rules, shelves, state, 30))
    assert keys(run(rules, shelves, start_state(8, NOON), 30)) != keys(
        run(rules, shelves, state, 30)
    )


def test_a_shuffle_plays_each_track_once_a_round_and_never_one_twice_in_a_row() -> None:
    rules, shelves = make_rules({"main": PlaylistConfig()}), {"main": make_shelf("main", 5)}
    played = keys(run(rules, shelves, start_state(1, NOON), 500))
    for start in range(0, 500, 5):
        assert len(set(played[start : start + 5])) == 5
    assert all(one != other for one, other in pairwise(played))


def test_random_order_gives_each_track_about_its_share() -> None:
    rules = make_rules({"main": PlaylistConfig(order=Order.RANDOM)})
    shelves = {"main": make_shelf("main", 4)}
    played = Counter(keys(run(rules, shelves, start_state(1, NOON), 4000)))
    assert len(played) == 4
    assert all(900 < count < 1100 for count in played.values())


def test_a_sequential_playlist_keeps_its_order_and_goes_on_after_a_restart() -> None:
    settings = AutoDjConfig()  # all by one artist: separation must not change the order
    rules = make_rules({"book": PlaylistConfig(order=Order.SEQUENTIAL)}, settings)
    shelves = {"book": make_shelf("book", 4, artists=1)}
    choices = run(rules, shelves, start_state(1, NOON), 6)
    assert [choice.track.title for choice in choices if choice.track] == [
        "book0", "book1", "book2", "book3", "book0", "book1",
    ]  # fmt: skip
    restarted = start_state(2, NOON + 5000, choices[-1].state.plays)
    assert keys(run(rules, shelves, restarted, 1)) == ["/music/book2.mp3"]


def test_a_sequential_playlist_goes_on_where_a_vanished_track_was() -> None:
    rules = make_rules({"book": PlaylistConfig(order=Order.SEQUENTIAL)})
    shelf = make_shelf("book", 4)
    state = run(rules, {"book": shelf}, start_state(1, NOON), 2)[-1].state
    less = Shelf((shelf.tracks[0], *shelf.tracks[2:]))
    assert keys(run(rules, {"book": less}, state, 1)) == ["/music/book2.mp3"]


def test_a_new_track_joins_the_round_that_is_on_and_a_vanished_one_leaves_it() -> None:
    rules = make_rules({"main": PlaylistConfig()})
    shelf = make_shelf("main", 10)
    state = run(rules, {"main": shelf}, start_state(1, NOON), 5)[-1].state
    left = state.decks["main"].ahead
    changed = Shelf((*(t for t in shelf.tracks if t.key != left[0]), make_track("new")))
    played = keys(run(rules, {"main": changed}, state, 5))
    assert sorted(played) == sorted([*left[1:], "/music/new.mp3"])


# ---- weights --------------------------------------------------------------------------------


@given(weights=st.lists(st.integers(1, 20), min_size=1, max_size=5), seed=st.integers(0, 2**64 - 1))
@hypothesis_settings(max_examples=20, deadline=None)
def test_playlists_share_the_time_by_weight_to_the_track(weights: list[int], seed: int) -> None:
    rules = make_rules({str(n): PlaylistConfig(weight=w) for n, w in enumerate(weights)})
    shelves = {name: make_shelf(name, 7) for name in rules.playlists}
    total = sum(weights)
    choices = run(rules, shelves, start_state(seed, NOON), 3 * total)
    played = Counter(choice.playlist for choice in choices)
    assert [played[str(n)] for n in range(len(weights))] == [3 * w for w in weights]


def test_a_playlist_that_could_not_play_for_long_does_not_have_the_station_for_itself_then() -> (
    None
):
    settings = AutoDjConfig(separation_title=10_000, separation_artist=0)
    rules = make_rules({"a": PlaylistConfig(), "b": PlaylistConfig()}, settings)
    shelves = {"a": make_shelf("a", 300), "b": make_shelf("b", 50)}
    plays = [play_of(track, NOON, "b", Origin.ROTATION) for track in shelves["b"].tracks]
    later = run(rules, shelves, start_state(1, NOON, plays), 60)
    assert [choice.playlist for choice in later[:50]] == ["a"] * 50
    assert [choice.playlist for choice in later[50:]].count("b") <= 6


# ---- separation -----------------------------------------------------------------------------


def violations(rules: Rules, shelves: Shelves, choices: list[Choice], state: State) -> list[str]:
    """Songs that clash although an open playlist had one that did not."""
    found, now = [], NOON
    for choice in choices:
        assert choice.track is not None
        separation = Separation(rules, state, now)
        labels = play_of(choice.track, now, "", Origin.ROTATION).labels
        clash = separation.clash(labels)
        could = any(separation.fits(each) for s in shelves.values() for each in s.labels.values())
        if clash and could:
            found.append(clash)
        state, now = choice.state, now + choice.track.span
    return found


@given(
    tracks=st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("tuvwxyz")), min_size=1),
    orders=st.lists(st.sampled_from([Order.SHUFFLE, Order.RANDOM]), min_size=1, max_size=3),
    title=st.sampled_from([0, 600, 3600]),
    artist=st.sampled_from([0, 400, 2000]),
    seed=st.integers(0, 2**64 - 1),
)
@hypothesis_settings(max_examples=60, deadline=None)
def test_separation_is_kept_wherever_it_can_be(
    tracks: list[tuple[str, str]], orders: list[Order], title: int, artist: int, seed: int
) -> None:
    separation = AutoDjConfig(separation_title=title, separation_artist=artist)
    rules = make_rules({str(n): PlaylistConfig(order=o) for n, o in enumerate(orders)}, separation)
    shelves = {
        name: Shelf(
            tuple(
                replace(make_track(f"{name}{n}", by), title=what)
                for n, (by, what) in enumerate(tracks)
                if n % len(orders) == int(name)
            )
        )
        for name in rules.playlists
    }
    state = start_state(seed, NOON)
    choices = run(rules, shelves, state, 40)
    assert violations(rules, shelves, choices, state) == []


def test_where_separation_cannot_be_kept_the_least_bad_track_plays_and_it_is_said() -> None:
    rules = make_rules({"main": PlaylistConfig()}, AutoDjConfig(separation_title=86400))
    shelves = {"main": make_shelf("main", 3)}
    choices = run(rules, shelves, start_state(1, NOON), 9)
    played = keys(choices)
    assert played[3:6] == played[:3] == played[6:]  # the longest ago comes first
    assert any("the least against it" in sentence for sentence in choices[5].why)


def test_guests_and_spelling_do_not_hide_an_artist() -> None:
    rules = make_rules({"main": PlaylistConfig()}, AutoDjConfig())
    guest = make_track("guest", "Anna feat. THE  Beat-Boys")
    shelf = Shelf((guest, make_track("own", "The Beat Boys"), make_track("other", "Somebody")))
    state = record(rules, start_state(1, NOON), play_of(guest, NOON, "main", Origin.ROTATION))
    choice = choose(rules, {"main": shelf}, state, NOON + 60)
    assert choice.track is not None
    assert choice.track.title == "other"


def test_what_was_passed_over_is_said_with_its_reason() -> None:
    rules = make_rules({"main": PlaylistConfig()}, AutoDjConfig())
    shelf = make_shelf("main", 30, artists=2)
    choices = [run(rules, {"main": shelf}, start_state(seed, NOON), 2)[1] for seed in range(20)]
    passed = [line for choice in choices for line in choice.why if "passed over /music" in line]
    assert passed
    assert all("played 200s ago, and is wanted 45min apart" in line for line in passed)


def test_jingles_neither_keep_away_nor_are_kept_away() -> None:
    playlists = {"main": PlaylistConfig(), "ids": PlaylistConfig(every_songs=1)}
    rules = make_rules(playlists, AutoDjConfig())
    one = make_track("id", "Station", 5)
    shelves = {"main": make_shelf("main", 40), "ids": Shelf((one,))}
    choices = run(rules, shelves, start_state(1, NOON), 20)
    assert [choice.playlist for choice in choices] == ["main", "ids"] * 10


def test_a_song_by_the_station_itself_is_not_kept_away_by_its_jingles() -> None:
    playlists = {"main": PlaylistConfig(), "ids": PlaylistConfig(every_songs=1)}
    rules = make_rules(playlists, AutoDjConfig())
    song, jingle = make_track("song", "Station"), make_track("id", "Station", 5)
    shelves = {"main": Shelf((song,)), "ids": Shelf((jingle,))}
    state = record(rules, start_state(1, NOON), play_of(jingle, NOON, "ids", Origin.JINGLE))
    assert (
        choose(rules, shelves, state, NOON + 5).why[-1] == "it is the turn of main: weight 1 of 1"
    )


def test_albums_keep_apart_but_tracks_without_one_do_not() -> None:
    settings = AutoDjConfig(separation_title=0, separation_artist=0, separation_album=600)
    rules = make_rules({"main": PlaylistConfig()}, settings)
    bare = [make_track("bare0"), make_track("bare1")]
    album = [replace(make_track(name), album="Hours") for name in ("one", "two")]
    state = record(rules, start_state(1, NOON), play_of(album[0], NOON, "main", Origin.ROTATION))
    state = record(rules, state, play_of(bare[0], NOON, "main", Origin.ROTATION))
    shelves = {"main": Shelf((*album, *bare))}
    early, late = run(rules, shelves, state, 2, NOON + 1), run(rules, shelves, state, 4, NOON + 599)
    assert set(keys(early)) == {bare[0].key, bare[1].key}
    assert album[1].key in keys(late) or album[0].key in keys(late)


def test_no_more_plays_are_remembered_than_their_bound() -> None:
    rules = make_rules({"main": PlaylistConfig()}, AutoDjConfig(separation_title=7 * 86400))
    plays = [
        play_of(make_track(str(n)), NOON, "main", Origin.ROTATION) for n in range(MAX_PLAYS + 9)
    ]
    state = start_state(1, NOON, plays)
    assert len(state.plays) == MAX_PLAYS
    state = record(rules, state, plays[0])
    assert len(state.plays) == MAX_PLAYS
    assert state.plays[-1] == plays[0]


# ---- jingles --------------------------------------------------------------------------------


def test_a_jingle_plays_after_so_many_songs() -> None:
    rules = make_rules({"main": PlaylistConfig(), "ids": PlaylistConfig(every_songs=3)})
    shelves = {"main": make_shelf("main", 9), "ids": make_shelf("id", 2, duration=5)}
    choices = run(rules, shelves, start_state(1, NOON), 12)
    assert [choice.playlist for choice in choices] == ["main", "main", "main", "ids"] * 3
    assert choices[3].origin is Origin.JINGLE


def test_a_song_that_was_given_but_not_played_does_not_count_for_jingles() -> None:
    rules = make_rules({"main": PlaylistConfig(), "ids": PlaylistConfig(every_songs=2)})
    shelves = {"main": make_shelf("main", 9), "ids": make_shelf("id", 2, duration=5)}
    state = start_state(1, NOON)
    for _ in range(5):
        given = choose(rules, shelves, state, NOON)
        assert given.track is not None
        assert given.playlist == "main"
        state = without_last_play(rules, given.state, given.track.key)
    choices = run(rules, shelves, state, 6)
    assert [choice.playlist for choice in choices] == ["main", "main", "ids"] * 2


def test_a_jingle_plays_after_so_many_minutes() -> None:
    rules = make_rules({"main": PlaylistConfig(), "ids": PlaylistConfig(every=900)})
    shelves = {"main": make_shelf("main", 9), "ids": make_shelf("id", 2, duration=10)}
    airings = simulate(rules, shelves, start_state(1, NOON), NOON, 86400)
    times = [airing.start for airing in airings if airing.playlist == "ids"]
    assert all(900 <= later - sooner < 900 + 200 for sooner, later in pairwise(times))
    assert times[0] - NOON < 1100


def test_jingles_longer_than_their_interval_leave_room_for_songs() -> None:
    rules = make_rules({"main": PlaylistConfig(), "ids": PlaylistConfig(every=1)})
    shelves = {"main": make_shelf("main", 9), "ids": make_shelf("id", 2, duration=60)}
    choices = run(rules, shelves, start_state(1, NOON), 6)
    assert [choice.playlist for choice in choices] == ["main", "ids"] * 3


def test_a_jingle_at_given_minutes_waits_for_the_song_to_end() -> None:
    playlists = {"main": PlaylistConfig(), "ids": PlaylistConfig(at=(parse_moment(":15"),))}
    shelves = {"main": make_shelf("main", 9), "ids": make_shelf("id", 2, duration=10)}
    airings = simulate(make_rules(playlists), shelves, start_state(1, NOON), NOON, 86400)
    times = [airing.start for airing in airings if airing.playlist == "ids"]
    assert len(times) == 24
    assert all(0 <= (t - NOON - 900) % 3600 <= 200 for t in times)


def test_a_title_that_is_not_announced_is_marked() -> None:
    playlists = {"ids": PlaylistConfig(every_songs=1, announce=False), "main": PlaylistConfig()}
    shelves = {"main": make_shelf("main", 9), "ids": make_shelf("id", 2)}
    choices = run(make_rules(playlists), shelves, start_state(1, NOON), 2)
    assert [choice.announce for choice in choices] == [True, False]


# ---- the clock ------------------------------------------------------------------------------


def test_hard_times_are_hit_to_the_second_for_thirty_days_over_summer_time() -> None:
    start = at("2026-03-20 07:30:00", BERLIN)
    news = PlaylistConfig(at=(parse_moment(":00"), parse_moment("mon-fri 18:30")), start=Start.HARD)
    show = PlaylistConfig(
        when=(parse_window("fri 20:00-22:00"),),
        alone=True,
        start=Start.HARD,
        order=Order.SEQUENTIAL,
    )
    playlists = {"main": PlaylistConfig(), "news": news, "show": show}
    shelves = {
        "main": make_shelf("main", 200),
        "news": make_shelf("news", 2, duration=100),
        "show": make_shelf("show", 60),
    }
    rules = make_rules(playlists, zone=BERLIN)
    airings = simulate(rules, shelves, start_state(1, start), start, 30 * 86400)
    times = [airing.start for airing in airings if airing.playlist == "news"]
    hours = {start + 1800 + 3600 * n for n in range(30 * 24)}
    half = {t for t in times if t not in hours}
    assert set(times) == hours | half
    assert len(times) == len(set(times))
    assert len(half) == 21  # weekdays: 20 March to 18 April, the last Saturday ends at 07:30
    fridays = [
        at(f"2026-{day} 20:00:00", BERLIN) for day in ("03-20", "03-27", "04-03", "04-10", "04-17")
    ]
    for friday in fridays:
        evening = [a for a in airings if friday <= a.start < friday + 7200 and a.playlist != "news"]
        assert {airing.playlist for airing in evening} == {"show"}
        assert evening[0].start == friday + 100  # the news of the hour comes first


@given(
    durations=st.lists(st.floats(0.5, 1200), min_size=1, max_size=12),
    every_songs=st.integers(0, 3),
    offset=st.floats(0, 3600),
    seed=st.integers(0, 99),
)
@hypothesis_settings(max_examples=40, deadline=None)
def test_a_hard_start_is_within_a_second_of_its_time_whatever_plays_before_it(
    durations: list[float], every_songs: int, offset: float, seed: int
) -> None:
    news = PlaylistConfig(at=(parse_moment("12:00:00"),), start=Start.HARD)
    ids = PlaylistConfig(every_songs=every_songs)
    rules = make_rules({"main": PlaylistConfig(), "ids": ids, "news": news})
    shelves = {
        "main": Shelf(tuple(make_track(str(n), duration=d) for n, d in enumerate(durations))),
        "ids": make_shelf("id", 2, duration=6),
        "news": make_shelf("news", 1, duration=60),
    }
    start = NOON - 3600 + offset
    airings = simulate(rules, shelves, start_state(seed, start - 2), start, 2 * 3600)
    times = [airing.start for airing in airings if airing.playlist == "news"]
    assert len(times) == 1
    assert abs(times[0] - NOON) <= 1


def test_a_soft_start_lets_the_song_play_out() -> None:
    show = PlaylistConfig(when=(parse_window("13:00-14:00"),))
    rules = make_rules({"main": PlaylistConfig(), "show": show})
    shelves = {"main": make_shelf("main", 50, duration=210), "show": make_shelf("show", 9)}
    airings = simulate(rules, shelves, start_state(1, NOON), NOON, 2 * 3600 + 600)
    shown = [airing for airing in airings if airing.playlist == "show"]
    assert shown[0].origin is Origin.SCHEDULE
    assert 0 < shown[0].start - (NOON + 3600) < 210
    assert all(NOON + 3600 <= airing.start < NOON + 7200 for airing in shown)
    assert all(a.end - a.start == a.track.span for a in airings if a.track)


def test_a_hard_start_waits_for_a_song_that_ends_soon() -> None:
    news = PlaylistConfig(at=(parse_moment(":00"),), start=Start.HARD, wait=30)
    rules = make_rules({"main": PlaylistConfig(), "news": news})
    song = make_shelf("main", 9, duration=200)
    shelves = {"main": song, "news": make_shelf("news", 1)}
    state = start_state(1, NOON)
    assert choose(rules, shelves, state, NOON + 3600 - 180).cut_at is None
    assert choose(rules, shelves, state, NOON + 3600 - 160).cut_at == NOON + 3600


def test_a_playlist_without_tracks_cuts_nobody_off() -> None:
    news = PlaylistConfig(at=(parse_moment(":00"),), start=Start.HARD)
    rules = make_rules({"main": PlaylistConfig(), "news": news})
    shelves = {"main": make_shelf("main", 9), "news": Shelf(())}
    state = start_state(1, NOON - 100)
    assert choose(rules, shelves, state, NOON - 50).cut_at is None
    choice = choose(rules, shelves, state, NOON)
    assert choice.playlist == "main"
    assert "news is empty" in choice.why


def test_a_stream_without_an_end_makes_way_for_a_hard_start_hours_ahead() -> None:
    news = PlaylistConfig(at=(parse_moment("18:00"),), start=Start.HARD)
    rules = make_rules({"main": PlaylistConfig(), "news": news})
    endless = Shelf((make_track("endless", duration=None),))
    shelves = {"main": endless, "news": make_shelf("news", 1)}
    assert choose(rules, shelves, start_state(1, NOON), NOON).cut_at == NOON + 6 * 3600


def test_a_choice_made_a_moment_early_is_not_made_twice() -> None:
    news = PlaylistConfig(at=(parse_moment(":00"),), start=Start.HARD)
    rules = make_rules({"main": PlaylistConfig(), "news": news})
    shelves = {"main": make_shelf("main", 9), "news": make_shelf("news", 1, duration=60)}
    early = choose(rules, shelves, start_state(1, NOON - 600), NOON - 0.01)
    assert early.playlist == "news"
    assert early.cut_at is None
    assert choose(rules, shelves, early.state, NOON + 60).playlist == "main"


def test_what_was_missed_for_long_is_not_made_up_for() -> None:
    rules = make_rules(
        {"main": PlaylistConfig(), "news": PlaylistConfig(at=(parse_moment(":00"),))}
    )
    shelves = {"main": make_shelf("main", 9), "news": make_shelf("news", 1)}
    state = start_state(1, NOON - 7200)
    assert choose(rules, shelves, state, NOON + 1700).playlist == "news"
    assert choose(rules, shelves, state, NOON + 1900).playlist == "main"


# ---- queue and requests ---------------------------------------------------------------------

SONGS = {"main": make_shelf("main", 20)}


def test_the_queue_comes_before_the_rotation_in_the_order_the_operator_gave() -> None:
    rules = make_rules({"main": PlaylistConfig()}, AutoDjConfig())
    state = start_state(1, NOON)
    for name in ("a", "b", "c"):
        state = queue.add(state, make_track(name))
    state = queue.add(state, make_track("now"), 0)
    state = queue.move(state, 3, 1)
    state = queue.remove(state, 1)
    choices = run(rules, SONGS, state, 4)
    assert [choice.track.title for choice in choices[:3] if choice.track] == ["now", "c", "b"]
    assert [choice.origin for choice in choices] == [Origin.QUEUE] * 3 + [Origin.ROTATION]
    assert queue.clear(state).queue == ()


def test_a_queue_says_what_cannot_be_done_to_it() -> None:
    state = queue.add(start_state(1, NOON), make_track("a"))
    impossible: list[Callable[[], State]] = [
        lambda: queue.remove(state, 2),
        lambda: queue.move(state, 1, 1),
        lambda: queue.move(state, 9, 0),
        lambda: queue.add(state, make_track("b"), 2),
        lambda: queue.add(state, make_track("b"), -1),
    ]
    for change in impossible:
        with pytest.raises(queue.QueueError):
            change()


def test_a_queue_is_bounded() -> None:
    state = start_state(1, NOON)
    for _ in range(queue.MAX_QUEUE):
        state = queue.add(state, make_track("a"))
    with pytest.raises(queue.QueueError, match="full"):
        queue.add(state, make_track("a"))


def test_a_request_comes_before_the_rotation_and_does_not_use_up_its_turn() -> None:
    rules = make_rules({"main": PlaylistConfig(order=Order.SEQUENTIAL)})
    state = ask(rules, SONGS, start_state(1, NOON), NOON, "192.0.2.1", "/music/main9.mp3")
    choices = run(rules, SONGS, state, 3)
    assert keys(choices) == ["/music/main9.mp3", "/music/main0.mp3", "/music/main1.mp3"]
    assert choices[0].origin is Origin.REQUEST
    assert "a listener asked for it 0s ago" in choices[0].why


def test_a_request_waits_until_separation_allows_it() -> None:
    rules = make_rules({"main": PlaylistConfig()}, AutoDjConfig(separation_artist=900))
    song, other = make_track("song", "Anna"), make_track("other", "Anna")
    shelves = {"main": Shelf((song, other, *make_shelf("main", 20).tracks))}
    state = record(rules, start_state(1, NOON), play_of(song, NOON - 1, "main", Origin.ROTATION))
    state = ask(rules, shelves, state, NOON, "192.0.2.1", other.key)
    played = keys(run(rules, shelves, state, 8))
    assert played.index(other.key) == 5
    assert "a request waits: artist 'anna' played" in " ".join(
        choose(rules, shelves, state, NOON).why
    )


def test_who_asked_and_what_was_asked_for_have_cooldowns_of_their_own() -> None:
    settings = AutoDjConfig()
    rules = make_rules({"main": PlaylistConfig()}, settings)
    first, second = "/music/main1.mp3", "/music/main2.mp3"
    state = ask(rules, SONGS, start_state(1, NOON), NOON, "a", first)
    with pytest.raises(RequestError, match="you asked not long ago: try again in 1s"):
        ask(rules, SONGS, state, NOON + 599, "a", second)
    ask(rules, SONGS, state, NOON + 600, "a", second)
    with pytest.raises(RequestError, match="asked for or played"):
        ask(rules, SONGS, state, NOON + 7199, "b", first)
    with pytest.raises(RequestError, match="waiting already"):
        ask(rules, SONGS, state, NOON + 7200, "b", first)


def test_only_what_is_on_a_shelf_for_requests_can_be_asked_for() -> None:
    playlists = {"main": PlaylistConfig(), "ids": PlaylistConfig(every_songs=1)}
    shelves = {"main": make_shelf("main", 2), "ids": make_shelf("ids", 2)}
    for key in ("/music/ids1.mp3", "/etc/passwd"):
        with pytest.raises(RequestError, match="no such track"):
            ask(make_rules(playlists), shelves, start_state(1, NOON), NOON, "a", key)


def test_requests_are_bounded() -> None:
    rules = make_rules({"main": PlaylistConfig()})
    shelves = {"main": make_shelf("main", MAX_WAITING + 1)}
    state = start_state(1, NOON)
    for n, key in enumerate(shelves["main"].keys[:-1]):
        state = ask(rules, shelves, state, NOON, str(n), key)
    with pytest.raises(RequestError, match="too many"):
        ask(rules, shelves, state, NOON, "x", shelves["main"].keys[-1])


def test_with_nothing_to_play_it_says_so() -> None:
    rules = make_rules(
        {"main": PlaylistConfig(), "night": PlaylistConfig(when=(parse_window("0:00-5:00"),))}
    )
    choice = choose(rules, {"night": make_shelf("n", 3)}, start_state(1, NOON), NOON)
    assert choice.track is None
    assert choice.why == (
        "main is empty",
        "night is closed at this time",
        "there is nothing to play",
    )
    assert simulate(rules, {}, start_state(1, NOON), NOON, 600)[-1].end == NOON + 600


def test_files_of_no_length_do_not_simulate_for_ever() -> None:
    rules = make_rules({"main": PlaylistConfig()}, NO_SEPARATION)
    airings = simulate(
        rules, {"main": make_shelf("m", 3, duration=0)}, start_state(1, NOON), NOON, 9
    )
    assert len(airings) == 9
