"""The queue: positions, ids and versions that clients can rely on."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.admin.mpd.playlist import AHEAD, Playlist
from radiocast.autodj.queue import MAX_QUEUE

from .fakes import make_track
from .made import A, D, Talk, make_controls, make_talk


async def ids(talk: Talk) -> dict[str, str]:
    """The id of each title."""
    return dict(zip(await talk.queue(), await talk.values("Id", "playlistinfo"), strict=True))


async def test_what_is_heard_comes_first_then_the_queue_then_the_rotation() -> None:
    talk = make_talk()
    assert await talk.say("addid rock/a.mp3") == "Id: 1"
    assert await talk.lines("playlistinfo") == [
        "file: rock/b.mp3", "Artist: Bea", "Title: b", "Time: 100", "duration: 100.500",
        "Pos: 0", "Id: 2",
        "file: rock/a.mp3", "Artist: Anna", "Title: a", "Album: First", "Time: 200",
        "duration: 200.000", "Pos: 1", "Id: 1",
        "file: rock/Deep/c.mp3", "Artist: Anna", "Title: c", "Album: Second", "Time: 50",
        "duration: 50.000", "Pos: 2", "Id: 3",
        "file: rock/Deep/Est/d.mp3", "Artist: Cyd", "Title: d", "Album: First", "Time: 60",
        "duration: 60.000", "Pos: 3", "Id: 4",
    ]  # fmt: skip
    assert await talk.lines("playlist") == [
        "0:file: rock/b.mp3", "1:file: rock/a.mp3", "2:file: rock/Deep/c.mp3",
        "3:file: rock/Deep/Est/d.mp3",
    ]  # fmt: skip


async def test_only_so_much_of_the_rotation_is_shown() -> None:
    talk = make_talk()
    talk.controls.rotation = [make_track(f"rock/{n}") for n in range(3 * AHEAD)]
    assert len(await talk.queue()) == 1 + AHEAD


async def test_parts_of_the_queue_can_be_asked_for() -> None:
    talk = make_talk()
    assert await talk.values("Title", "playlistinfo 1:") == ["c", "d"]
    assert await talk.values("Title", "playlistinfo 0:1") == ["b"]
    assert await talk.values("Title", "playlistinfo -1") == ["b", "c", "d"]
    assert await talk.values("Title", "playlistid 2") == ["c"]
    assert await talk.values("Title", "playlistid") == ["b", "c", "d"]
    assert await talk.say("playlistinfo 3") == "ACK [2@0] {playlistinfo} Bad song index"
    assert await talk.say("playlistid 9") == "ACK [50@0] {playlistid} No such song"


async def test_the_queue_can_be_searched() -> None:
    talk = make_talk()
    assert await talk.values("Pos", "playlistsearch artist anna") == ["1"]
    assert await talk.values("Pos", "playlistfind artist anna") == []
    assert await talk.values("Pos", 'playlistfind "(artist == \\"Cyd\\")"') == ["2"]


async def test_a_song_keeps_its_id_until_it_is_over() -> None:
    talk = make_talk()
    await talk.say("add rock/a.mp3", "add jingles/j.mp3")
    before = await ids(talk)
    await talk.say("move 2 1")
    assert await ids(talk) == before
    talk.controls.draw()
    assert await ids(talk) == before
    await talk.say("next")
    after = await ids(talk)
    assert list(after) == ["j", "a", "c", "d"]
    assert after.items() <= before.items()
    await talk.say("next", "next")
    assert (await ids(talk)).items() <= before.items()


async def test_a_song_that_is_prepared_as_soon_as_it_is_added_has_the_id_that_was_told() -> None:
    talk = make_talk()
    await talk.queue()
    told = await talk.say("addid rock/Deep/c.mp3")
    talk.controls.draw()
    assert await talk.queue() == ["b", "c", "c", "d"], "the rotation has it too"
    assert f"Id: {(await talk.values('Id', 'playlistinfo'))[1]}" == told


async def test_the_same_track_twice_has_two_ids() -> None:
    talk = make_talk()
    assert await talk.say("addid rock/b.mp3", "addid rock/b.mp3") == "Id: 1\nId: 2"
    assert await talk.queue() == ["b", "b", "b", "c", "d"]
    assert len(set(await talk.values("Id", "playlistinfo"))) == 5


async def test_what_waits_in_the_queue_does_not_lend_its_id_to_what_is_heard() -> None:
    talk = make_talk()
    await talk.say("add rock/Deep/c.mp3")
    waiting = await talk.values("Id", "playlistinfo 1")
    talk.controls.play(talk.controls.now)
    talk.controls.rotation.clear()
    assert await talk.values("Id", "playlistinfo 1") == waiting


async def test_songs_are_added_where_clients_want_them() -> None:
    talk = make_talk()
    await talk.say("add rock/a.mp3", "add jingles/j.mp3 1", "add rock/Deep/Est/d.mp3 +1")
    assert await talk.queue() == ["b", "j", "d", "a", "c", "d"]
    await talk.say("add rock/b.mp3 0")
    assert (await talk.queue())[1] == "b", "before what is heard is no place"
    assert await talk.say("add rock/b.mp3 99") == "ACK [2@0] {add} Number too large: 99"
    await talk.say("addid jingles/j.mp3 7")
    assert [each.track.title for each in talk.controls.queue] == ["b", "j", "d", "a", "j"]


async def test_directories_and_addresses_can_be_added() -> None:
    talk = make_talk()
    await talk.say(
        "add rock/Deep 1", "add http://example.org/other.mp3", "add file:///music/rock/a.mp3"
    )
    assert await talk.values("file", "playlistinfo") == [
        "rock/b.mp3", "rock/Deep/Est/d.mp3", "rock/Deep/c.mp3", "http://example.org/other.mp3",
        "rock/a.mp3", "rock/Deep/c.mp3", "rock/Deep/Est/d.mp3",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("command", "error"),
    [
        ("add nope", "ACK [50@0] {add} No such song"),
        ("addid rock", "ACK [50@0] {addid} No such song"),
        ("addid /etc/passwd", "ACK [52@0] {addid} /etc/passwd is in no playlist"),
        ("add file:///etc/passwd", "ACK [52@0] {add} /etc/passwd is in no playlist"),
    ],
)
async def test_only_what_is_in_a_playlist_can_be_added(command: str, error: str) -> None:
    assert await make_talk().say(command) == error


async def test_the_queue_has_an_end() -> None:
    talk = make_talk()
    lines = ["addid rock/a.mp3"] * (MAX_QUEUE + 1)
    answer = await talk.say(*lines)
    assert answer.endswith(f"ACK [52@{MAX_QUEUE}] {{addid}} the queue is full: {MAX_QUEUE} tracks")
    assert await talk.values("Id", f"playlistinfo {MAX_QUEUE}") == [str(MAX_QUEUE)]


async def test_songs_of_the_queue_can_be_deleted_and_what_is_heard_skipped() -> None:
    talk = make_talk()
    await talk.say("add rock/a.mp3", "add jingles/j.mp3")
    await talk.say("delete 1")
    assert await talk.queue() == ["b", "j", "c", "d"]
    song_id = (await ids(talk))["j"]
    await talk.say(f"deleteid {song_id}")
    assert await talk.queue() == ["b", "c", "d"]
    assert talk.controls.skips == 0
    await talk.say("delete 0")
    assert talk.controls.skips == 1


async def test_of_a_range_only_the_queue_is_deleted() -> None:
    talk = make_talk()
    await talk.say("add rock/a.mp3", "add jingles/j.mp3", "delete 0:")
    assert await talk.queue() == ["b", "c", "d"]
    assert talk.controls.skips == 0


async def test_a_list_of_deletions_is_done_as_far_as_it_can_be() -> None:
    talk = make_talk()
    await talk.say("add rock/a.mp3", "add jingles/j.mp3")
    assert await talk.say("delete 4", "delete 3", "delete 2", "delete 1") == ""  # mpc crop
    assert await talk.queue() == ["b", "c", "d"]


async def test_clear_empties_the_operators_queue() -> None:
    talk = make_talk()
    await talk.say("add rock", "clear")
    assert await talk.queue() == ["b", "c", "d"]


@pytest.mark.parametrize("command", ["delete 1", "delete 2", "deleteid 2", "move 0 1", "move 1 2"])
async def test_what_is_prepared_and_what_the_rotation_would_choose_stays(command: str) -> None:
    talk = make_talk()
    await talk.say("add rock/a.mp3")
    talk.controls.draw()
    await talk.queue()
    answer = await talk.say(command)
    assert answer.startswith("ACK [4@0]")
    assert await talk.queue() == ["b", "a", "c", "d"]


async def test_a_track_of_the_rotation_that_is_moved_becomes_the_operators() -> None:
    talk = make_talk()
    await talk.say("add rock/a.mp3", "move 3 1")
    assert [each.track for each in talk.controls.queue] == [D, A]


@pytest.mark.parametrize(
    ("command", "error"),
    [
        ("delete 9", "Bad song index"),
        ("delete 9:", "Bad song index"),
        ("deleteid 9", "No such song"),
        ("move 9 0", "Bad song index"),
        ("move 1 3", "Bad song index"),
        ("moveid 9 0", "No such song"),
        ("moveid 2 3", "Bad song index"),
        ("plchanges x", "Integer expected: x"),
    ],
)
async def test_what_is_not_there_cannot_be_changed(command: str, error: str) -> None:
    talk = make_talk()
    await talk.queue()
    assert (await talk.say(command)).endswith(error)


def positions(count: int) -> st.SearchStrategy[tuple[int, int, int]]:
    return st.tuples(st.integers(1, count), st.integers(1, count), st.integers(1, count))


@settings(max_examples=60, deadline=None)
@given(positions(6))
async def test_a_range_is_moved_as_mpd_moves_it(where: tuple[int, int, int]) -> None:
    start, end, to = where
    talk = make_talk()
    talk.controls.rotation.clear()
    names = ["rock/a.mp3", "rock/b.mp3", "rock/Deep/c.mp3", "rock/Deep/Est/d.mp3", "jingles/j.mp3"]
    await talk.say(*(f"add {name}" for name in names))
    before = await talk.values("Id", "playlistinfo")
    moved, rest = before[start:end], before[:start] + before[max(start, end) :]
    if start >= end or to > len(rest):
        return
    assert await talk.say(f"move {start}:{end} {to}") == ""
    assert await talk.values("Id", "playlistinfo") == rest[:to] + moved + rest[to:]


async def test_shuffle_keeps_what_there_is() -> None:
    talk = make_talk()
    await talk.say("add rock", "add rock")
    before = [each.number for each in talk.controls.queue]
    orders = set()
    for _ in range(20):
        await talk.say("shuffle 3:")
        order = [each.number for each in talk.controls.queue]
        assert order[:2] == before[:2]
        assert sorted(order) == before
        orders.add(tuple(order))
    assert len(orders) > 1


async def test_a_client_that_follows_the_changes_sees_the_queue_as_it_is() -> None:
    talk = make_talk()
    seen: dict[str, str] = {}
    version = 0
    steps = [
        [], ["add rock"], ["move 2 1"], ["delete 3"], ["next"], ["clear"], ["next"],
        ["add jingles 1", "delete 1"], ["add rock", "shuffle"],
    ]  # fmt: skip
    for lines in steps:
        assert not await talk.say("ping", *lines)
        pairs = await talk.lines(f"plchangesposid {version}")
        status = await talk.pairs("status")
        values = [pair.split(": ")[1] for pair in pairs]
        seen |= dict(zip(values[::2], values[1::2], strict=True))
        seen = {k: v for k, v in seen.items() if int(k) < int(status["playlistlength"])}
        version = int(status["playlist"])
        assert [seen[str(at)] for at in range(len(seen))] == await talk.values("Id", "playlistinfo")
        assert await talk.lines(f"plchanges {version}") == []
    assert len(await talk.values("Pos", "plchanges 0")) == len(seen)
    assert len(await talk.values("Pos", f"plchanges {version + 1}")) == len(seen)
    assert await talk.values("cpos", "plchangesposid 0 1:3") == ["1", "2"]


def test_without_news_nobody_asks_what_comes() -> None:
    controls = make_controls()
    playlist = Playlist()
    playlist.refresh(controls)
    controls.rotation = []
    playlist.refresh(controls)
    assert len(playlist.entries) == 3
