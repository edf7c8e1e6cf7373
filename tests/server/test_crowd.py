"""Some hundreds of listeners, good, stuck and gone: bytes, order and accounting, never time."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path

import trio

from tests.media import media

from .made import Player, encoder, mount_of, player, station, until

GOOD, TITLED, STUCK, GONE = 120, 80, 40, 40
SETTINGS = """
[listeners]
tick_min = "20ms"
send_buffer = "8KiB"
[mount]
burst = "4KiB"
burst_time = "0s"
queue = "64KiB"
grace = "0s"
"""
LINE = re.compile(r'"GET /live(?P<kind>\S*) HTTP/1\.0" 200 (?P<sent>\d+) "-" "-" \d+')
PIECE = 2048
MP3 = media("cbr128.mp3")
SENT = MP3 * 16  # 500 kB: several times the queue


async def test_in_a_crowd_everyone_gets_what_is_theirs_and_everything_is_accounted_for(
    tmp_path: Path,
) -> None:
    log = tmp_path / "access.log"
    async with (
        station(SETTINGS, patience=60, access_log=log) as on,
        AsyncExitStack() as stack,
    ):
        source = await stack.enter_async_context(encoder(on, audio=SENT[:PIECE]))
        mount = mount_of(on)

        async def come(count: int, *headers: str, buffer: int | None = None) -> list[Player]:
            return [
                await stack.enter_async_context(
                    player(on, "/live", *headers, receive_buffer=buffer)
                )
                for _ in range(count)
            ]

        good = [*await come(GOOD), *await come(TITLED, "Icy-MetaData: 1")]
        stuck = await come(STUCK, buffer=4096)
        gone = await come(GONE)
        assert mount.counts.listeners == GOOD + TITLED + STUCK + GONE

        async with trio.open_nursery() as nursery:
            for listener in good:
                nursery.start_soon(listener.hear_out)
            for at in range(PIECE, len(SENT), PIECE):
                await source.send(SENT[at : at + PIECE])
                if gone and at > len(SENT) // 4:
                    await gone.pop().peer.reset()
                await mount.log.wait_past(at - 8 * PIECE)
            await until(lambda: mount.counts.listeners == len(good))
            assert mount.counts.slow_listeners == STUCK
            await source.close()
        for listener in good:
            assert listener.audio == good[0].audio
        assert len(good[0].audio) > len(SENT) - PIECE
        assert SENT.endswith(good[0].audio[-4 * PIECE :])

    lines = [LINE.search(line) for line in log.read_text().splitlines()]
    sent = [int(line["sent"]) for line in lines if line]
    assert len(sent) == GOOD + TITLED + STUCK + GONE, "one line for each"
    assert sum(sent) == mount.counts.bytes_sent
    whole = Counter(each for each in sent if each > len(good[0].audio))
    assert sorted(whole.values()) == sorted([GOOD, TITLED]), "the same for all of a kind"
    plain, titled = sorted(whole)
    more = len(good[-1].body) - len(good[0].body) + len("icy-metaint:16000\r\n")
    assert titled - plain == more, "titles, and the header that announces them"
    assert on.registry.listeners == 0
    assert len(stuck) == STUCK
