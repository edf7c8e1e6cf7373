"""What is heard, how it goes, and options that are not the client's to set."""

from __future__ import annotations

from dataclasses import replace

import pytest

from radiocast.autodj.now import LIVE, NowPlaying
from radiocast.formats import Title

from .made import NOW, make_talk


async def test_the_status_is_a_player_that_plays_and_consumes() -> None:
    talk = make_talk()
    assert await talk.lines("status") == [
        "repeat: 0", "random: 0", "single: 0", "consume: 1", "partition: default",
        "playlist: 2", "playlistlength: 3", "mixrampdb: 0", "state: play", "xfade: 6",
        "time: 30:100", "elapsed: 30.250", "duration: 100.500", "bitrate: 192",
        "audio: 48000:f:2", "song: 0", "songid: 1", "nextsong: 1", "nextsongid: 2",
    ]  # fmt: skip


async def test_the_current_song_is_the_track_by_its_place_in_the_library() -> None:
    talk = make_talk()
    assert await talk.lines("currentsong") == [
        "file: rock/b.mp3", "Artist: Bea", "Title: b", "Time: 100", "duration: 100.500",
        "Pos: 0", "Id: 1",
    ]  # fmt: skip


async def test_a_live_source_is_a_song_with_the_stations_name_and_no_end() -> None:
    talk = make_talk()
    await talk.say("status")
    talk.controls.play(NowPlaying(LIVE, title=Title("Anna - Now"), since=NOW - 5, source="dj"))
    assert await talk.lines("currentsong") == [
        "file: live", "Name: Test FM", "Title: Anna - Now", "Pos: 0", "Id: 4",
    ]  # fmt: skip
    status = await talk.pairs("status")
    assert status["time"] == "5:0"
    assert "duration" not in status


async def test_a_title_of_a_live_source_that_changes_is_a_change_of_the_queue() -> None:
    talk = make_talk()
    talk.controls.play(NowPlaying(LIVE, title=Title("one"), source="dj"))
    version = (await talk.pairs("status"))["playlist"]
    talk.controls.play(replace(talk.controls.now, title=Title("two", "Anna", "Two")))
    assert await talk.values("cpos", f"plchangesposid {version}") == ["0"]
    assert await talk.values("Artist", "currentsong") == ["Anna"]


async def test_before_anything_is_heard_the_player_is_stopped() -> None:
    talk = make_talk()
    talk.controls.play(NowPlaying())
    status = await talk.pairs("status")
    assert status["state"] == "stop"
    assert "song" not in status
    assert await talk.say("currentsong") == ""


async def test_the_library_is_counted() -> None:
    talk = make_talk()
    assert await talk.pairs("stats") == {
        "uptime": "60", "playtime": "60", "artists": "3", "albums": "2", "songs": "6",
        "db_playtime": "416", "db_update": "1000000",
    }  # fmt: skip


async def test_the_library_is_newer_when_it_has_changed_and_only_then() -> None:
    talk = make_talk()
    await talk.say("stats")
    talk.controls.shelves = dict(talk.controls.shelves)
    assert (await talk.pairs("stats"))["db_update"] == "1000000"
    talk.controls.shelves = {}
    assert (await talk.pairs("stats"))["db_update"] == str(int(NOW))


async def test_unread_files_are_an_update_under_way() -> None:
    talk = make_talk()
    assert "updating_db" not in await talk.pairs("status")
    talk.controls.progress = replace(talk.controls.progress, unread=3)
    assert (await talk.pairs("status"))["updating_db"] == "1"


@pytest.mark.parametrize(
    "command",
    ["consume 1", "random 0", "repeat 0", "single 0", "crossfade 6", "mixrampdb 0",
     "replay_gain_mode track", "getvol", "clearerror"],
)  # fmt: skip
async def test_options_may_be_set_to_what_they_are(command: str) -> None:
    assert await make_talk().say(command) == ""


@pytest.mark.parametrize(
    "command",
    ["consume 0", "random 1", "repeat 1", "single 1", "single oneshot", "crossfade 0",
     "mixrampdb -17.5", "replay_gain_mode off"],
)  # fmt: skip
async def test_other_options_are_the_configurations(command: str) -> None:
    answer = await make_talk().say(command)
    assert answer.startswith("ACK [52@0]")
    assert answer.endswith("is up to the station's configuration")


@pytest.mark.parametrize(
    ("command", "error"),
    [
        ("consume 2", "ACK [2@0] {consume} Boolean (0/1) expected: 2"),
        ("crossfade x", "ACK [2@0] {crossfade} Integer expected: x"),
        ("replay_gain_mode loud", "ACK [2@0] {replay_gain_mode} Unrecognized replay gain mode"),
        ("setvol 50", "ACK [52@0] {setvol} No mixer"),
        ("volume -5", "ACK [52@0] {volume} No mixer"),
    ],
)
async def test_what_makes_no_sense_is_refused(command: str, error: str) -> None:
    assert await make_talk().say(command) == error
