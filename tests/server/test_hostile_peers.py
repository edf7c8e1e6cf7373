"""Peers that break the rules, never finish or come in crowds: each costs only itself."""

from __future__ import annotations

import contextlib
import random

import pytest
import trio

from tests.station import RunningStation

from .audio import FRAME, frames, numbers
from .made import encoder, player, station, until
from .talk import Talk, ask, basic, get, parse_answer, request_head, talk

FAST = "[limits]\nheader_timeout = 0.2\n"
POST = "/admin/metadata"


def posting(length: int) -> bytes:
    headers = [basic("sesame"), "Host: x", "Connection: close", f"Content-Length: {length}"]
    return request_head("POST", POST, "HTTP/1.1", headers)


async def still_well(on: RunningStation) -> None:
    assert (await get(on.port, "/status-json.xsl")).head.status == 200
    await until(lambda: on.station.broadcast.sessions == 0)


async def test_a_body_may_be_only_so_long() -> None:
    async with station("[limits]\nbody = 1024") as on:
        assert (await ask(on.port, posting(1 << 40) + bytes(2000))).startswith(b"HTTP/1.0 413 ")
        chunked = request_head("POST", POST, "HTTP/1.1", ["Transfer-Encoding: chunked"])
        too_long = b"400\r\n" + bytes(1024) + b"\r\n1\r\nx\r\n"
        assert (await ask(on.port, chunked + too_long)).startswith(b"HTTP/1.0 413 ")
        assert (await ask(on.port, posting(1024) + bytes(1024))).startswith(b"HTTP/1.1 4")
        await still_well(on)


async def test_so_may_a_head() -> None:
    async with station() as on:
        long = b"x" * 9000
        assert (await ask(on.port, b"GET /" + long)).startswith(b"HTTP/1.0 414 ")
        assert (await ask(on.port, b"GET / HTTP/1.1\r\nx: " + long)).startswith(b"HTTP/1.0 431 ")
        many = b"".join(b"x%d: y\r\n" % number for number in range(2000))
        assert (await ask(on.port, b"GET / HTTP/1.1\r\n" + many)).startswith(b"HTTP/1.0 431 ")
        await still_well(on)


MAD = {
    "two lengths": b"POST /admin/x HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    "dots": b"GET /../etc/passwd HTTP/1.1\r\n\r\n",
    "hidden dots": b"PUT /%2e%2e/x HTTP/1.1\r\n\r\n",
    "controls in the path": b"GET /%0d%0aSet-Cookie:x HTTP/1.1\r\n\r\n",
    "a body in a coding of its own": b"POST /admin/x HTTP/1.1\r\nTransfer-Encoding: zip\r\n\r\n",
    "chunks of nonsense": b"POST /admin/x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "HTTP of tomorrow": b"GET / HTTP/3.0\r\n\r\n",
    "darkice without a login": b"\xff\xfb\x90\x64" + bytes(400),
    "Ultravox": b"\x5a\x00\x10\x09\x00\x032.1\x00",
}


@pytest.mark.parametrize("said", MAD.values(), ids=MAD)
async def test_what_makes_no_sense_is_said_so_and_the_connection_closed(said: bytes) -> None:
    async with station() as on:
        answer = parse_answer(await ask(on.port, said))
        assert answer.head.status in (400, 501, 505)
        await still_well(on)


async def test_noise_hurts_nobody(caplog: pytest.LogCaptureFixture) -> None:
    chance = random.Random(1)
    words = [
        b"GET ",
        b"SOURCE ",
        b"PUT ",
        b"/live",
        b" HTTP/1.1",
        b"\r\n",
        b"\n",
        b":",
        b"\r\n\r\n",
    ]
    words += [
        b"Host: x",
        b"Content-Length: 9",
        b"Transfer-Encoding: chunked",
        b"sesame",
        b"\x16\x03",
    ]

    async def babble(port: int) -> None:
        said = [chance.choice(words) if chance.random() < 0.8 else chance.randbytes(9)]
        said = [chance.choice(words) for _ in range(30)] + said
        chance.shuffle(said)
        async with talk(port) as peer:
            with contextlib.suppress(trio.BrokenResourceError):
                await peer.send(b"".join(said))
                await peer.end()
                await peer.read_all()

    async with station(FAST) as on, trio.open_nursery() as nursery:
        for _ in range(50):
            nursery.start_soon(babble, on.port)
            nursery.start_soon(babble, on.shoutcast_port)
    assert "bug" not in caplog.text


async def test_a_clienthello_on_a_port_without_tls_is_hung_up_on() -> None:
    async with station() as on:
        hello = b"\x16\x03\x01\x00\xf8\x01\x00\x00\xf4\x03\x03" + bytes(240)
        assert await ask(on.port, hello) == b""
        await still_well(on)


@pytest.mark.parametrize(
    "said",
    [b"", b"GET / HT", b"\r\n\r\n\r\n", b"sesame", b"sesame\r\n", posting(10), posting(10) + b"x"],
    ids=[
        "nothing",
        "half a line",
        "empty lines",
        "half a password",
        "a password",
        "no body",
        "half",
    ],
)
async def test_who_takes_too_long_is_hung_up_on(said: bytes) -> None:
    async with station(FAST) as on:
        async with talk(on.port) as peer:
            await peer.send(said)
            with trio.fail_after(3):
                await peer.read_all()
        await still_well(on)


async def test_even_if_a_byte_comes_now_and_then() -> None:
    async with station(FAST) as on, talk(on.port) as peer:
        with trio.fail_after(3), contextlib.suppress(trio.BrokenResourceError):
            for byte in b"GET / HTTP/1.1\r\n" + b"x: y\r\n" * 1000:
                await peer.send(bytes([byte]))
                with trio.move_on_after(0.02):
                    if not await peer.read_some(1):
                        break
            else:
                pytest.fail("it was listened to")


async def test_who_asks_and_never_reads_is_hung_up_on() -> None:
    async with station(FAST) as on, talk(on.port, receive_buffer=4096) as peer:
        # Of what costs us least to make: the kernel holds megabytes before nothing goes any more.
        asking = request_head("GET", "/static/player.js", "HTTP/1.1", ["Host: x"]) * 100
        with trio.fail_after(5), contextlib.suppress(trio.BrokenResourceError):
            while True:
                await peer.send(asking)
        await until(lambda: on.station.broadcast.sessions == 0)


async def test_who_closes_one_side_after_its_request_hears_the_answer() -> None:
    async with station() as on, encoder(on, audio=frames(0, 10)) as source:
        async with talk(on.port) as peer:
            await peer.send(request_head("GET", "/"))
            await peer.end()
            assert parse_answer(await peer.read_all()).head.status == 200
        async with talk(on.port) as peer:
            await peer.send(request_head("GET", "/live"))
            await peer.end()
            assert (await peer.read_head()).status == 200
            await source.send(frames(10, 20))
            assert numbers(await peer.read(19 * FRAME)) == range(19)


async def test_a_crowd_of_idle_connections_does_not_disturb_a_listener() -> None:
    async with station(patience=30) as on, encoder(on, audio=frames(0, 10)) as source:
        async with player(on) as listener, contextlib.AsyncExitStack() as crowd:
            for _ in range(2000):
                await crowd.enter_async_context(talk(on.port))
            await until(lambda: on.station.broadcast.sessions == 2001)
            with trio.fail_after(2):
                await source.send(frames(10, 60))
                await listener.hear(59 * FRAME)
            numbers(listener.body)
            await get(on.port, "/")


async def test_when_there_are_too_many_connections_the_next_is_told() -> None:
    limits = "[limits]\nconnections = 3\nlisteners = 2\nsources = 1"
    async with station(limits) as on, encoder(on, audio=frames(0, 10)), player(on):
        async with talk(on.port) as third:
            await until(lambda: on.station.broadcast.sessions == 2)
            refused = parse_answer(await ask(on.port, b""))
            assert refused.head.status == 403
            await third.close()
        await until(lambda: on.station.broadcast.sessions == 1)
        assert (await get(on.port, "/")).head.status == 200


async def test_a_listener_that_also_talks_is_not_listened_to() -> None:
    async with station() as on, encoder(on, audio=frames(0, 10)) as source:
        async with player(on) as listener:
            with trio.move_on_after(0.3):
                while True:
                    await listener.peer.send(bytes(65536))
            await source.send(frames(10, 20))
            await listener.hear(19 * FRAME)
            assert numbers(listener.body) == range(19)


async def test_a_source_that_floods_is_slowed_down_and_heard(nursery: trio.Nursery) -> None:
    async def flood(source: Talk) -> None:
        with contextlib.suppress(trio.BrokenResourceError):
            for first in range(0, 1 << 30, 1000):
                await source.send(frames(first, first + 1000))

    async with station() as on, encoder(on) as source:
        nursery.start_soon(flood, source)
        async with player(on) as listener:
            await listener.hear(1000 * FRAME)
            numbers(listener.body)
            assert (await get(on.port, "/")).head.status == 200
        nursery.cancel_scope.cancel()
