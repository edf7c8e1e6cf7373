"""`radiocast dj` against a station: what it asks, what it prints, and how it fails."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
import trio

from radiocast.admin.control.api import Api
from radiocast.autodj.track import Track
from radiocast.cli.main import main
from radiocast.cli.station import PASSWORD
from tests.admin.control.made import ANNA, BJORK, NOON, FakeAutoDj, FakeStation, entry
from tests.station import RunningStation, running_station

PATIENCE = 20.0


@dataclass
class Shell:
    """Runs commands against a station, as the operator would."""

    on: RunningStation
    autodj: FakeAutoDj
    capsys: pytest.CaptureFixture[str]

    async def fails(self, *arguments: str, url: str = "", password: str = "letmein") -> str:
        """The one line on standard error of a command that fails."""
        code, out, err = await self.run(*arguments, url=url, password=password)
        assert (code, out) == (1, "")
        assert err.startswith("radiocast: ")
        assert err.count("\n") == 1
        return err

    async def dj(self, *arguments: str) -> str:
        """What a command that succeeds prints."""
        code, out, err = await self.run(*arguments, password="letmein")
        assert (code, err) == (0, "")
        return out

    async def run(self, *arguments: str, url: str = "", password: str = "") -> tuple[int, str, str]:
        where = ["--url", url or self.on.url(""), "--password", password]
        code = await trio.to_thread.run_sync(partial(main, ["dj", *arguments, *where]))
        return (code, *self.capsys.readouterr())


@asynccontextmanager
async def shell(
    capsys: pytest.CaptureFixture[str], autodj: FakeAutoDj | None = None
) -> AsyncIterator[Shell]:
    async with running_station(patience=PATIENCE) as on:
        steered = autodj or FakeAutoDj()
        on.station.broadcast.api = Api(FakeStation(), steered)
        yield Shell(on, steered, capsys)


async def test_what_is_heard_is_told_with_the_reasons(capsys: pytest.CaptureFixture[str]) -> None:
    async with shell(capsys) as sh:
        assert (await sh.dj("now")).startswith("(no title)\n")
        sh.autodj.play(ANNA, since=NOON)
        sh.autodj.enqueue(BJORK.key)
        told = await sh.dj("now")
        assert told.startswith("Anna - Go\n")
        assert " of 3:20, from songs\n" in told
        assert "  because it is its turn\n" in told
        assert "  next: Björk - Jóga\n" in told
        assert json.loads(await sh.dj("now", "--json"))["key"] == ANNA.key
        explained = await sh.dj("explain")
        assert "  because the station starts\n" in explained
        assert "next: Björk - Jóga, at " in explained
        sh.autodj.go_live("Dora - Talk")
        assert (await sh.dj("now")).startswith("Dora - Talk\n  live from ::9, ")


async def test_the_queue_is_steered(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "here.mp3").touch()
    here = Track(str(tmp_path / "here.mp3"), 60.0, "", "Here")
    async with shell(capsys, FakeAutoDj(ANNA, BJORK, here)) as sh:
        assert await sh.dj("queue") == "the queue is empty\n"
        assert await sh.dj("add", "here.mp3") == "number 1, next: Here\n"
        assert await sh.dj("add", "anna") == "number 2, after 1 others: Anna - Go\n"
        added = await sh.dj("add", "https://example.org/a.mp3", "--position", "0")
        assert added == "number 3, next: a\n"
        found = (await sh.dj("search", "BJÖRK")).split()[0]
        await sh.dj("add", found)
        assert await sh.dj("queue") == (
            "3  a             ?\n1  Here          1:00\n2  Anna - Go     3:20\n"
            "4  Björk - Jóga  1:40\n"
        )
        assert (await sh.dj("move", "2", "0")).startswith("2  Anna - Go")
        assert "Here" not in await sh.dj("remove", "1")
        assert await sh.dj("clear") == "the queue is empty\n"


async def test_skip_kick_and_reload_reach_the_auto_dj(capsys: pytest.CaptureFixture[str]) -> None:
    async with shell(capsys) as sh:
        assert await sh.dj("skip") == "skipped\n"
        assert await sh.dj("kick") == "nobody is live\n"
        sh.autodj.go_live()
        assert await sh.dj("kick") == "sent away\n"
        assert await sh.dj("reload") == "looking at the files\n"
        assert sh.autodj.done == ["skip", "kick", "kick", "reload"]


async def test_what_comes_and_what_was_are_lists(capsys: pytest.CaptureFixture[str]) -> None:
    async with shell(capsys) as sh:
        coming = (await sh.dj("upcoming", "--count", "3")).splitlines()
        assert len(coming) == 4, "a day, and three tracks"
        assert "  songs         " in coming[1]
        assert "because" in await sh.dj("simulate", "--hours", "1")
        assert await sh.dj("history") == "nothing was heard\n"
        sh.autodj.entries = [entry(NOON, "Old"), entry(NOON + 60, "New"), entry(NOON + 90, "On")]
        lines = (await sh.dj("history", "--count", "2")).splitlines()
        assert [line.split(" - ")[-1] for line in lines] == ["New", "On"]
        assert "Old" in await sh.dj("history", "--from", "2000-01-01", "--to", "2030-01-01")
        table = await sh.dj("history", "--from", "2000-01-01", "--csv")
        assert [row["title"] for row in csv.DictReader(io.StringIO(table))] == ["Old", "New", "On"]


async def test_the_library_is_told_with_its_problems(capsys: pytest.CaptureFixture[str]) -> None:
    async with shell(capsys) as sh:
        told = await sh.dj("playlists")
        assert told.startswith("songs    3 tracks  shuffle, weight 1  /music\n")
        assert "not played: songs: /music is gone\n" in told
        assert await sh.dj("search", "nobody") == "nothing was found\n"


async def test_names_cannot_command_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    evil = Track("/music/\x1b[2J\udcff.mp3", 60.0, "Anna", "Go \x1b[31m")
    async with shell(capsys, FakeAutoDj(evil)) as sh:
        sh.autodj.play(evil)
        for ask in (["now"], ["search", "anna"], ["upcoming"], ["explain"]):
            assert "\x1b" not in await sh.dj(*ask)
        assert json.loads(await sh.dj("search", "anna", "--json"))["tracks"][0]["key"] == evil.path


async def test_what_cannot_be_done_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    async with shell(capsys) as sh:
        assert "no track has the words 'nobody'" in await sh.fails("add", "nobody")
        assert "several tracks" in await sh.fails("add", "music")
        assert "in no playlist" in await sh.fails("add", "/nowhere.mp3")
        assert "no number 7 in the queue" in await sh.fails("remove", "7")
        assert "password is wrong" in await sh.fails("skip", password="sesame")
        assert "no answer from http://127.0.0.1:1: Connection refused" in await sh.fails(
            "now", url="http://127.0.0.1:1"
        )
        assert "is no address" in await sh.fails("now", url="ftp://x")
        assert "is no address" in await sh.fails("now", url="http://x:99999")
        sh.on.station.broadcast.api = Api(sh.on.station.broadcast, None)
        assert "no auto-DJ" in await sh.fails("now")


async def test_a_server_that_is_no_station_is_called_so(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def answer(stream: trio.SocketStream) -> None:
        await stream.receive_some()
        await stream.send_all(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<html>")
        await stream.aclose()

    async with shell(capsys) as sh, trio.open_nursery() as nursery:
        serve = partial(trio.serve_tcp, answer, 0, host="127.0.0.1")
        (listener,) = await nursery.start(serve)
        port = listener.socket.getsockname()[1]
        assert "is no radiocast station" in await sh.fails("now", url=f"127.0.0.1:{port}")
        nursery.cancel_scope.cancel()


async def test_the_station_is_found_where_serve_starts_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(PASSWORD, raising=False)
    async with shell(capsys) as sh:
        file, state = tmp_path / "radiocast.toml", tmp_path / "state"
        file.write_text(f'[listen]\nhost = "127.0.0.1"\nport = {sh.on.port}\n')

        async def skip() -> tuple[int, str]:
            said = ["dj", "skip", "--config", str(file), "--state", str(state)]
            code = await trio.to_thread.run_sync(main, said)
            return code, "".join(capsys.readouterr())

        code, said = await skip()
        assert (code, "password is needed" in said) == (1, True)
        assert not state.exists(), "asking makes no passwords"
        state.mkdir()
        (state / "passwords.toml").write_text('[passwords]\nsource = "s"\nadmin = "letmein"\n')
        assert await skip() == (0, "skipped\n")
        monkeypatch.setenv(PASSWORD, "wrong")
        assert (await skip())[0] == 1
        monkeypatch.setenv(PASSWORD, "letmein")
        (state / "passwords.toml").write_text("broken")
        assert await skip() == (0, "skipped\n")


def test_a_port_that_nobody_knows_is_asked_for(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "radiocast.toml"
    file.write_text("[listen]\nport = 0\n")
    assert main(["dj", "now", "--config", str(file), "--password", "x"]) == 1
    assert "give --url" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["play"],
        ["add"],
        ["remove", "x"],
        ["move", "1"],
        ["move", "1", "-1"],
        ["upcoming", "--count", "101"],
        ["simulate", "--hours", "0"],
        ["history", "--from", "yesterday"],
    ],
)
def test_wrong_usage_is_exit_code_2(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["dj", *arguments])
    assert caught.value.code == 2
    assert "usage: radiocast dj" in capsys.readouterr().err
