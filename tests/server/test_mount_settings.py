"""What `[mount]` says of listeners and of what they are told."""

from __future__ import annotations

from .audio import FRAME, frames, numbers
from .made import encoder, player, station

AUDIO = frames(0, 20)


async def test_who_has_listened_as_long_as_it_may_has_to_go() -> None:
    async with station('[mounts."/live"]\nlistener_time = "0.2s"\n') as on:
        async with encoder(on, audio=AUDIO), encoder(on, "/other", audio=AUDIO):
            async with player(on) as heard, player(on, "/other") as other:
                await heard.hear_out()
                assert numbers(heard.body) == range(20)
                await other.hear(19 * FRAME)
        assert on.registry.traffic.listeners == 2
