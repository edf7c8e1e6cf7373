"""Real files of every format, heard from their first frame and from somewhere in the middle."""

from __future__ import annotations

import pytest

from tests.media import media

from .made import encoder, mount_of, player, station, until
from .talk import get

FILES = {
    "cbr128.mp3": "audio/mpeg",
    "cbr320.mp3": "audio/mpeg",
    "vbr-info-id3.mp3": "audio/mpeg",
    "mpeg25-mono8.mp3": "audio/mpeg",
    "layer2.mp2": "audio/mpeg",
    "lc.aac": "audio/aac",
    "id3.aac": "audio/aacp",
    "vorbis.ogg": "application/ogg",
    "vorbis-skeleton.ogg": "application/ogg",
    "opus.opus": "audio/ogg",
    "flac.oga": "audio/ogg",
    "speex.ogg": "audio/ogg",
    "theora.ogv": "video/ogg",
    "live.flac": "audio/flac",
    "opus-live.webm": "audio/webm",
    "video.webm": "video/webm",
    "aac.mka": "audio/x-matroska",
}


def common(one: bytes, other: bytes) -> int:
    """How many bytes both begin with."""
    for at, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return at
    return min(len(one), len(other))


def unnumbered(data: bytes) -> bytes:
    """Ogg without its pages' numbers and checksums: header pages are numbered anew for late
    listeners, so that no page seems to be missing behind them (RFC 3533 section 6)."""
    first, *pages = data.split(b"OggS")
    return b"OggS".join([first, *(page[:14] + bytes(8) + page[22:] for page in pages)])


@pytest.mark.parametrize(("name", "kind"), FILES.items(), ids=FILES)
async def test_from_the_beginning_it_is_the_file(name: str, kind: str) -> None:
    file = media(name)
    async with station("[mount]\ngrace = 0.1") as on, encoder(on, kind=kind) as source:
        await source.send(file[:2000])
        async with player(on) as listener:
            assert listener.head.headers["content-type"] == kind
            await source.send(file[2000:])
            await source.close()
            await listener.hear_out()
        skipped = len(file) - len(listener.body)
        assert 0 <= skipped <= 1000, "tags, and half a frame at the end"
        assert listener.body in file


@pytest.mark.parametrize(("name", "kind"), FILES.items(), ids=FILES)
async def test_who_comes_late_gets_the_header_and_then_a_run_to_the_end(
    name: str, kind: str
) -> None:
    file = media(name)
    async with station("[mount]\nburst = 1000\nburst_time = 0\ngrace = 0.1") as on:
        async with encoder(on, audio=file, kind=kind) as source:
            await until(lambda: mount_of(on).counts.bytes_read == len(file))
            async with player(on) as listener:
                epoch = mount_of(on).log.epoch
                await source.close()
                await listener.hear_out()
        begin = common(unnumbered(listener.body), unnumbered(file))
        assert epoch is not None
        assert begin >= len(epoch.stream.header)
        assert bool(epoch.stream.header) == (kind not in ("audio/mpeg", "audio/aac", "audio/aacp"))
        if kind == "audio/mpeg":
            begin = next(at for at in range(2000) if listener.body[at:] in file)
            assert begin or name not in ("cbr128.mp3", "vbr-info-id3.mp3"), "no bridge"
        run = listener.body[begin:]
        assert len(run) >= 900
        assert run in file, "the header is the file's, and nothing is missing behind it"
        assert file.rindex(run) > begin, "it is not the whole file again"


@pytest.mark.parametrize("kind", ["application/ogg", "audio/ogg", "audio/opus", "audio/x-ogg"])
async def test_nothing_is_put_between_ogg_pages(kind: str) -> None:
    async with station() as on, encoder(on, audio=media("opus.opus"), kind=kind):
        async with player(on, "/live", "Icy-MetaData: 1") as listener:
            assert "icy-metaint" not in listener.head.headers


async def test_an_encoder_that_says_the_wrong_type_is_corrected() -> None:
    async with station() as on, encoder(on, audio=media("opus.opus"), kind="audio/mpeg"):
        async with player(on) as listener:
            assert listener.head.headers["content-type"] == "audio/ogg"


async def test_what_ogg_says_of_itself_is_the_title() -> None:
    async with station() as on, encoder(on, audio=media("vorbis.ogg"), kind="audio/ogg"):
        await until(lambda: mount_of(on).log.titles.latest() is not None)
        statistics = (await get(on.port, "/status-json.xsl")).body.decode()
        assert '"artist":"Ärtist"' in statistics
        assert '"title":"Titel"' in statistics


async def test_of_another_type_it_is_passed_on_as_it_is() -> None:
    anything = bytes(range(256)) * 40
    async with station() as on, encoder(on, audio=anything, kind="audio/midi") as source:
        async with player(on) as listener:
            assert listener.head.headers["content-type"] == "audio/midi"
            await source.send(b"and more")
            await listener.hear(len(anything) + 8)
            assert listener.body == anything + b"and more"


async def test_mp3_without_a_bitrate_is_refused_in_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level("INFO"):
        async with station() as on, encoder(on, audio=media("free-format.mp3")) as source:
            await source.read_all()
            await until(lambda: mount_of(on).source is None)
    assert "free format" in caplog.text.lower()
