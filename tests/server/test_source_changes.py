"""A source leaves, falls silent, comes back or is replaced, and the listeners stay or go."""

from __future__ import annotations

import pytest
import trio

from .audio import FRAME, frames, numbers
from .made import Player, encoder, player, put, station, until
from .talk import ACCEPTED, ask, get, parse_answer, talk

AAC = b"\xff\xf1\x50\x80\x2e\x7f\xfc" + bytes(364)


async def test_listeners_are_kept_for_a_source_that_comes_back() -> None:
    audio = frames(0, 10) + frames(10, 11)[:100]
    async with station() as on, encoder(on, audio=audio) as first, player(on) as listener:
        await listener.hear(9 * FRAME)
        await first.close()
        await until(lambda: on.registry.sources == 0)
        async with encoder(on) as second:
            await second.send(b"the rest of some frame" + frames(11, 20))
            await listener.hear(18 * FRAME)
    heard = listener.body
    assert numbers(heard[: 10 * FRAME]) == range(10)
    assert numbers(heard[10 * FRAME :]) == range(11, 19), "half a frame is never heard"


async def test_when_it_does_not_come_back_listeners_are_let_go() -> None:
    async with station("[mount]\ngrace = 0.1") as on, encoder(on, audio=frames(0, 10)) as source:
        async with player(on) as listener:
            await listener.hear(FRAME)
            await source.close()
            await listener.hear_out()
            assert numbers(listener.body) == range(10)
            assert on.registry.get("/live") is None
            assert (await get(on.port, "/live")).head.status == 404


async def test_who_comes_in_the_grace_time_hears_what_there_was() -> None:
    async with station() as on, encoder(on, audio=frames(0, 10)) as source:
        async with player(on) as listener:
            await listener.hear(FRAME)
        await source.close()
        await until(lambda: on.registry.sources == 0)
        async with player(on) as listener:
            await listener.hear(10 * FRAME)
            assert numbers(listener.body) == range(10)


async def test_a_source_that_falls_silent_is_hung_up_on() -> None:
    async with station("[limits]\nsource_timeout = 0.2\n[mount]\ngrace = 0") as on:
        async with encoder(on, audio=frames(0, 5)) as source, player(on) as listener:
            assert await source.read_all() == b""
            await listener.hear_out()
            assert numbers(listener.body) == range(5)


async def test_or_one_that_never_speaks() -> None:
    async with station("[limits]\nsource_timeout = 0.2\n[mount]\ngrace = 0") as on:
        async with encoder(on) as source:
            assert await source.read_all() == b""
            await until(lambda: on.registry.get("/live") is None)


async def test_a_new_source_may_take_over_where_that_is_allowed() -> None:
    async with station("[mount]\ntakeover = true") as on:
        async with encoder(on, audio=frames(0, 10)) as first, player(on) as listener:
            await listener.hear(9 * FRAME)
            async with encoder(on) as second:
                assert await first.read_all() == b""
                await second.send(frames(100, 110))
                await listener.hear(19 * FRAME)
                assert numbers(listener.body[: 10 * FRAME]) == range(10)
                assert numbers(listener.body[10 * FRAME :]) == range(100, 109)
                assert on.registry.sources == 1


async def test_a_wrong_password_takes_nothing_over() -> None:
    async with station("[mount]\ntakeover = true") as on:
        async with encoder(on, audio=frames(0, 2)) as first, player(on) as listener:
            answer = parse_answer(await ask(on.port, put(password="wrong")))
            assert answer.head.status == 401
            await first.send(frames(2, 10))
            await listener.hear(9 * FRAME)


async def test_a_source_in_another_format_sends_the_listeners_away_and_gets_new_ones() -> None:
    async with station() as on, encoder(on, audio=frames(0, 10)) as first:
        async with player(on) as listener:
            await listener.hear(9 * FRAME)
            await first.close()
            await until(lambda: on.registry.sources == 0)
            async with encoder(on, kind="audio/aac") as second:
                await second.send(AAC * 10)
                await listener.hear_out()
                assert numbers(listener.body) == range(10)
                async with player(on) as follower:
                    assert follower.head.headers["content-type"] == "audio/aac"
                    await follower.hear(len(AAC))
                    assert follower.body == AAC


@pytest.mark.parametrize("attempt", range(3))
async def test_a_source_that_comes_back_as_the_grace_time_ends_is_heard_either_way(
    attempt: int,
) -> None:
    """It finds the old mount or gets a new one; never one that is being thrown away."""
    async with station("[limits]\nsources = 100\n[mount]\ngrace = 0.05") as on:

        async def come_back(path: str) -> None:
            async with encoder(on, path) as source:
                await source.send(frames(0, 3))
            await until(lambda: (mount := on.registry.get(path)) is None or mount.source is None)
            await trio.sleep(0.045)
            async with talk(on.port) as source:
                await source.send(put(path) + frames(50, 60))
                assert await source.read(len(ACCEPTED)) == ACCEPTED
                async with player(on, path) as listener:
                    await listener.hear(FRAME)
                    await _hear_frame(listener, 58)

        async with trio.open_nursery() as nursery:
            for number in range(20):
                nursery.start_soon(come_back, f"/{number}")


async def _hear_frame(listener: Player, number: int) -> None:
    while frames(number, number + 1) not in listener.body:
        await listener.hear(len(listener.body) + FRAME)
