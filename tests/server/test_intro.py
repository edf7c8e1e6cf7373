"""A file that listeners get before the stream."""

from __future__ import annotations

from pathlib import Path

import pytest

from radiocast.config.mount import MountConfig
from radiocast.errors import FormatError
from radiocast.mounts.mount import Mount
from radiocast.sources import intros
from radiocast.sources.intros import Intros, read_intro
from tests.media import media

from .audio import FRAME, frame, frames, runs
from .made import encoder, player, station

ID3 = b"ID3\x03\0\0\0\0\0\x0a" + bytes(10)


def with_intro(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    return f'[mounts."/live"]\nintro = "{path}"\n'


async def test_it_is_heard_first_in_whole_frames_without_its_tags(tmp_path: Path) -> None:
    settings = with_intro(tmp_path / "intro.mp3", ID3 + frames(500, 550) + b"TAG" + bytes(125))
    async with station(settings) as on, encoder(on, audio=frames(0, 10)):
        async with player(on) as listener:
            await listener.hear((49 + 9) * FRAME)
            intro, stream = runs(listener.body)
            assert (intro.start, intro.stop) in {(500, 550), (501, 550)}
            assert stream.start == 0, "all there is is less than a burst"
        on.reload("")
        async with player(on) as listener:
            await listener.hear(9 * FRAME)
            assert listener.body.startswith(frame(0))


async def test_where_players_could_not_go_on_there_is_none(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = with_intro(tmp_path / "intro.ogg", media("vorbis.ogg"))
    async with station(settings) as on, encoder(on, audio=frames(0, 10)):
        for _ in range(2):
            async with player(on) as listener:
                await listener.hear(9 * FRAME)
                assert listener.body.startswith(frame(0))
    assert sum("no intro" in line for line in caplog.messages) == 1


@pytest.mark.parametrize("data", [None, b"", b"hello" * 100, media("opus-live.webm")])
async def test_what_is_no_audio_is_told_at_the_start(
    data: bytes | None, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "intro.mp3"
    settings = with_intro(path, data or b"")
    if data is None:
        path.unlink()
    async with station(settings) as on, encoder(on, audio=frames(0, 10)), player(on) as listener:
        assert any("no intro" in line for line in caplog.messages)
        await listener.hear(9 * FRAME)


def test_it_has_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "intro.mp3"
    path.write_bytes(frames(0, 50))
    monkeypatch.setattr(intros, "MAX_SIZE", 50 * FRAME)
    read_intro(path)
    monkeypatch.setattr(intros, "MAX_SIZE", 40 * FRAME)
    with pytest.raises(FormatError, match="longer"):
        read_intro(path)


def test_in_ogg_it_is_a_link_that_ends(tmp_path: Path) -> None:
    path = tmp_path / "intro.ogg"
    path.write_bytes(media("vorbis.ogg"))
    mount = Mount("/live", MountConfig(intro=str(path)))
    intro = read_intro(path)
    assert intro.data.startswith(intro.stream.header)
    last = intro.data[intro.data.rindex(b"OggS") :]
    assert last[5] & 4, "the page says that it is the last"
    assert Intros([mount.config]).of(mount) == b"", "nobody knows yet what the mount sends"
    mount.announce("audio/ogg", chains=True)
    mount.add([intro.stream], now=0.0)
    assert Intros([mount.config]).of(mount).endswith(last[-100:])
