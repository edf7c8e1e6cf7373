"""Several ports, each with its own ways, and other names for paths."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
import trio

from radiocast.config.load import load
from radiocast.errors import ConfigError
from radiocast.readers.listener import Sink
from radiocast.server import station as server
from radiocast.server.connection import Connection
from tests.station import BASE, RunningStation

from .audio import frames
from .made import encoder, mount_of, player, station, until
from .talk import ask, get, talk
from .test_tls import certificate

OK2 = b"OK2\r\nicy-caps:11\r\n\r\n"
SECOND = '[sockets.second]\nhost = "127.0.0.1"\n'


def ports(on: RunningStation, name: str = "second") -> list[int]:
    return [door.port for door in on.station.doors if door.key == f"sockets.{name}"]


async def test_a_source_is_heard_on_every_port() -> None:
    async with station(SECOND) as on, encoder(on, audio=frames(0, 5)):
        [port] = ports(on)
        assert port not in (on.port, on.shoutcast_port)
        async with talk(port) as peer:
            await peer.send(b"GET /live HTTP/1.0\r\n\r\n")
            assert (await peer.read_head()).status == 200


@pytest.mark.parametrize("which", [0, 1])
async def test_a_port_may_have_its_own_shoutcast_mount_and_one_beside_it(which: int) -> None:
    async with station(f'{SECOND}shoutcast_mount = "/show"') as on:
        opened = ports(on)
        assert len(opened) == 2
        async with talk(opened[which]) as source:
            await source.send(b"sesame\r\nicy-name:Show\r\n\r\n")
            assert await source.read(len(OK2)) == OK2
            await source.send(frames(0, 5))
            await until(lambda: on.registry.get("/show") is not None)
            asked = b"GET /admin.cgi?pass=sesame&mode=updinfo&song=Hello HTTP/1.0\r\n\r\n"
            assert b" 200 OK" in await ask(opened[1 - which], asked)
            title = mount_of(on, "/show").log.titles.latest()
            assert title is not None
            assert title.text == "Hello"
            assert b" 400 Bad Request" in await ask(on.port, asked), "there it is another mount"


async def test_a_port_for_shoutcast_only_has_none_beside_it() -> None:
    async with station(f'{SECOND}shoutcast_mount = "/show"\nshoutcast_only = true') as on:
        assert len(ports(on)) == 1


@pytest.mark.parametrize(("mode", "plain", "tls"), [("off", 1, 0), ("only", 0, 1), ("auto", 1, 1)])
async def test_tls_is_spoken_where_it_shall_be(
    mode: str, plain: bool, tls: bool, tmp_path: Path
) -> None:
    settings = f'{SECOND}tls = "{mode}"\n[limits]\nheader_timeout = 0.5\n{certificate(tmp_path)}'
    async with station(settings) as on:
        for is_tls, works in ((False, plain), (True, tls)):
            answer = b""
            try:
                async with talk(ports(on)[0], tls=is_tls) as peer:
                    await peer.send(b"GET /nothing HTTP/1.0\r\n\r\n")
                    answer = await peer.read_all()
            except trio.BrokenResourceError:
                pass
            assert answer.startswith(b"HTTP/1.1 404 ") == bool(works)


async def test_each_port_has_its_own_send_buffer(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []

    def hand_over(connection: Connection, *, send_buffer: int = 0) -> Sink:
        sink = handed_over(connection, send_buffer=send_buffer)
        assert isinstance(sink, socket.socket)
        sizes.append(sink.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF))
        return sink

    handed_over = Connection.hand_over
    monkeypatch.setattr(Connection, "hand_over", hand_over)
    async with station(f"{SECOND}send_buffer = 4096") as on, encoder(on, audio=frames(0, 5)):
        for port in (on.port, *ports(on)):
            async with talk(port) as peer:
                await peer.send(b"GET /live HTTP/1.0\r\n\r\n")
                await peer.read_head()
    assert sizes[1] == 2 * 4096 < sizes[0], "the kernel doubles what it is told"


async def test_a_port_that_cannot_be_had_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ExceptionGroup) as raised:
            async with trio.open_nursery() as nursery:
                await nursery.start(server.run, load(f"{BASE}{SECOND}port = {port}"))
    [problem] = raised.value.exceptions
    assert isinstance(problem, ConfigError)
    assert str(problem).startswith(f"sockets.second: cannot listen on 127.0.0.1, port {port}: ")


async def test_a_reload_says_which_ports_stay_as_they_are(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with station(SECOND) as on:
        on.reload(f'{SECOND}shoutcast_mount = "/other"\n[sockets.third]')
        said = [record.getMessage() for record in caplog.records]
        for name in ("second", "third"):
            wanted = f"[sockets.{name}] has changed: its port is as it was until a restart"
            assert wanted in said


ALIASES = f"""
{SECOND}
[aliases."/old"]
to = "/live"
[aliases."/style"]
to = "/static/style.css"
[aliases."/here"]
to = "/live"
host = "127.0.0.1"
[aliases."/elsewhere"]
to = "/live"
host = "127.0.0.2"
"""


async def test_an_alias_is_heard_and_asked_for_like_the_path_it_stands_for() -> None:
    async with station(ALIASES) as on, encoder(on, audio=frames(0, 5)):
        for path in ("/old", "/here"):
            async with player(on, path) as listener:
                assert listener.head.headers["content-type"] == "audio/mpeg"
        assert (await get(on.port, "/old", method="HEAD")).head.status == 200
        assert (await get(on.port, "/style")).head.headers["content-type"].startswith("text/css")
        m3u = await get(on.port, "/old.m3u")
        assert m3u.body.splitlines()[-1] == b"http://x/live"
        for path in ("/elsewhere", "/old/", "/Old", "/olda.m3u"):
            assert (await get(on.port, path)).head.status == 404, path


async def test_a_source_has_no_aliases() -> None:
    async with station(ALIASES) as on, encoder(on, "/old", audio=frames(0, 5)):
        assert on.registry.get("/old") is not None


async def test_an_alias_may_be_one_ports_alone() -> None:
    async with station(SECOND) as on, encoder(on, audio=frames(0, 5)):
        [port] = ports(on)
        on.reload(f'{SECOND}[aliases."/old"]\nto = "/live"\nport = {port}')
        assert (await get(on.port, "/old")).head.status == 404
        assert (await get(port, "/old", method="HEAD")).head.status == 200


def test_tls_alone_needs_a_certificate() -> None:
    with pytest.raises(ConfigError, match=r"sockets\.second\.tls: TLS without a certificate"):
        load(f'{SECOND}tls = "only"')


def test_there_must_be_a_port_beside_it() -> None:
    with pytest.raises(ConfigError, match="there is no port 65536"):
        load(f'{SECOND}port = 65535\nshoutcast_mount = "/show"')
