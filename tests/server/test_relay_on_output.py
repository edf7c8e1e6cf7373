"""Live before relay before auto-DJ: a relay on an output, heard in real time."""

from __future__ import annotations

import itertools

import pytest
import trio

from radiocast.formats import Title
from radiocast.protocols.icy_metadata import metadata_block
from tests.station import RunningStation

from .made import PATIENCE, encoder, station, until
from .talk import Talk, basic, get
from .test_api_and_sound import BYTES_A_SECOND, CHUNK, CONFIG, SHOW, send_for_ever
from .upstreams import OK, hasty, upstream

__all__ = ["hasty"]

pytestmark = pytest.mark.usefixtures("hasty")

THEIRS, OURS = "Theirs - Relayed", "Ours - Live"


async def show_with_titles(_: str, peer: Talk) -> None:
    """As fast as it sounds, the title again and again."""
    await peer.send(OK + f"icy-metaint: {CHUNK}\r\n\r\n".encode())
    for number, at in enumerate(itertools.cycle(range(0, len(SHOW) - CHUNK, CHUNK))):
        text = THEIRS if number < 10 else f"{THEIRS} on"
        await peer.send(SHOW[at : at + CHUNK] + metadata_block(Title(text)))
        await trio.sleep(CHUNK / BYTES_A_SECOND)


def title(on: RunningStation) -> str:
    mount = on.registry.get("/stream")
    shown = mount.log.titles.latest() if mount is not None else None
    return shown.text if shown is not None else ""


async def test_a_relay_takes_the_air_from_the_auto_dj_and_gives_it_to_a_dj() -> None:
    async with upstream(show_with_titles) as there:
        relay = f'[relays.news]\nurl = "{there.url}"\nmount = "/stream"\n'
        async with station(CONFIG + relay, patience=3 * PATIENCE) as here:
            await until(lambda: title(here).startswith(THEIRS))
            async with encoder(here, "/stream") as dj, send_for_ever(dj):
                song = "/admin/metadata?mode=updinfo&mount=/stream&song=Ours%20-%20Live"
                await get(here.port, song, basic("sesame"))
                await until(lambda: title(here) == OURS)
                await trio.sleep(0.5)
                assert title(here) == OURS  # whatever the relay says meanwhile
            await until(lambda: title(here) == f"{THEIRS} on")
            assert len(there.asked) == 1
