"""Directories over HTTP, with one of our own that answers as was recorded."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qs

import pytest
import trio

from radiocast.server import directories
from radiocast.server.directories import RETRY, RETRY_MOST, patience, tell_directories
from tests.protocols.recorded import TRANSCRIPTS
from tests.station import RunningStation
from tests.web_client.server import WebServer, web_server

from .audio import frames
from .made import encoder, player, station, until
from .talk import basic, get

ADDED = (TRANSCRIPTS / "icecast-asking" / "2.4-yp-add.server.bin").read_bytes()
OFTEN = ADDED.replace(b"TouchFreq: 30\r\n", b"")  # as the settings say: each second
REFUSED = b"HTTP/1.1 200 OK\r\nYPResponse: 0\r\nYPMessage: who?\r\nContent-Length: 0\r\n\r\n"
PUBLIC = ("ice-public: 1", "ice-name: Ours")


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    for constant in ("LOOK", "SETTLE", "FIRST_TOUCH", "LEAST_TOUCH", "RETRY"):
        monkeypatch.setattr(directories, constant, 0.01)


class Directory:
    """What it was asked, and what it answers."""

    def __init__(self, server: WebServer) -> None:
        self.server = server

    @property
    def asked(self) -> list[dict[str, str]]:
        bodies = [request.partition(b"\r\n\r\n")[2].decode() for request in self.server.asked]
        forms = [parse_qs(body, keep_blank_values=True) for body in bodies]
        return [{name: values[0].strip() for name, values in form.items()} for form in forms]

    @property
    def actions(self) -> list[str]:
        return [form["action"] for form in self.asked]


@asynccontextmanager
async def directory(answer: bytes = ADDED) -> AsyncIterator[Directory]:
    async with web_server(answer) as server:
        yield Directory(server)


def table(url: str, name: str = "ours") -> str:
    return f'[directories.{name}]\nurl = "{url}/yp"\ntouch = 1\n'


@asynccontextmanager
async def listed(yp: Directory, extra: str = "") -> AsyncIterator[RunningStation]:
    async with station(f"{extra}\n{table(yp.server.url)}") as on:
        yield on


async def test_a_public_stream_is_added_touched_and_removed() -> None:
    async with directory() as yp, listed(yp, "[mount]\ngrace = 0") as on:
        async with encoder(on, "/live", *PUBLIC, audio=frames(0, 5)) as source:
            await get(on.port, "/admin/metadata?mount=/live&mode=updinfo&song=A", basic("sesame"))
            async with player(on):
                await until(lambda: len(yp.asked) >= 2)
                added, touched = yp.asked[:2]
                assert (added["action"], added["sn"]) == ("add", "Ours")
                assert added["listenurl"] == f"http://localhost:{on.port}/live"
                assert touched["action"] == "touch"
                assert (touched["sid"], touched["st"], touched["listeners"]) == ("4711", "A", "1")
                request = yp.server.asked[0]
                assert request.startswith(b"POST /yp HTTP/1.1\r\n")
                assert b"\r\nContent-Type: application/x-www-form-urlencoded\r\n" in request
            await source.close()
        await until(lambda: yp.actions[-1] == "remove")
        assert yp.asked[-1]["sid"] == "4711"
        assert yp.actions.count("add") == 1


async def test_icecast_2_5s_names_are_told_at_its_level() -> None:
    async with directory() as yp, station() as on:
        async with encoder(on, "/live", *PUBLIC, audio=frames(0, 5)):
            on.reload('[icecast]\nversion = "2.5"\n' + table(yp.server.url))
            await until(lambda: bool(yp.asked))
        assert "sourceinstance" in yp.asked[0]


async def test_what_is_not_public_is_not_told() -> None:
    settings = "[mounts.'/hidden']\nhidden = true\n[mounts.'/not-direct']\ndirect = false"
    async with directory() as yp, listed(yp, settings) as on:
        async with (
            encoder(on, "/secret", "ice-public: 0", audio=frames(0, 5)),
            encoder(on, "/silent", audio=frames(0, 5)),
            encoder(on, "/hidden", *PUBLIC, audio=frames(0, 5)),
            encoder(on, "/not-direct", *PUBLIC, audio=frames(0, 5)),
            encoder(on, "/last", *PUBLIC, audio=frames(0, 5)),
        ):
            await until(lambda: len(yp.asked) >= 2)
            assert {form.get("listenurl") for form in yp.asked} == {
                f"http://localhost:{on.port}/last",
                None,
            }


async def test_the_streams_are_removed_when_the_station_stops() -> None:
    async with directory() as yp, listed(yp) as on:
        async with encoder(on, "/live", *PUBLIC, audio=frames(0, 5)):
            await until(lambda: "touch" in yp.actions)
            on.station.stop()
            await until(lambda: yp.actions[-1] == "remove")


async def test_and_when_it_is_told_of_another_directory_by_a_reload() -> None:
    async with directory() as old, directory() as new, listed(old) as on:
        async with encoder(on, "/live", *PUBLIC, audio=frames(0, 5)):
            await until(lambda: "touch" in old.actions)
            on.reload(table(new.server.url))
            await until(lambda: "add" in new.actions)
            await until(lambda: old.actions[-1] == "remove")


async def test_a_stop_does_not_wait_for_a_directory_that_does_not_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(directories, "GOODBYE", 0.05)
    stop = trio.Event()
    async with directory() as yp, listed(yp) as on:
        async with encoder(on, "/live", *PUBLIC, audio=frames(0, 5)):
            async with trio.open_nursery() as nursery:
                nursery.start_soon(tell_directories, on.station.broadcast, stop.wait)
                await until(lambda: yp.actions.count("touch") == 2)  # the station's own, and this
                yp.server.may_answer = trio.Event()
                stop.set()
                with trio.fail_after(2):
                    await until(lambda: yp.actions[-1] == "remove")
                    await until(lambda: not nursery.child_tasks)


async def test_who_was_forgotten_comes_again() -> None:
    async with directory(OFTEN) as yp, listed(yp) as on:
        async with encoder(on, "/live", *PUBLIC, audio=frames(0, 5)):
            await until(lambda: "touch" in yp.actions)
            yp.server.answer = REFUSED
            await until(lambda: yp.actions.count("add") == 2)
            yp.server.answer = ADDED
            count = len(yp.asked)
            await until(lambda: "touch" in yp.actions[count:])


async def test_a_stream_that_is_called_otherwise_is_added_anew() -> None:
    async with directory(OFTEN) as yp, listed(yp) as on:
        async with encoder(on, "/live", *PUBLIC, audio=frames(0, 5)):
            await until(lambda: "touch" in yp.actions)
            on.reload(f"[mount]\nname = 'New'\n{table(yp.server.url)}")
            await until(lambda: yp.actions.count("add") == 2)
            assert "remove" in yp.actions
            assert [form for form in yp.asked if form["action"] == "add"][1]["sn"] == "New"


@pytest.mark.parametrize(
    "answer",
    [REFUSED, b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", b"nonsense\r\n\r\n", b""],
)
async def test_what_goes_wrong_is_said_once_and_tried_again(
    answer: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "radiocast")
    async with directory(answer) as yp, directory() as other:
        both = table(yp.server.url) + table(other.server.url, "other")
        async with station(both) as on:
            async with encoder(on, "/live", *PUBLIC, audio=frames(0, 5)), player(on):
                await until(lambda: yp.actions.count("add") >= 3)
                await until(lambda: "touch" in other.actions)
                said = [r for r in caplog.records if "directory ours:" in r.getMessage()]
                assert [record.levelname for record in said if record.levelno >= logging.INFO] == [
                    "WARNING"
                ]
                yp.server.answer = ADDED
                await until(lambda: "touch" in yp.actions)


def test_tries_become_rare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directories, "RETRY", RETRY)
    assert [patience(failures) for failures in (1, 2, 3)] == [RETRY, 2 * RETRY, 4 * RETRY]
    assert patience(1000) == RETRY_MOST
