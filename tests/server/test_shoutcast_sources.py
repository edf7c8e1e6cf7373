"""Encoders that speak SHOUTcast v1, on its own port and on the main one."""

from __future__ import annotations

import pytest
import trio

from .audio import FRAME, frames, numbers
from .made import encoder, player, station, until
from .talk import ask, talk

OK2 = b"OK2\r\nicy-caps:11\r\n\r\n"
HEADERS = b"icy-name:Somewhere\r\nicy-br:128\r\ncontent-type:audio/mpeg\r\n\r\n"
OWN_MOUNT = '[mounts."/own"]\npassword = "mellon"'

LOGINS = {
    "the password": (b"sesame\r\n", "/stream"),
    "with a bare line feed": (b"sesame\n", "/stream"),
    "a stream's number": (b"sesame:#1\r\n", "/stream"),
    "a user": (b"source:sesame\r\n", "/stream"),
    "a mount": (b"/radio:sesame\r\n", "/radio"),
    "a mount of its own password": (b"/own:mellon\r\n", "/own"),
    "audiocast": (b"SOURCE sesame /old\n", "/old"),
}


@pytest.mark.parametrize("own_port", [True, False], ids=["own port", "main port"])
@pytest.mark.parametrize(("login", "mount"), LOGINS.values(), ids=LOGINS.keys())
async def test_an_encoder_may_wait_for_ok2(login: bytes, mount: str, own_port: bool) -> None:
    async with station(OWN_MOUNT) as on:
        async with talk(on.shoutcast_port if own_port else on.port) as source:
            await source.send(login)
            assert await source.read_some(1000) == OK2
            await source.send(HEADERS, frames(0, 10))
            await until(lambda: on.registry.get(mount) is not None)
            async with player(on, mount) as listener:
                assert listener.head.headers["icy-name"] == "Somewhere"
                await listener.hear(9 * FRAME)
                assert numbers(listener.body) == range(9)


@pytest.mark.parametrize("own_port", [True, False], ids=["own port", "main port"])
async def test_or_send_everything_at_once(own_port: bool) -> None:
    """As libshout, butt and Mixxx do; butt with a Host among the headers."""
    async with station() as on:
        async with talk(on.shoutcast_port if own_port else on.port) as source:
            await source.send(b"sesame\r\nHost: x\r\n" + HEADERS + frames(0, 10))
            assert await source.read(len(OK2)) == OK2
            await until(lambda: on.registry.get("/stream") is not None)
            async with player(on, "/stream") as listener:
                await listener.hear(9 * FRAME)
                assert numbers(listener.body) == range(9)


async def test_a_wrong_password_is_refused_in_words_that_make_butt_stop() -> None:
    async with station(OWN_MOUNT) as on:
        for line in (b"wrong\r\n", b"\xff\xfe\r\n", b"/own:sesame\r\n", b"x" * 4000 + b"\r\n"):
            assert await ask(on.shoutcast_port, line) == b"invalid password\r\n"
        assert list(on.registry) == []


async def test_a_poke_is_dropped_without_a_word() -> None:
    async with station() as on:
        poke = b"!POKE\nicy-name:libshout server poke request\n\n"
        assert await ask(on.shoutcast_port, poke) == b""


async def test_the_mount_of_that_port_can_be_chosen() -> None:
    listen = '[mounts."/dance"]\nname = "Dance"'
    async with station(listen) as on:
        async with talk(on.shoutcast_port) as source:
            await source.send(b"/dance:sesame\r\n" + HEADERS)
            await until(lambda: on.registry.get("/dance") is not None)


async def test_a_mount_in_use_ends_the_second_encoder_only() -> None:
    async with station() as on, encoder(on, "/stream") as first:
        answer = await ask(on.shoutcast_port, b"sesame\r\n" + HEADERS)
        assert answer.startswith(OK2 + b"HTTP/1.0 403 Forbidden\r\n")
        await first.send(frames(0, 10))
        async with player(on, "/stream") as listener:
            await listener.hear(9 * FRAME)


async def test_pages_can_be_had_on_the_source_port_too() -> None:
    async with station() as on:
        answer = await ask(on.shoutcast_port, b"GET /status-json.xsl HTTP/1.0\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 200 OK\r\n")


async def test_who_never_says_its_headers_is_sent_away() -> None:
    async with station("[limits]\nheader_timeout = 0.2") as on:
        async with talk(on.shoutcast_port) as source:
            await source.send(b"sesame\r\nicy-name:x\r\n")
            assert await source.read_all() == OK2


async def test_a_mount_that_would_mean_something_else_when_decoded_again_leaves_nothing_behind(
    nursery: trio.Nursery,
) -> None:
    async with station() as on:
        async with talk(on.shoutcast_port) as source:
            await source.send(b"/%252e%252e:sesame\r\n" + HEADERS)
            await source.end()
            await source.read_all()
        assert on.registry.sources == 0
