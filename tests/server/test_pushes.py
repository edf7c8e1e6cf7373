"""Mounts that are sent to other servers: to stations of our own, and to scripted ones."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
import trio

from radiocast.formats import Title
from radiocast.mounts.source import Source
from radiocast.readers.pushes import greeting, push
from tests.clients.forward import adjoining_sockets
from tests.station import RunningStation

from .audio import FRAME, frames, numbers
from .made import encoder, mount_of, player, station, until, until_logged
from .talk import ACCEPTED, CONTINUE, Talk, basic, get
from .upstreams import hasty, upstream

__all__ = ["hasty"]

MEDIA = Path(__file__).parents[1] / "media"

pytestmark = pytest.mark.usefixtures("hasty")


def push_to(port: int, extra: str = "", path: str = "/stream") -> str:
    return (
        f'[pushes.partner]\nmount = "/live"\nurl = "http://127.0.0.1:{port}{path}"\n'
        f'password = "sesame"\n{extra}\n'
    )


@asynccontextmanager
async def two_stations(protocol: str) -> AsyncIterator[tuple[RunningStation, RunningStation]]:
    async with station() as there, station() as here:
        port = there.port if protocol != "shoutcast" else there.shoutcast_port - 1
        here.reload(push_to(port, f'protocol = "{protocol}"\n[mount]\ngrace = "200ms"'))
        yield here, there


@pytest.mark.parametrize("protocol", ["put", "source", "shoutcast"])
async def test_the_other_station_has_the_very_audio_and_says_the_same(protocol: str) -> None:
    async with two_stations(protocol) as (here, there):
        info = ("Ice-Name: Ours", "Ice-Genre: jazz", "Ice-Bitrate: 128", "Ice-Public: 1")
        async with encoder(here, "/live", *info, audio=frames(0, 50)) as live:
            await until(lambda: there.registry.get("/stream") is not None)
            await live.send(frames(50, 300))
            await until(lambda: bool(there.registry.on_air))
            await until_logged(there, 200 * FRAME, "/stream")
            said = mount_of(there, "/stream").info
            assert (said.name, said.genre, said.bitrate, said.public) == (
                "Ours",
                "jazz",
                "128",
                True,
            )
            if protocol != "shoutcast":
                assert said.user_agent.startswith("radiocast/")
            async with player(there, "/stream") as heard:
                await heard.hear(100 * FRAME)
                assert len(numbers(heard.audio)) >= 95
            metrics = await get(here.port, "/metrics", basic("letmein", "admin"))
            assert b'radiocast_push_up{push="partner"} 1' in metrics.body
        await until(lambda: not there.registry.on_air)  # the mount is gone, and so is the push


@pytest.mark.parametrize("protocol", ["put", "source"])
async def test_titles_are_told(protocol: str) -> None:
    async with two_stations(protocol) as (here, there):
        async with encoder(here, audio=frames(0, 50)) as live:
            await until(lambda: there.registry.get("/stream") is not None)
            for title in ("Björk - Jóga", "Sigur Rós & others"):
                mount_of(here).set_title(Title(title))
                await live.send(frames(50, 150))
                await until(partial(is_played, there, title))


def is_played(on: RunningStation, title: str) -> bool:
    return mount_of(on, "/stream").log.titles.latest() == Title(title)


def is_another(on: RunningStation, before: Source | None) -> bool:
    return mount_of(on, "/stream").source not in (None, before)


async def test_a_password_that_is_wrong_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with two_stations("put") as (here, there):
        here.reload(push_to(there.port).replace("sesame", "wrong"))
        before = there.registry.traffic.connections
        async with encoder(here, audio=frames(0, 50)):
            await until(lambda: there.registry.traffic.connections >= before + 4)
    lines = [each for each in caplog.messages if "push partner" in each]
    assert lines == ["/live: push partner is not sent: it says 401 Authentication Required"]


async def test_it_comes_again_when_the_server_hung_up() -> None:
    async with two_stations("put") as (here, there):
        async with encoder(here, audio=frames(0, 50)) as live:
            await until(lambda: bool(there.registry.get("/stream")))
            await live.send(frames(50, 200))
            await until(lambda: bool(there.registry.on_air))
            first = mount_of(there, "/stream").source
            there.station.broadcast.kick_source(mount_of(there, "/stream"))
            await until(partial(is_another, there, first))


async def test_another_stream_comes_by_another_connection() -> None:
    async with two_stations("put") as (here, there):
        async with encoder(here, audio=frames(0, 50)) as live:
            await until(lambda: bool(there.registry.get("/stream")))
            await live.send(frames(50, 200))
            await until(lambda: bool(there.registry.on_air))
        await until(lambda: mount_of(here).source is None)
        aac = (MEDIA / "lc.aac").read_bytes()
        async with encoder(here, audio=aac, kind="audio/aac") as live:
            while not is_aac(there):
                await live.send(aac)
                await trio.sleep(0.01)


def is_aac(on: RunningStation) -> bool:
    return any(mount.content_type == "audio/aac" for mount in on.registry.on_air)


async def test_what_came_from_there_is_not_pushed_back(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with station() as here, encoder(here, audio=frames(0, 100)):
        here.reload(push_to(here.port, path="/copy"))
        await until(lambda: "508 Loop Detected" in caplog.text)


async def test_a_server_that_takes_nothing_does_not_hold_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(push, "STALL_TIME", 0.1)
    caplog.set_level(logging.INFO)

    async def stuck(_: str, peer: Talk) -> None:
        await peer.send(CONTINUE + ACCEPTED)
        await trio.sleep_forever()

    async with upstream(stuck) as there:
        small = '[mount]\nqueue = "64KiB"\nburst = 0\n'
        async with station(push_to(there.port) + small) as here:
            async with encoder(here, audio=frames(0, 50)) as live:
                await until(lambda: bool(there.asked))
                while len(there.asked) < 2:
                    await live.send(frames(0, 2000))
                    await trio.sleep(0.02)
                held = mount_of(here).log
                assert held.end - held.oldest < 300_000
    assert "it has taken nothing" in caplog.text or "takes less than we have" in caplog.text


async def test_who_only_says_continue_or_nothing_at_all_is_sent_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(greeting, "CONTINUE_TIME", 0.05)
    heard: list[bytes] = []

    async def silent(_: str, peer: Talk) -> None:
        heard.append(await peer.read(50 * FRAME))
        await trio.sleep_forever()

    async with upstream(silent) as there, station(push_to(there.port)) as here:
        async with encoder(here, audio=frames(0, 50)) as live:
            while not heard:
                await live.send(frames(50, 60))
                await trio.sleep(0.01)
        [asked] = there.asked[:1]
        assert asked.startswith("PUT /stream HTTP/1.1\r\n")
        assert "\r\nExpect: 100-continue\r\n" in asked
        assert "ransfer-" not in asked
        assert "ontent-Length" not in asked


class ShoutcastServer:
    """Two ports in a row, as SHOUTcast v1 has: one for titles, and the next for sources."""

    def __init__(self) -> None:
        self.port = 0
        self.said = b""
        self.audio = b""
        self.titles: list[str] = []

    async def take_source(self, stream: trio.SocketStream) -> None:
        async with stream:
            peer = Talk(stream)
            self.said = await peer.read_until(b"\n")
            await peer.send(b"OK2\r\nicy-caps:11\r\n\r\n")
            self.said += await peer.read_until(b"\r\n\r\n")
            while data := await peer.read_some(65536):
                self.audio += data

    async def take_title(self, stream: trio.SocketStream) -> None:
        async with stream:
            peer = Talk(stream)
            self.titles.append((await peer.read_until(b"\r\n\r\n")).decode())
            await peer.send(b"HTTP/1.0 200 OK\r\n\r\n")


@asynccontextmanager
async def shoutcast_server() -> AsyncIterator[ShoutcastServer]:
    server = ShoutcastServer()
    titles, sources = adjoining_sockets()
    server.port = titles.getsockname()[1]
    async with trio.open_nursery() as nursery:
        for sock, handle in ((titles, server.take_title), (sources, server.take_source)):
            listener = trio.SocketListener(trio.socket.from_stdlib_socket(sock))
            nursery.start_soon(trio.serve_listeners, handle, [listener])
        yield server
        nursery.cancel_scope.cancel()


async def test_shoutcast_takes_sources_one_port_above_and_titles_on_its_own() -> None:
    async with shoutcast_server() as there, station() as here:
        here.reload(push_to(there.port, 'protocol = "shoutcast"', path=""))
        info = ("Ice-Name: Ours", "Ice-Bitrate: 128")
        async with encoder(here, "/live", *info, audio=frames(0, 50)) as live:
            await until(lambda: there.said.endswith(b"\r\n\r\n"))
            mount_of(here).set_title(Title("A & B"))
            await live.send(frames(50, 150))
            await until(lambda: len(there.audio) >= 50 * FRAME and bool(there.titles))
    assert there.said.startswith(b"sesame\r\nicy-name:Ours\r\n")
    assert b"icy-br:128\r\n" in there.said
    assert b"content-type:audio/mpeg\r\n" in there.said
    assert numbers(there.audio)
    asked = there.titles[0]
    assert asked.startswith("GET /admin.cgi?mode=updinfo&pass=sesame&song=A%20%26%20B&")
    assert "(Mozilla compatible)" in asked


async def test_shoutcast_gets_nothing_its_players_do_not_know(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    ogg = (MEDIA / "vorbis.ogg").read_bytes()
    async with shoutcast_server() as there, station() as here:
        here.reload(push_to(there.port, 'protocol = "shoutcast"', path=""))
        async with encoder(here, audio=ogg, kind="audio/ogg"):
            await until(lambda: "cannot be sent to a SHOUTcast server" in caplog.text)
    assert there.said == b""


async def test_ogg_begins_with_its_headers_on_every_connection() -> None:
    ogg = (MEDIA / "vorbis.ogg").read_bytes()
    async with two_stations("put") as (here, there):
        async with encoder(here, audio=ogg[:20000], kind="audio/ogg") as live:
            for _ in range(2):
                await until(lambda: there.registry.get("/stream") is not None)
                await live.send(ogg[20000:])
                await until(lambda: mount_of(there, "/stream").log.epoch is not None)
                epoch = mount_of(there, "/stream").log.epoch
                assert epoch is not None
                assert epoch.stream.codec == "vorbis"
                before = mount_of(there, "/stream").source
                there.station.broadcast.kick_source(mount_of(there, "/stream"))
                await until(partial(is_another, there, before))
                await live.send(ogg)
