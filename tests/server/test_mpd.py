"""MPD clients on a socket: greeted, answered, told the news, and dropped when they misbehave."""

from __future__ import annotations

import math
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
import trio

from radiocast.admin.mpd.desk import Desk
from radiocast.autodj.changes import Part
from radiocast.config.load import load
from radiocast.server import mpd
from radiocast.server.sockets import accept_for_ever, listen
from tests.admin.mpd.fakes import FakeControls
from tests.admin.mpd.made import CONFIG, NOW, make_controls
from tests.station import running_station

from .made import until
from .talk import Talk

PATIENCE = 10.0


class Port:
    """A port on loopback with a fake auto-DJ behind it."""

    def __init__(self, address: tuple[str, int], controls: FakeControls) -> None:
        self.address = address
        self.controls = controls
        self.stopping: set[trio.CancelScope] = set()

    @asynccontextmanager
    async def client(self) -> AsyncIterator[Talk]:
        async with await trio.open_tcp_stream(*self.address) as stream:
            talk = Talk(stream)
            assert await talk.read_until(b"\n") == b"OK MPD 0.23.5\n"
            yield talk

    def idle(self, seconds: float) -> trio.CancelScope:
        scope = trio.move_on_after(seconds)
        self.stopping.add(scope)
        return scope


@asynccontextmanager
async def port(settings: str = "") -> AsyncIterator[Port]:
    config = load(CONFIG + settings)
    controls = make_controls()
    with trio.fail_after(PATIENCE), listen("127.0.0.1", 0) as listener:
        async with trio.open_nursery() as nursery:
            on = Port(listener.getsockname(), controls)
            desk = Desk(controls, lambda: config, started=NOW - 60, clock=lambda: NOW)
            taker = mpd.MpdPort(desk, on.idle, nursery)
            nursery.start_soon(accept_for_ever, listener, taker.take)
            yield on
            nursery.cancel_scope.cancel()


async def is_closed(talk: Talk) -> bool:
    """Whether the server hangs up without another word."""
    return await talk.read_some(1000) == b""


async def test_a_client_is_greeted_and_answered_command_by_command() -> None:
    async with port() as on, on.client() as client:
        await client.send(b"ping\n")
        assert await client.read_until(b"OK\n") == b"OK\n"
        await client.send(b"foo\n", b"curr", b'ents"ong\ncurrentsong\n')
        assert await client.read_until(b"\n") == b'ACK [5@0] {} unknown command "foo"\n'
        assert (await client.read_until(b"\n")).startswith(b"ACK [5@0] {} Space expected")
        answer = await client.read_until(b"OK\n")
        assert answer.startswith(b"file: rock/b.mp3\nArtist: Bea\n")


async def test_commands_sent_all_at_once_are_answered_in_order() -> None:
    async with port() as on, on.client() as client:
        await client.send(
            b"command_list_ok_begin\nadd rock\nsearch artist cyd\ncommand_list_end\n"
            b"playlistinfo 1:2\nclose\n"
        )
        assert await client.read_until(b"list_OK\n") == b"list_OK\n"
        assert b"Artist: Cyd\n" in await client.read_until(b"list_OK\nOK\n")
        assert b"Pos: 1\n" in await client.read_until(b"OK\n")
        assert await is_closed(client)


async def test_idle_waits_for_news_and_only_for_what_was_asked() -> None:
    async with port() as on, on.client() as client:
        await client.send(b"idle database\n")
        on.controls.changes.tell(Part.PLAYER)
        on.controls.changes.tell(Part.LIBRARY)
        assert await client.read_until(b"OK\n") == b"changed: database\nOK\n"
        await client.send(b"idle player\n")
        assert await client.read_until(b"OK\n") == b"changed: player\nOK\n"
        await client.send(b"ping\n")
        assert await client.read_until(b"OK\n") == b"OK\n"


async def test_noidle_ends_the_waiting_at_once() -> None:
    async with port() as on, on.client() as client:
        await client.send(b"idle\nnoidle\nping\n")
        assert await client.read(6) == b"OK\nOK\n"
        await client.send(b"noidle\nping\n")  # too late is no mistake: news was on its way
        assert await client.read_until(b"OK\n") == b"OK\n"


@pytest.mark.parametrize(
    "said",
    [
        b"idle\nstatus\n",
        b"idle\ncommand_list_begin\ncommand_list_end\n",
        b"GET / HTTP/1.1\r\n\r\nnext\n",
        b"x" * 20_000,
    ],
)
async def test_who_does_not_keep_to_the_protocol_is_dropped(said: bytes) -> None:
    async with port() as on, on.client() as client:
        await client.send(said)
        assert await is_closed(client)
        assert on.controls.skips == 0


async def test_a_client_that_says_nothing_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mpd, "TIMEOUT", 0.05)
    async with port() as on:
        async with on.client() as silent:
            assert await is_closed(silent)
        async with on.client() as patient:  # no timeout for who waits for news
            await patient.send(b"idle\n")
            with trio.move_on_after(0.2):
                pytest.fail(f"{await patient.read(1)!r}")
            on.controls.changes.tell(Part.LIBRARY)
            assert b"changed: database\n" in await patient.read_until(b"OK\n")


async def test_a_client_that_takes_no_answers_is_dropped(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(mpd, "SEND_TIMEOUT", 0.05)
    caplog.set_level("INFO")
    async with port() as on:
        stream = await trio.open_tcp_stream(*on.address)
        stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        with suppress(trio.BrokenResourceError):
            while True:
                await stream.send_all(b"commands\n" * 1000)
        await stream.aclose()
    assert "does not take its answers" in caplog.text


async def test_too_many_clients_are_turned_away(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(mpd, "MAX_CLIENTS", 2)
    async with port() as on:
        async with on.client(), on.client():
            async with await trio.open_tcp_stream(*on.address) as third:
                assert await is_closed(Talk(third))
        assert "turned away" in caplog.text
        with trio.fail_after(5):
            while True:  # those two have left, which the server learns in its own time
                async with await trio.open_tcp_stream(*on.address) as fourth:
                    if await Talk(fourth).read_some(100):
                        break


async def test_who_waits_when_the_station_stops_is_let_go() -> None:
    async with port() as on, on.client() as waiting, on.client() as silent:
        await waiting.send(b"ping\nidle\n")
        await until(lambda: any(scope.deadline == math.inf for scope in on.stopping))
        await waiting.read_until(b"OK\n")
        for scope in on.stopping:
            scope.cancel()
        assert await is_closed(waiting)
        assert await is_closed(silent)


async def test_a_client_that_leaves_while_it_waits_is_forgotten() -> None:
    async with port() as on:
        async with on.client() as client:
            await client.send(b"idle\n")
        async with on.client() as client:
            await client.send(b"idle\n")
            await client.reset()
        async with on.client() as client:
            await client.send(b"ping\n")
            assert await client.read_until(b"OK\n") == b"OK\n"


def free_port() -> int:
    """One that was free a moment ago: 0 in the configuration means none."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return int(sock.getsockname()[1])


async def test_without_outputs_there_are_no_mpd_clients(
    caplog: pytest.LogCaptureFixture,
) -> None:
    number = free_port()
    async with running_station(f"[control]\nmpd_port = {number}\n", patience=PATIENCE):
        with pytest.raises(OSError, match="connect"):
            await trio.open_tcp_stream("127.0.0.1", number)
    assert "without outputs there is no auto-DJ" in caplog.text


@pytest.mark.parametrize(
    ("host", "password", "warns"),
    [("", None, True), ("", "secret", False), ("127.0.0.1", None, False)],
)
def test_an_operator_is_warned_of_a_port_that_everybody_may_use(
    host: str, password: str | None, warns: bool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    with listen(host, 0) as listener:
        mpd.announce(listener, password)
        assert f"port {listener.getsockname()[1]} for MPD clients" in caplog.text
    assert ("set control.mpd_password" in caplog.text) is warns
