"""What stands in the log of titles."""

from __future__ import annotations

from pathlib import Path

from tests.media import MEDIA

from .audio import frames
from .made import encoder, player, station, until
from .talk import basic, get


def titles(log: Path) -> list[str]:
    """Everything but the time."""
    return [line.partition("|")[2] for line in log.read_text().splitlines()]


async def set_title(port: int, title: str) -> None:
    await get(port, f"/admin/metadata?mount=/live&mode=updinfo&song={title}", basic("sesame"))


async def test_titles_are_written_down_once_with_who_hears_them(tmp_path: Path) -> None:
    log = tmp_path / "playlist.log"
    async with station(f'playlist = "{log}"') as on:
        async with encoder(on, audio=frames(0, 5)):
            await set_title(on.port, "First")
            await set_title(on.port, "First")
            async with player(on):
                await set_title(on.port, "Second")
        assert titles(log) == ["/live|0|First", "/live|1|Second"]


async def test_so_are_those_that_ogg_brings_itself(tmp_path: Path) -> None:
    log = tmp_path / "playlist.log"
    async with station(f'playlist = "{log}"') as on:
        ogg = (MEDIA / "vorbis.ogg").read_bytes()
        async with encoder(on, "/live.ogg", kind="application/ogg", audio=ogg):
            await until(lambda: len(titles(log)) == 1)
        (line,) = titles(log)
        assert line.startswith("/live.ogg|0|")


async def test_a_reload_begins_a_new_one(tmp_path: Path) -> None:
    log, old = tmp_path / "playlist.log", tmp_path / "playlist.log.1"
    async with station(f'playlist = "{log}"') as on, encoder(on, audio=frames(0, 5)):
        await set_title(on.port, "First")
        log.rename(old)
        on.reload("")
        await set_title(on.port, "Second")
        assert (titles(old), titles(log)) == (["/live|0|First"], ["/live|0|Second"])
