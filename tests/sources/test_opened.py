"""The first bytes of a live source, and what is held of what comes after them."""

from __future__ import annotations

import pytest
import trio
import trio.testing

from radiocast.config.model import Config
from radiocast.config.outputs import OutputCodec, OutputConfig
from radiocast.errors import FormatError
from radiocast.formats import Frame, StreamStart
from radiocast.mounts.source import SourceEnding
from radiocast.sources import airing, file_reader, opened
from radiocast.sources.file_reader import MAX_UNFIT, READ_AHEAD, FileReader
from radiocast.sources.opened import open_live
from tests.media import media
from tests.sources.test_copied import FakeProgramme, playing
from tests.sources.test_live import script
from tests.sources.tones import Tones, stream_of

MP3 = media("vbr-info-id3.mp3")


async def test_a_source_is_known_by_its_first_frame() -> None:
    found = await open_live("/a", "audio/mpeg", script(MP3[:100], MP3[100:300], MP3[300:5000]))
    assert found.start == StreamStart("mp3", 44_100, 2)
    assert found.data == MP3[:5000]
    assert any(isinstance(event, Frame) for event in found.events)


@pytest.mark.parametrize("data", [MP3[:300], bytes(5000)])
async def test_a_source_that_leaves_before_its_first_frame_is_nothing(data: bytes) -> None:
    with pytest.raises(FormatError, match=f"no frame in {len(data)} bytes"):
        await open_live("/a", "audio/mpeg", script(data))


async def test_so_much_is_looked_at_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened, "MAX_LOOK", 10_000)
    pieces = [bytes(1000) for _ in range(100)]
    with pytest.raises(FormatError, match="no frame in 11000 bytes"):
        await open_live("/a", "audio/mpeg", script(*pieces))


async def test_what_nobody_knows_how_long_it_lasts_is_not_copied(
    tones: Tones, without_threads: None, autojump_clock: trio.testing.MockClock
) -> None:
    async with playing("mp3", FakeProgramme(tones("mp3", 440, 3.0))) as desk:
        await desk.live(script(b"x" * 5000), "audio/x-unheard-of")
        await trio.sleep(1.0)
        assert desk.endings == [SourceEnding.BROKEN]


async def test_a_source_is_not_held_for_ever(
    tones: Tones,
    without_threads: None,
    monkeypatch: pytest.MonkeyPatch,
    autojump_clock: trio.testing.MockClock,
) -> None:
    monkeypatch.setattr(airing, "MAX_HELD", 20_000)
    show = tones("mp3", 900, 6.0).read_bytes()
    async with playing("mp3", FakeProgramme(tones("mp3", 440, 3.0))) as desk:
        await desk.live(stream_of(show, 6.0, speed=20.0))
        await trio.sleep(1.0)
        assert desk.endings == [SourceEnding.BROKEN]


async def test_files_are_read_ahead_so_far(
    tones: Tones, without_threads: None, autojump_clock: trio.testing.MockClock
) -> None:
    song = tones("mp3", 440, 20.0)
    output = OutputConfig(codec=OutputCodec.MP3)
    reader = FileReader("/a", output, FakeProgramme(song), lambda: None, Config())
    async with trio.open_nursery() as nursery:
        nursery.start_soon(reader.run)
        await trio.sleep(5.0)
        held = 0.0
        nursery.cancel_scope.cancel()
        while following := reader.take():
            held += following[1].samples / 48_000 if isinstance(following[1], Frame) else 0.0
    assert READ_AHEAD <= held < READ_AHEAD + 1.5


async def test_so_many_unfit_files_are_remembered(
    tones: Tones,
    without_threads: None,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    autojump_clock: trio.testing.MockClock,
) -> None:
    assert MAX_UNFIT > 1000
    monkeypatch.setattr(file_reader, "MAX_UNFIT", 1)
    wrong = [tones("aac", 440, 2.0), tones("opus", 440, 2.0)]
    async with playing("mp3", FakeProgramme(*wrong, tones("mp3", 440, 2.0))):
        await trio.sleep(5.0)
    said = [record for record in caplog.records if "not played" in record.message]
    assert len(said) > 2, "they are said again, as they were forgotten"
