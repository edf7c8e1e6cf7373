"""Passwords, pictures, news and whatever else is about the conversation itself."""

from __future__ import annotations

from pathlib import Path

import pytest
import trio
import trio.testing

from radiocast.admin.mpd import conversation
from radiocast.autodj.changes import Part
from radiocast.autodj.tags import read_artwork
from radiocast.autodj.track import Shelf, Track
from radiocast.protocols.mpd.requests import Request

from .made import Talk, make_controls, make_talk

TAGGED = Path(__file__).parents[2] / "media/tagged"
PASSWORD = '[control]\nmpd_password = "open sesame"\n'


async def test_without_a_password_everything_is_allowed() -> None:
    talk = make_talk()
    assert "add" in await talk.values("command", "commands")
    assert await talk.say("notcommands") == ""
    assert await talk.say("password whatever") == ""


async def test_with_a_password_one_may_only_look_before_it_is_given(
    autojump_clock: trio.testing.MockClock,
) -> None:
    talk = make_talk(PASSWORD)
    assert await talk.say("next") == 'ACK [4@0] {next} you don\'t have permission for "next"'
    assert await talk.pairs("status")
    allowed = set(await talk.values("command", "commands"))
    denied = set(await talk.values("command", "notcommands"))
    assert {"status", "idle", "close", "search"} <= allowed
    assert {"add", "next", "update", "searchadd"} <= denied
    assert allowed | denied == {*conversation.COMMANDS, "idle", "close"}
    assert not allowed & denied

    assert await talk.say("password sesame") == "ACK [3@0] {password} incorrect password"
    assert trio.current_time() >= conversation.WRONG_PASSWORD, "guessing takes its time"
    assert (await talk.say("next")).startswith("ACK [4@0]")
    assert talk.controls.skips == 0

    assert await talk.say('password "open sesame"') == ""
    assert await talk.say("next") == ""
    assert talk.controls.skips == 1
    assert await talk.say("notcommands") == ""


async def test_every_command_that_changes_something_needs_the_password() -> None:
    looking = {name for name, spec in conversation.COMMANDS.items() if not spec.changes}
    assert looking == {
        "albumart", "binarylimit", "channels", "commands", "config", "count", "currentsong",
        "decoders", "find", "getvol", "list", "listall", "listallinfo", "listpartitions",
        "listplaylist", "listplaylistinfo", "listplaylists", "lsinfo", "notcommands", "outputs",
        "password", "ping", "playlist", "playlistfind", "playlistid", "playlistinfo",
        "playlistsearch", "plchanges", "plchangesposid", "readmessages", "readpicture",
        "replay_gain_status", "search", "stats", "status", "tagtypes", "urlhandlers",
    }  # fmt: skip


async def test_a_command_list_ends_where_it_goes_wrong() -> None:
    talk = make_talk()
    assert await talk.say("ping", "next", "foo", "next") == 'ACK [5@2] {} unknown command "foo"'
    assert talk.controls.skips == 1
    reply = await talk.reply("ping", "next", confirm_each=True)
    assert reply.data == b"list_OK\nlist_OK\nOK\n"
    reply = await talk.reply("ping", 'add "x', confirm_each=True)
    assert reply.data == b"list_OK\nACK [5@1] {} Missing closing '\"'\n"
    assert (await talk.conversation.answer(Request((), is_list=True))).data == b"OK\n"
    for command in ("idle", "noidle", "close"):
        assert f'unknown command "{command}"' in await talk.say("ping", command)


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("status 1", 'wrong number of arguments for "status"'),
        ("password", 'wrong number of arguments for "password"'),
        ("add", 'too few arguments for "add"'),
        ("add a 1 2", 'too many arguments for "add"'),
        ("idle player foo", "Unrecognized idle event: foo"),
        ("binarylimit 1", "Value too small"),
        ("tagtypes foo", "Unknown sub command"),
        ("tagtypes enable", "Not enough arguments"),
        ("tagtypes enable foo", "Unknown tag type: foo"),
        ("enableoutput 2", "No such audio output"),
    ],
)
async def test_commands_with_wrong_arguments_are_refused(line: str, error: str) -> None:
    name = line.split(" ")[0]
    ack = 50 if "output" in line else 2
    assert await make_talk().say(line) == f"ACK [{ack}@0] {{{name}}} {error}"


async def test_a_client_sees_the_tags_it_wants() -> None:
    talk = make_talk()
    assert len(await talk.values("tagtype", "tagtypes")) > 20
    await talk.say("tagtypes clear", "tagtypes enable artist title", "tagtypes disable TITLE")
    assert await talk.values("tagtype", "tagtypes") == ["Artist"]
    assert await talk.lines("currentsong") == [
        "file: rock/b.mp3", "Artist: Bea", "Time: 100", "duration: 100.500", "Pos: 0", "Id: 1",
    ]  # fmt: skip
    await talk.say("tagtypes all")
    assert await talk.values("Title", "currentsong") == ["b"]


async def test_the_mounts_are_the_outputs() -> None:
    talk = make_talk()
    assert await talk.lines("outputs") == [
        "outputid: 0", "outputname: /stream", "plugin: mp3", "outputenabled: 1",
        "outputid: 1", "outputname: /small", "plugin: opus", "outputenabled: 1",
    ]  # fmt: skip
    assert await talk.say("enableoutput 1") == ""
    assert (await talk.say("disableoutput 1")).startswith("ACK [52@0]")
    assert (await talk.say("toggleoutput 0")).startswith("ACK [52@0]")


async def test_the_server_tells_what_it_is() -> None:
    talk = make_talk()
    assert "mp3" in await talk.values("suffix", "decoders")
    assert await talk.values("handler", "urlhandlers") == ["http://", "https://"]
    assert await talk.values("partition", "listpartitions") == ["default"]
    assert (await talk.say("config")).startswith("ACK [4@0]")
    assert await talk.values("replay_gain_mode", "replay_gain_status") == ["track"]
    assert await talk.say("channels", "readmessages") == ""


def talk_with_picture() -> tuple[Talk, bytes]:
    controls = make_controls()
    song = str(TAGGED / "flac.flac")
    controls.shelves = {
        "x": Shelf((Track(song), Track(str(TAGGED / "asf.wma")), Track("http://x/y.mp3")))
    }
    artwork = read_artwork(song)
    assert artwork is not None
    return Talk(controls), artwork.data


async def test_a_picture_is_read_piece_by_piece() -> None:
    talk, picture = talk_with_picture()
    await talk.say("binarylimit 64")
    data, offset = b"", 0
    while offset < len(picture):
        reply = (await talk.reply(f"readpicture x/flac.flac {offset}")).data
        head, _, rest = reply.partition(b"binary: ")
        assert head == b"size: %d\ntype: image/png\n" % len(picture)
        size, _, rest = rest.partition(b"\n")
        assert 0 < int(size) <= 64
        assert rest[int(size) :] == b"\nOK\n"
        data += rest[: int(size)]
        offset = len(data)
    assert data == picture
    assert b"binary: 0\n\nOK\n" in (await talk.reply(f"albumart x/flac.flac {offset}")).data
    answer = await talk.say(f"readpicture x/flac.flac {offset + 1}")
    assert answer == "ACK [2@0] {readpicture} Bad file offset"


async def test_a_picture_is_read_anew_whenever_its_beginning_is_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "song"
    file.write_bytes((TAGGED / "flac.flac").read_bytes())
    controls = make_controls()
    controls.shelves = {"x": Shelf((Track(str(file)),))}
    talk = Talk(controls)
    await talk.say("binarylimit 64")
    assert b"binary: 64\n" in (await talk.reply("readpicture x/song 0")).data
    assert b"binary: " in (await talk.reply("readpicture x/song 64")).data, "the rest of the first"
    file.unlink()
    assert (await talk.say("readpicture x/song 0")).startswith("ACK [50@0]")


async def test_a_song_without_a_picture_says_so_as_clients_expect() -> None:
    talk, _ = talk_with_picture()
    for song in ("x/asf.wma", "http://x/y.mp3"):
        assert await talk.say(f"readpicture {song} 0") == ""
        assert await talk.say(f"albumart {song} 0") == "ACK [50@0] {albumart} No file exists"
    answer = await talk.say("readpicture nope 0")
    assert answer == "ACK [50@0] {readpicture} No such song"


async def test_news_is_told_once_and_kept_for_who_asks_for_something_else() -> None:
    talk = make_talk()
    reply = await talk.reply("idle")
    assert not reply.data
    everything = reply.idle
    player = (await talk.reply("idle player mixer")).idle
    assert player == {"player", "mixer"}
    assert talk.conversation.take_news(everything) == b"OK\n"

    talk.controls.changes.tell(Part.LIBRARY)
    talk.controls.changes.tell(Part.QUEUE)
    assert talk.conversation.take_news(player) == b"OK\n"
    talk.controls.changes.tell(Part.PLAYER)
    assert talk.conversation.take_news(player) == b"changed: player\nOK\n"
    assert talk.conversation.take_news(everything) == (
        b"changed: database\nchanged: stored_playlist\nchanged: playlist\nchanged: update\nOK\n"
    )
    assert talk.conversation.take_news(everything) == b"OK\n"


async def test_waiting_for_news_ends_with_the_news_one_waits_for(
    autojump_clock: trio.testing.MockClock,
) -> None:
    talk = make_talk()
    told: list[str] = []

    async def wait(wanted: frozenset[str]) -> None:
        await talk.conversation.wait_news(wanted)
        told.append("news")

    with trio.fail_after(5):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(wait, frozenset({"database"}))
            await trio.testing.wait_all_tasks_blocked()
            talk.controls.changes.tell(Part.PLAYER)
            await trio.testing.wait_all_tasks_blocked()
            assert not told
            talk.controls.changes.tell(Part.LIBRARY)
    assert told
