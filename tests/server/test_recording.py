"""What sources send is written to files."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from radiocast.readers import recorder
from tests.media import media

from .audio import FRAME, frames, numbers
from .made import encoder, player, station, until


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "BATCH", 0.01)


def recorded(directory: Path, name: str = "%Y/live.mp3") -> str:
    return f'[mounts."/live"]\nrecord = "{directory}/{name}"\n'


async def until_written(path: Path, size: int) -> None:
    await until(lambda: path.exists() and path.stat().st_size >= size)


async def test_each_source_is_written_as_it_came(tmp_path: Path) -> None:
    async with station(recorded(tmp_path)) as on:
        for number in range(2):
            async with encoder(on, audio=frames(10 * number, 10 * number + 10)):
                file = tmp_path / time.strftime("%Y/live.mp3")
                await until_written(file, (10 * number + 9) * FRAME)
            await until(lambda: on.registry.sources == 0)
        await until_written(file, 20 * FRAME)
        assert numbers(file.read_bytes()) == range(20)


@pytest.mark.parametrize(
    ("name", "kind"), [("vorbis.ogg", "application/ogg"), ("opus-live.webm", "audio/webm")]
)
async def test_headers_come_first(name: str, kind: str, tmp_path: Path) -> None:
    async with station(recorded(tmp_path, name)) as on:
        async with encoder(on, kind=kind, audio=media(name)):
            await until(lambda: (tmp_path / name).exists())
        await until(lambda: on.registry.sources == 0)
    written = (tmp_path / name).read_bytes()
    assert media(name).startswith(written[:-1000])
    assert len(written) > len(media(name)) - 2000


async def test_the_end_is_written_when_the_station_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "BATCH", 60.0)
    async with station(recorded(tmp_path, "live.mp3")) as on:
        async with encoder(on, audio=frames(0, 10)) as source, player(on) as listener:
            await until_written(tmp_path / "live.mp3", FRAME)
            await source.send(frames(10, 20))
            await listener.hear(20 * FRAME)
    assert numbers((tmp_path / "live.mp3").read_bytes()) == range(20)


async def test_a_new_source_in_the_place_of_another_is_written_behind_it(tmp_path: Path) -> None:
    settings = recorded(tmp_path, "live.mp3") + "takeover = true\n"
    async with station(settings) as on, encoder(on, audio=frames(0, 10)):
        await until_written(tmp_path / "live.mp3", 9 * FRAME)
        async with encoder(on, audio=frames(20, 30)):
            await until_written(tmp_path / "live.mp3", 19 * FRAME)


@pytest.mark.parametrize("name", ["blocked/live.mp3", "."])
async def test_a_disk_that_cannot_costs_a_line(
    name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "blocked").write_text("a file")
    async with station(recorded(tmp_path, name)) as on:
        async with encoder(on, audio=frames(0, 10)), player(on) as listener:
            await listener.hear(9 * FRAME)
            await until(lambda: any("not recorded" in line for line in caplog.messages))
    assert sum("not recorded" in line for line in caplog.messages) == 1


async def test_two_mounts_do_not_write_one_file(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with station(f'[mount]\nrecord = "{tmp_path}/all.mp3"\n') as on:
        async with encoder(on, audio=frames(0, 10)):
            await until_written(tmp_path / "all.mp3", 9 * FRAME)
            async with encoder(on, "/other", audio=frames(50, 60)), player(on, "/other") as other:
                await other.hear(9 * FRAME)
                await until(lambda: any("another mount" in line for line in caplog.messages))
        assert numbers((tmp_path / "all.mp3").read_bytes()) == range(10)


async def test_a_disk_that_hangs_costs_the_stream_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanging, held = threading.Event(), recorder._put

    def hang(*args: object) -> None:
        hanging.wait(5)
        held(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(recorder, "_put", hang)
    settings = recorded(tmp_path, "live.mp3") + 'burst = 0\nburst_time = 0\nqueue = "16KiB"\n'
    async with station(settings) as on, encoder(on) as source:
        await source.send(frames(0, 10))
        async with player(on) as listener:
            for first in range(10, 1000, 10):
                await source.send(frames(first, first + 10))
                await listener.hear(len(listener.body) + 9 * FRAME)
            hanging.set()
            await source.send(frames(1000, 1010))
            await until(lambda: b"00001005" in (tmp_path / "live.mp3").read_bytes())
