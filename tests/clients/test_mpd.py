"""Programs that steer an MPD steer the auto-DJ: mpc, python-mpd2 and ncmpc."""

from __future__ import annotations

import os
import pty
import re
import socket
import termios
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
import trio

from tests.clients.dj import Diary, go_live
from tests.clients.need import need
from tests.clients.processes import end, run
from tests.clients.shows import make_show, make_track
from tests.clients.stage import Stage, playing, until

pytestmark = pytest.mark.clients

DEBIANS_PYTHON = "/usr/bin/python3"

TITLES = ("First", "Second", "Third", "Töne")
PASSWORD = "letmesteer"

SCREEN = (24, 100)
"""Lines and columns of a terminal."""


def free_port() -> int:
    """One that was free a moment ago: the configuration's 0 means none."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return int(sock.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Remote:
    """A station to steer."""

    stage: Stage
    port: int

    @property
    def heard(self) -> str:
        """The title of the track that is heard."""
        track = self.stage.autodj.now.track
        return track.title if track else ""

    async def until_other_than(self, title: str) -> None:
        """Wait until another track is heard."""
        await until(lambda: self.heard not in ("", title))

    async def mpc(self, *command: str, password: str = "", fails: bool = False) -> str:
        """What mpc prints, without the line break at its end."""
        host = f"{password}@127.0.0.1" if password else "127.0.0.1"
        done = await run(["mpc", "-h", host, "-p", str(self.port), *command])
        assert (done.returncode != 0) is fails, (command, done)
        return (done.stderr if fails else done.stdout).decode().rstrip("\n")


@pytest.fixture
async def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with four tracks of half a minute, made once."""
    need("ffmpeg")
    directory = tmp_path_factory.getbasetemp() / "mpd"
    if not directory.exists():
        (directory / "tracks/deep").mkdir(parents=True)
        for number, title in enumerate(TITLES):
            path = directory / "tracks" / ("deep" if number == 3 else "") / f"{number}.flac"
            tags = [f"title={title}", f"artist=Artist {number % 2}"]
            await make_track(path, seconds=30, tags=tags)
    return directory


@asynccontextmanager
async def remote(directory: Path, password: str = "") -> AsyncIterator[Remote]:
    """A track is heard, and all of them are known."""
    port = free_port()
    settings = f"[control]\nmpd_port = {port}\n"
    if password:
        settings += f'mpd_password = "{password}"\n'
    async with playing(directory, settings=settings, codecs=("mp3",), listeners=False) as stage:
        on = Remote(stage, port)
        await until(lambda: on.heard)
        await until(lambda: len(stage.autodj.shelves["all"].keys) == len(TITLES))
        yield on


async def test_mpc_sees_what_is_heard_and_steers_it(library: Path) -> None:
    need("mpc")
    async with remote(library) as on:
        first = on.heard
        assert "[playing] #1/" in await on.mpc("status")
        assert await on.mpc("-f", "%title%", "current") == first
        assert (await on.mpc("-f", "%title%", "playlist")).splitlines()[0] == first

        assert (await on.mpc("ls")).splitlines() == ["all", "all"], "directory and playlist"
        assert await on.mpc("lsplaylists") == "all"
        assert (await on.mpc("ls", "all")).splitlines() == [
            "all/deep", "all/0.flac", "all/1.flac", "all/2.flac",
        ]  # fmt: skip
        assert await on.mpc("search", "title", "töne") == "all/deep/3.flac"
        assert await on.mpc("find", "((artist == 'Artist 0') AND (title == 'Third'))") == (
            "all/2.flac"
        )
        assert (await on.mpc("list", "artist")).splitlines() == ["Artist 0", "Artist 1"]
        assert "Songs:        4" in await on.mpc("stats")

        wanted = next(each for each in TITLES if each != first)
        uri = await on.mpc("find", "title", wanted)
        await on.mpc("add", uri)
        assert await on.mpc("-f", "%title%", "queued") == wanted
        await on.mpc("next")
        await until(lambda: on.heard == wanted)
        assert await on.mpc("-f", "%title%", "current") == wanted

        titles = (await on.mpc("-f", "%title%", "playlist")).splitlines()
        position = next(at for at, title in enumerate(titles[2:], 2) if title != wanted)
        await on.mpc("play", str(position + 1))
        await until(lambda: on.heard == titles[position])

        assert "does not stop" in await on.mpc("stop", fails=True)
        await on.mpc("clear")
        await on.mpc("load", "all")
        titles = (await on.mpc("-f", "%title%", "playlist")).splitlines()
        assert titles[1:5] == ["First", "Second", "Third", "Töne"]
        await on.mpc("crop")
        assert not on.stage.autodj.queue


async def test_mpc_waits_until_something_else_is_heard(library: Path) -> None:
    need("mpc")
    async with remote(library) as on, trio.open_nursery() as nursery:
        told: list[str] = []

        async def wait() -> None:
            told.append(await on.mpc("idle", "player"))

        nursery.start_soon(wait)
        while not told:  # nobody can tell when mpc has begun to wait
            heard = on.heard
            await on.mpc("next")
            await on.until_other_than(heard)
        assert told == ["player"]


async def test_mpc_needs_the_password_to_change_anything(library: Path) -> None:
    need("mpc")
    async with remote(library, PASSWORD) as on:
        assert await on.mpc("-f", "%title%", "current") == on.heard
        assert "permission" in await on.mpc("next", fails=True)
        assert "incorrect password" in await on.mpc("next", password="wrong", fails=True)
        await on.mpc("next", password=PASSWORD)


async def test_mpc_shows_who_is_live(library: Path, tmp_path: Path) -> None:
    need("mpc")
    show = await make_show(tmp_path, "mp3", seconds=20)
    async with remote(library) as on, trio.open_nursery() as nursery:
        await nursery.start(partial(go_live, on.stage.station.port, "/mp3", show, Diary()))
        await until(lambda: on.stage.autodj.now.source)
        assert "[playing] #1/" in await on.mpc("status")
        assert (await on.mpc("-f", "%file% %name%", "current")).startswith("live radiocast")
        nursery.cancel_scope.cancel()


SCRIPT = """
import sys, mpd
client = mpd.MPDClient()
client.timeout = 20
client.connect("127.0.0.1", int(sys.argv[1]))
status, song = client.status(), client.currentsong()
assert (status["state"], status["consume"], status["song"]) == ("play", "1", "0"), status
assert song["title"] == sys.argv[2] and song["id"] == status["songid"], song
assert 29 < float(status["duration"]) < 31, status
assert [each["file"] for each in client.listallinfo() if "file" in each] == [
    "all/0.flac", "all/1.flac", "all/2.flac", "all/deep/3.flac"]
assert client.find("title", "Töne")[0]["file"] == "all/deep/3.flac"
assert client.list("title", "group", "artist")[0]["title"] == ["First", "Third"]

added = client.addid("all/deep/3.flac")
assert client.playlistid(added)[0]["title"] == "Töne"
version = client.status()["playlist"]
assert client.plchangesposid(version) == []
client.command_list_ok_begin()
client.add("all/0.flac")
client.addid("all/1.flac", 2)
client.status()
assert client.command_list_end()[2]["playlist"] != version
titles = [each["title"] for each in client.playlistinfo()]
assert titles[:4] == [sys.argv[2], "Töne", "Second", "First"], titles
assert {each["cpos"] for each in client.plchangesposid(version)} >= {"2", "3"}

client.playid(added)
while client.currentsong()["id"] != added:
    assert "player" in client.idle("player")
assert client.currentsong()["title"] == "Töne"
try:
    client.pause(1)
except mpd.CommandError as error:
    assert "does not stop" in str(error)
else:
    raise AssertionError("a station does not pause")
client.update()
client.close()
client.disconnect()
print("all is well")
"""


async def test_python_mpd_finds_ids_and_versions_it_can_rely_on(library: Path) -> None:
    need(DEBIANS_PYTHON)
    if (await run([DEBIANS_PYTHON, "-c", "import mpd"])).returncode:
        need("python3-mpd")
    async with remote(library) as on:
        first = on.heard
        done = await run([DEBIANS_PYTHON, "-c", SCRIPT, str(on.port), first])
        assert done.stdout == b"all is well\n", done.stderr.decode()


async def test_ncmpc_shows_the_queue_and_skips(library: Path, tmp_path: Path) -> None:
    need("ncmpc")
    async with remote(library) as on:
        first = on.heard
        terminal, theirs = pty.openpty()
        termios.tcsetwinsize(theirs, SCREEN)
        try:
            ncmpc = await trio.lowlevel.open_process(
                ["ncmpc", "-h", "127.0.0.1", "-p", str(on.port)],
                stdin=theirs, stdout=theirs, stderr=theirs,
                env={**os.environ, "TERM": "xterm", "LC_ALL": "C.UTF-8", "HOME": str(tmp_path)},
            )  # fmt: skip
            try:
                await read_until(terminal, f"Artist {TITLES.index(first) % 2} - {first}")
                os.write(terminal, b">")
                await on.until_other_than(first)
                await read_until(terminal, on.heard)
            finally:
                await end(ncmpc)
        finally:
            os.close(terminal)
            os.close(theirs)


async def read_until(terminal: int, text: str) -> str:
    """What a terminal shows, without what moves its cursor, until it has shown this."""
    shown = b""
    while text not in plain(shown):
        await trio.lowlevel.wait_readable(terminal)
        shown += os.read(terminal, 65536)
    return plain(shown)


def plain(shown: bytes) -> str:
    return re.sub(r"\x1b(\[[0-9;?]*[a-zA-Z]|[()][A-Z0-9]|[=>])", "", shown.decode(errors="replace"))
