"""What plays next, as operators and listeners steer it."""

from __future__ import annotations

import pytest

from radiocast.autodj.changes import Part
from radiocast.autodj.queue import QueueError
from radiocast.autodj.requests import RequestError
from radiocast.autodj.state import Origin
from radiocast.config.autodj import AutoDjConfig
from tests.autodj.made import make_rules, make_shelf
from tests.sources.made import Made

NOW = 1_800_000_000.0


async def test_it_gives_one_track_after_the_other_and_all_of_them() -> None:
    programme = Made(tracks=4).programme
    keys = [(await programme.next_choice(NOW + n * 200)).track for n in range(4)]
    assert len({track.key for track in keys if track}) == 4


async def test_what_is_queued_comes_next_in_its_order_and_then_is_gone() -> None:
    programme = Made().programme
    second = programme.enqueue("/music/a3.mp3")
    first = programme.enqueue("/music/a1.mp3", 0)
    assert [each.number for each in programme.queue] == [first.number, second.number]
    choices = [await programme.next_choice(NOW), await programme.next_choice(NOW)]
    assert [choice.track.title for choice in choices if choice.track] == ["a1", "a3"]
    assert [choice.origin for choice in choices] == [Origin.QUEUE] * 2
    programme.mixed(choices[-1])
    assert programme.queue == ()


async def test_an_address_may_be_queued_that_is_in_no_playlist() -> None:
    programme = Made().programme
    programme.enqueue("https://example.org/news.mp3")
    choice = await programme.next_choice(NOW)
    assert choice.track is not None
    assert choice.track.path == "https://example.org/news.mp3"


@pytest.mark.parametrize("key", ["/etc/passwd", "ftp://example.org/x", ""])
def test_nothing_else_may_be_queued(key: str) -> None:
    with pytest.raises(QueueError, match="in no playlist"):
        Made().programme.enqueue(key)


async def test_what_was_not_played_after_all_waits_on() -> None:
    programme = Made().programme
    programme.enqueue("/music/a2.mp3")
    choice = await programme.next_choice(NOW)
    programme.put_back(choice)
    assert [each.track.title for each in programme.queue] == ["a2"]
    again = await programme.next_choice(NOW)
    assert again.track == choice.track


async def test_a_track_that_was_put_back_does_not_count_as_played() -> None:
    made = Made(tracks=1)
    made.programme.configure(make_rules(made.rules.playlists, AutoDjConfig()))
    choice = await made.programme.next_choice(NOW)
    made.programme.put_back(choice)
    again = await made.programme.next_choice(NOW + 1)
    assert again.track == choice.track
    assert not any("nothing against" in why or "least against" in why for why in again.why)


async def test_what_comes_is_what_was_given_then_the_queue_then_the_rotation() -> None:
    programme = Made().programme
    given = await programme.next_choice(NOW)
    assert given.track is not None
    programme.enqueue("/music/a2.mp3")
    upcoming = programme.upcoming(4, NOW)
    assert len(upcoming) == 4
    assert upcoming[0].track == given.track
    assert upcoming[1].origin is Origin.QUEUE
    assert [each.origin for each in upcoming[2:]] == [Origin.ROTATION] * 2
    assert [each.start for each in upcoming] == [NOW + n * 200 for n in range(4)]
    following = await programme.next_choice(NOW + 200)
    assert following.track == upcoming[1].track, "a look ahead changes nothing"


async def test_what_is_heard_no_longer_comes() -> None:
    programme = Made().programme
    first, second = await programme.next_choice(NOW), await programme.next_choice(NOW)
    programme.heard(second)
    assert programme.upcoming(1, NOW)[0].track not in (first.track, second.track)


async def test_a_listener_gets_a_track_once_and_is_told_why_not_twice() -> None:
    programme = Made().programme
    programme.request("/music/a4.mp3", "192.0.2.1")
    assert programme.has_wishes
    with pytest.raises(RequestError, match="try again in 10min"):
        programme.request("/music/a1.mp3", "192.0.2.1")
    choice = await programme.next_choice(NOW)
    assert choice.origin is Origin.REQUEST
    assert not programme.has_wishes


def test_a_search_finds_all_words_wherever_they_stand() -> None:
    made = Made()
    made.library.made = {"all": make_shelf("Blue", 3), "other": make_shelf("Red", 3)}
    found = made.programme.search("blue2 ARTIST", 10)
    assert [track.title for track in found] == ["Blue2"]
    assert len(made.programme.search("artist", 4)) == 4
    assert made.programme.search("green", 10) == []


def test_whoever_watches_is_told_of_the_queue() -> None:
    made = Made()
    before = made.changes.counts
    made.programme.enqueue("/music/a1.mp3")
    made.programme.clear_queue()
    assert made.changes.counts[Part.QUEUE] == before[Part.QUEUE] + 2


async def test_what_was_given_from_the_queue_can_be_changed_until_it_is_mixed() -> None:
    programme = Made().programme
    first, second = programme.enqueue("/music/a1.mp3"), programme.enqueue("/music/a2.mp3")
    given = await programme.next_choice(NOW)
    assert [each.number for each in programme.queue] == [first.number, second.number]
    programme.move(second.number, 0)
    assert programme.is_stale
    programme.put_back(given)  # the console gives it back too
    assert [each.number for each in programme.queue] == [second.number, first.number]
    again = await programme.next_choice(NOW)
    assert again.track == second.track
    assert not programme.is_stale
    programme.mixed(again)
    assert [each.number for each in programme.queue] == [first.number]
    with pytest.raises(QueueError, match="no number"):
        programme.dequeue(second.number)


async def test_a_queue_that_is_emptied_leaves_nothing_of_it_to_play() -> None:
    programme = Made().programme
    programme.enqueue("/music/a1.mp3")
    await programme.next_choice(NOW)
    programme.clear_queue()
    assert programme.queue == ()
    assert programme.is_stale
    assert (await programme.next_choice(NOW)).origin is Origin.ROTATION
    assert not programme.is_stale
