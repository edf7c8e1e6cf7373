"""A mount without codecs: files and live sources follow each other, and no decoder complains."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import trio
import trio.testing

from radiocast.autodj.choose import Choice
from radiocast.autodj.state import Origin, start_state
from radiocast.autodj.track import Track
from radiocast.config.live import LiveConfig
from radiocast.config.model import Config, MountConfig
from radiocast.config.outputs import OutputCodec, OutputConfig
from radiocast.formats import Title
from radiocast.mounts.mount import Mount
from radiocast.mounts.source import SourceEnding
from radiocast.sources.copied import Copied
from radiocast.sources.live import take_until_it_ends
from radiocast.sources.lives import Live
from radiocast.sources.opened import open_live
from tests.mounts.made import make_source
from tests.sources.tones import ENCODERS, Tones, said_by_decoder, silent_after, stream_of

TIMEOUT = 10.0
pytestmark = pytest.mark.usefixtures("without_threads")


class FakeProgramme:
    """Plays these files in turn, for ever."""

    def __init__(self, *paths: Path | str, **track: Any) -> None:
        self._tracks = itertools.cycle([Track(str(path), **track) for path in paths])
        self.played: list[str] = []
        self.broken: dict[str, str] = {}
        self.gives_way: Choice | None = None
        self.returned: list[Choice] = []

    async def next_choice(self, starts: float) -> Choice:
        await trio.lowlevel.checkpoint()
        for _ in range(10):
            track = next(self._tracks, None)
            if track is None or track.path not in self.broken:
                break
        else:
            track = None
        state = start_state(1, 0.0)
        return Choice(track, "", Origin.ROTATION, True, None, ("it is its turn",), state)

    def heard(self, choice: Choice) -> None:
        assert choice.track is not None
        self.played.append(Path(choice.track.path).stem)

    def put_back(self, choice: Choice) -> None:
        self.returned.append(choice)

    def mark_broken(self, path: str, problem: str) -> None:
        self.broken[path] = problem


class FakeRecord:
    """Writes down what is heard."""

    def __init__(self) -> None:
        self.rungs: list[str] = []
        self.titles: list[str] = []

    def on_rung(self, rung: str, reason: str, source: str = "") -> None:
        self.rungs.append(rung)

    def track(self, choice: Choice) -> None: ...

    def nothing(self) -> None: ...

    def title(self, title: Title) -> None:
        self.titles.append(title.text)


class Desk:
    """A copied mount that plays, and what went on its log."""

    def __init__(
        self, codec: str, programme: FakeProgramme, nursery: trio.Nursery, **live: Any
    ) -> None:
        self.mount = Mount("/a", MountConfig(burst=1 << 30))
        self.programme, self.record = programme, FakeRecord()
        self.nursery = nursery
        self.config = Config(live=LiveConfig(**live))
        output = OutputConfig(codec=OutputCodec(codec))
        self.copied = Copied(self.mount, output, programme, self.record, self.config)
        self.lives = itertools.count(1)
        self.endings: list[SourceEnding] = []

    @property
    def heard(self) -> bytes:
        return b"".join(self.mount.log.read(0, 1 << 30))

    @property
    def seconds(self) -> float:
        return self.mount.log.media_time

    async def live(
        self, receive: Callable[[], Awaitable[bytes]], content_type: str = "", priority: int = 0
    ) -> Live:
        """A live source connects."""
        live = Live(f"live {next(self.lives)}", "/a", make_source(), priority)
        self.nursery.start_soon(self._carry, live, receive, content_type)
        await trio.lowlevel.checkpoint()
        return live

    async def _carry(
        self, live: Live, receive: Callable[[], Awaitable[bytes]], content_type: str
    ) -> None:
        async def take() -> None:
            live.source.scope.deadline = trio.current_time() + TIMEOUT
            opened = await open_live("/a", content_type, receive)
            await self.copied.carry(live, opened, receive, TIMEOUT, Title("live"))

        self.endings.append(await take_until_it_ends("/a", live.source, take))


@asynccontextmanager
async def playing(codec: str, programme: FakeProgramme, **live: Any) -> AsyncIterator[Desk]:
    async with trio.open_nursery() as nursery:
        desk = Desk(codec, programme, nursery, **live)
        nursery.start_soon(desk.copied.run)
        yield desk
        nursery.cancel_scope.cancel()


@pytest.mark.parametrize("codec", ENCODERS)
async def test_twenty_joins_of_files_leave_every_decoder_silent(
    codec: str, tones: Tones, autojump_clock: trio.testing.MockClock
) -> None:
    files = [tones(codec, hertz, seconds) for hertz, seconds in ((440, 1.03), (660, 0.7))]
    if codec == "flac":
        files.append(tones(codec, 550, 0.7, suffix="flac"))
    programme = FakeProgramme(*files, files[0])
    async with playing(codec, programme) as desk:
        await trio.sleep(22.0)
        assert len(programme.played) > 20
        assert desk.seconds == pytest.approx(trio.current_time() - desk.copied._began, abs=1.1)
    said, length = said_by_decoder(desk.heard)
    assert said == ""
    assert length == pytest.approx(desk.seconds * 48_000, abs=48_000 * 0.1)
    assert not programme.broken


@pytest.mark.parametrize("codec", ENCODERS)
@pytest.mark.parametrize("stalls", [False, True])
async def test_a_live_source_is_heard_to_its_last_byte_and_files_follow_at_once(
    codec: str, stalls: bool, tones: Tones, autojump_clock: trio.testing.MockClock
) -> None:
    song, show = tones(codec, 440, 20.0), tones(codec, 900, 6.0).read_bytes()
    async with playing(codec, FakeProgramme(song)) as desk:
        await trio.sleep(2.2)
        receive = stream_of(show, 6.0)
        await desk.live(silent_after(receive) if stalls else receive)
        await trio.sleep(9.0)
        late = trio.current_time() - desk.copied._began - desk.seconds
        assert late < 0.2, "there is a hole"
        heard = desk.heard
    said, _ = said_by_decoder(heard)
    assert said == ""
    # Bit by bit, but for the header of the file and the first frame, which has to stand alone.
    at = heard.index(show[len(show) // 4 : len(show) // 4 + 1000])
    tail = show[len(show) // 4 :]
    assert heard[at : at + len(tail)] == tail
    assert desk.record.rungs == ["rotation", "live", "rotation"]
