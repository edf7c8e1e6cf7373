"""Who may read /metrics, and that it counts what happens."""

from __future__ import annotations

import trio

from tests.server.talk import basic, get
from tests.station import running_station


async def test_the_administrator_reads_it_and_nobody_else() -> None:
    with trio.fail_after(10):
        async with running_station() as on:
            assert (await get(on.port, "/metrics")).head.status == 401
            assert (await get(on.port, "/metrics", basic("sesame"))).head.status == 401
            answer = await get(on.port, "/metrics", basic("letmein", "admin"))
            assert answer.head.status == 200
            assert answer.head.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
            assert b"radiocast_connections_total 3" in answer.body


async def test_everybody_does_if_the_operator_says_so() -> None:
    with trio.fail_after(10):
        async with running_station("[control]\nmetrics = true") as on:
            answer = await get(on.port, "/metrics")
            assert answer.head.status == 200
            resident = answer.body.decode().split("\nprocess_resident_memory_bytes ")[1]
            assert int(resident.split()[0]) > 1 << 20
