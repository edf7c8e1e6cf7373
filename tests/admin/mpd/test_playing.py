"""A station goes on: what a client may do about it."""

from __future__ import annotations

import pytest

from .made import make_talk


async def test_next_skips() -> None:
    talk = make_talk()
    assert await talk.say("next") == ""
    assert talk.controls.skips == 1
    assert await talk.values("Title", "currentsong") == ["c"]


@pytest.mark.parametrize("command", ["play", "play -1", "play 0", "playid", "playid 1", "pause 0"])
async def test_play_goes_on_playing(command: str) -> None:
    talk = make_talk()
    await talk.queue()
    assert await talk.say(command) == ""
    assert talk.controls.skips == 0


@pytest.mark.parametrize(
    "command", ["stop", "pause", "pause 1", "previous", "seek 0 1", "seekid 1 1", "seekcur -3"]
)
async def test_a_station_neither_stops_nor_goes_back(command: str) -> None:
    assert (await make_talk().say(command)).startswith("ACK [55@0]")


async def test_a_song_of_the_queue_can_be_played_now() -> None:
    talk = make_talk()
    await talk.say("add rock/a.mp3", "add jingles/j.mp3")
    song_id = (await talk.values("Id", "playlistinfo 2"))[0]
    assert await talk.say(f"playid {song_id}") == ""
    assert await talk.queue() == ["j", "a", "c", "d"]
    assert await talk.values("Id", "currentsong") == [song_id]


async def test_a_song_that_is_being_prepared_comes_next_anyway() -> None:
    talk = make_talk()
    await talk.say("add rock/a.mp3")
    talk.controls.draw()
    assert await talk.say("play 1") == ""
    assert await talk.queue() == ["a", "c", "d"]


async def test_a_song_of_the_rotation_can_be_played_now() -> None:
    talk = make_talk()
    assert await talk.say("play 2") == ""
    assert await talk.values("Title", "currentsong") == ["d"]


@pytest.mark.parametrize(
    ("command", "error"),
    [
        ("play 9", "ACK [2@0] {play} Bad song index"),
        ("play x", "ACK [2@0] {play} Integer expected: x"),
        ("playid 99", "ACK [50@0] {playid} No such song"),
        ("pause 2", "ACK [2@0] {pause} Boolean (0/1) expected: 2"),
    ],
)
async def test_what_is_not_there_cannot_be_played(command: str, error: str) -> None:
    assert await make_talk().say(command) == error
