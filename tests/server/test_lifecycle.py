"""Start, reload and stop, with everybody who may be there."""

from __future__ import annotations

import contextlib
import os
import resource
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import pytest
import trio

from radiocast.config.load import load
from radiocast.server import station as server
from tests.station import BASE, RunningStation

from .audio import FRAME, frames, numbers
from .made import encoder, mount_of, player, put, station, until, until_logged
from .talk import ask, basic, get, request_head, talk


async def until_stopped(on: RunningStation) -> None:
    """Wait until nobody listens on the port any more."""
    while True:
        try:
            async with talk(on.port):
                await trio.sleep(0.01)
        except OSError:
            return


async def test_to_stop_is_to_end_everybody_in_order() -> None:
    async with station() as on, encoder(on, audio=frames(0, 10)) as source:
        async with player(on) as listener, talk(on.port) as idle, talk(on.port) as waiting:
            await waiting.send(b"GET / HT")
            await source.send(frames(10, 20))
            await until_logged(on, 20 * FRAME)
            await until(lambda: on.station.broadcast.sessions == 3)
            with trio.fail_after(1):
                on.station.stop()
                await listener.hear_out()
                assert numbers(listener.body) == range(20)
                assert await source.read_all() == b""
                assert await idle.read_all() == b""
                assert await waiting.read_all() == b""


@pytest.mark.parametrize(
    "said",
    [
        b"sesame\r\n",
        request_head("POST", "/admin/metadata", "HTTP/1.1", ["Content-Length: 10"]),
        request_head("GET", "/live"),
        put("/live"),
    ],
    ids=["half a login", "half a body", "waiting for audio", "waiting to be refused"],
)
async def test_nobody_keeps_the_station_from_stopping(said: bytes) -> None:
    async with station("[limits]\nstop_timeout = 0.2") as on, encoder(on), talk(on.port) as stuck:
        await stuck.send(said)
        await until(lambda: on.station.broadcast.sessions == 2)
        on.station.stop()
        with trio.fail_after(2):
            await until_stopped(on)


async def test_a_reload_changes_passwords_and_bursts_and_drops_nobody() -> None:
    async with (
        station("[mount]\nburst = 0\nburst_time = 0") as on,
        encoder(on, audio=frames(0, 100)) as source,
    ):
        async with player(on) as listener:
            await until_logged(on, 100 * FRAME)
            on.reload('[mount]\nburst = 20000\nburst_time = 0\n[mounts."/other"]\npassword = "new"')
            async with player(on) as newcomer:
                await newcomer.hear(20_000)
            assert (await ask(on.port, put("/other"))).startswith(b"HTTP/1.0 401 ")
            async with talk(on.port) as other:
                await other.send(put("/other", password="new"))
                assert (await other.read_head()).status == 200
            await source.send(frames(100, 110))
            while b"%08d" % 108 not in listener.body:
                await listener.hear(len(listener.body) + 1)
            numbers(listener.body)


async def test_a_reload_changes_limits_at_once() -> None:
    async with station() as on, encoder(on, audio=frames(0, 10)), player(on) as listener:
        on.reload("[mount]\nmax_listeners = 1")
        assert (await get(on.port, "/live")).head.status == 403
        on.reload("[mount]\nmax_listeners = 2")
        async with player(on):
            await listener.hear(FRAME)


async def test_a_port_that_is_taken_is_an_error() -> None:
    async with station() as on:
        taken = BASE.replace("port = 0", f"port = {on.port}")
        with pytest.raises((OSError, ExceptionGroup)) as raised:
            await server.run(load(taken + "[limits]\nstop_timeout = 0"))
        assert "Address already in use" in str(raised.value)


async def test_both_ports_are_free_again_after_a_stop() -> None:
    async with station() as on:
        on.station.stop()
        await until_stopped(on)
        again = BASE.replace("port = 0", f"port = {on.port}\nshoutcast_port = {on.shoutcast_port}")
        async with trio.open_nursery() as nursery:
            restarted = await nursery.start(server.run, load(again))
            assert (await get(on.port, "/")).head.status == 200
            restarted.stop()


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def test_two_hundred_visits_of_all_kinds_leave_nothing_open() -> None:
    async def listen(on: RunningStation, *, rude: bool) -> None:
        async with player(on, "/live", "Icy-MetaData: 1") as listener:
            await listener.hear(FRAME)
            if rude:
                await listener.peer.reset()

    async def come_and_go(on: RunningStation, number: int) -> None:
        async with encoder(on, f"/{number}", audio=frames(0, 5)) as source:
            async with player(on, f"/{number}") as listener:
                await listener.hear(FRAME)
                if number % 2:
                    await source.reset()

    async def vanish(on: RunningStation) -> None:
        async with talk(on.port) as peer:
            await peer.send(b"GET / HTTP/1.1\r\n")
            await peer.reset()

    async def shoutcast(on: RunningStation, number: int) -> None:
        async with talk(on.shoutcast_port) as peer:
            await peer.send(b"/%d:sesame\r\n\r\n" % (1000 + number) + frames(0, 3))
            await peer.read(4)

    settings = "[limits]\nsources = 100\n[listeners]\nidle_sweep = 0.1\n[mount]\ngrace = 0"
    async with station(settings, patience=20) as on, encoder(on, audio=frames(0, 10)) as source:
        async with player(on) as listener:
            await listener.hear(FRAME)
        await until(lambda: on.registry.listeners == 0)
        before = descriptors()
        visits: list[Callable[[], Awaitable[object]]] = [
            partial(get, on.port, "/"),
            partial(get, on.port, "/nowhere"),
            partial(get, on.port, "/live", method="HEAD"),
            partial(listen, on, rude=False),
            partial(listen, on, rude=True),
            partial(vanish, on),
            partial(ask, on.port, put("/live", password="no")),
            partial(get, on.port, "/admin/metadata?mode=updinfo&mount=/live&song=x", basic("no")),
        ]
        async with trio.open_nursery() as nursery:
            for number in range(20):
                for visit in visits:
                    nursery.start_soon(visit)
                nursery.start_soon(come_and_go, on, number)
                nursery.start_soon(shoutcast, on, number)
        await source.send(frames(10, 20))
        await until(lambda: on.station.broadcast.sessions == 1 and on.registry.listeners == 0)
        await until(lambda: [mount.path for mount in on.registry] == ["/live"])
        assert descriptors() == before
        assert mount_of(on).counts.listeners == 0


async def test_without_room_for_more_descriptors_the_station_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with station() as on, encoder(on, audio=frames(0, 10)) as source:
        async with player(on) as listener, talk(on.port) as waiting:
            await until(lambda: on.station.broadcast.sessions == 2)
            with contextlib.ExitStack() as hoard:
                peers = await fill_descriptors(hoard, on)
                await until(lambda: "cannot accept" in caplog.text)
                await source.send(frames(10, 20))
                await listener.hear(19 * FRAME)
            assert caplog.text.count("cannot accept") < 20, "it tries again and again at once"
            for peer in peers:
                await peer.aclose()
            await waiting.send(request_head("GET", "/", headers=["Connection: close"]))
            assert (await waiting.read_head()).status == 200
            assert (await get(on.port, "/")).head.status == 200


async def fill_descriptors(
    hoard: contextlib.ExitStack, on: RunningStation
) -> list[trio.abc.Stream]:
    """Leave this process no descriptor but for connections that are on their way already."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    hoard.callback(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
    resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors() + 5, hard))
    peers: list[trio.abc.Stream] = []
    with contextlib.suppress(OSError):
        while True:
            peers.append(await trio.open_tcp_stream("127.0.0.1", on.port))
    while True:
        try:
            number = os.open("/dev/null", os.O_RDONLY)
        except OSError:
            return peers
        hoard.callback(os.close, number)
