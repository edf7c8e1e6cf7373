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
from radiocast.autodj.now import LIVE
from radiocast.autodj.state import Origin, start_state
from radiocast.autodj.track import Track
from radiocast.config.autodj import AutoDjConfig
from radiocast.config.live import After, LiveConfig
from radiocast.config.model import Config
from radiocast.config.mount import MountConfig
from radiocast.config.outputs import OutputCodec, OutputConfig
from radiocast.formats import Title
from radiocast.mounts.mount import Mount
from radiocast.mounts.source import Source, SourceEnding
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

    def __init__(self, *paths: Path | str, cut_at: float | None = None, **track: Any) -> None:
        self._tracks = itertools.cycle([Track(str(path), **track) for path in paths])
        self._cut_at = cut_at
        self.played: list[str] = []
        self.returned: list[Choice] = []
        self.has_wishes = False

    async def next_choice(self, starts: float) -> Choice:
        await trio.lowlevel.checkpoint()
        track = next(self._tracks, None)
        cut_at, self._cut_at = self._cut_at, None
        state = start_state(1, 0.0)
        return Choice(track, "", Origin.ROTATION, True, cut_at, ("it is its turn",), state)

    def heard(self, choice: Choice) -> None:
        assert choice.track is not None
        self.played.append(Path(choice.track.path).stem)

    def put_back(self, choice: Choice) -> None:
        self.returned.append(choice)


class FakeRecord:
    """Writes down what is heard."""

    def __init__(self) -> None:
        self.rungs: list[str] = []
        self.titles: list[str] = []

    def on_rung(self, rung: str, reason: str) -> None:
        self.rungs.append(rung)

    def live(self, source: Source) -> None:
        self.rungs.append(LIVE)

    def track(self, choice: Choice) -> None: ...

    def nothing(self) -> None: ...

    def title(self, title: Title) -> None:
        self.titles.append(title.text)


class Desk:
    """A copied mount that plays, and what went on its log."""

    def __init__(
        self,
        codec: str,
        programme: FakeProgramme,
        nursery: trio.Nursery,
        *,
        emergency: Path | str = "",
        **live: Any,
    ) -> None:
        self.mount = Mount("/a", MountConfig(burst=1 << 30))
        self.programme, self.record = programme, FakeRecord()
        self.nursery = nursery
        autodj = AutoDjConfig(emergency=str(emergency))
        self.config = Config(live=LiveConfig(**live), autodj=autodj)
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
async def playing(codec: str, programme: FakeProgramme, **settings: Any) -> AsyncIterator[Desk]:
    async with trio.open_nursery() as nursery:
        desk = Desk(codec, programme, nursery, **settings)
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


@pytest.mark.parametrize(
    ("codec", "rate", "content_type"),
    [("aac", 48_000, "audio/aac"), ("mp3", 44_100, "audio/mpeg"), ("opus", 48_000, "audio/ogg")],
)
async def test_live_of_another_format_ends_the_responses_before_it_and_after_it(
    codec: str,
    rate: int,
    content_type: str,
    tones: Tones,
    autojump_clock: trio.testing.MockClock,
) -> None:
    song, show = tones("mp3", 440, 20.0), tones(codec, 900, 3.0, rate=rate).read_bytes()
    async with playing("mp3", FakeProgramme(song)) as desk:
        await trio.sleep(2.0)
        assert desk.mount.floor == 0
        await desk.live(stream_of(show, 3.0))
        await trio.sleep(2.5)
        begins = desk.mount.floor
        assert begins > 0
        assert desk.mount.content_type == content_type
        await trio.sleep(4.0)
        ends = desk.mount.floor
        heard = desk.heard
        assert desk.mount.content_type == "audio/mpeg"
    assert begins < ends < len(heard)
    for body in (heard[:begins], heard[begins:ends], heard[ends:]):
        assert said_by_decoder(body)[0] == ""


async def test_a_live_source_may_call_the_mounts_format_otherwise(
    tones: Tones, autojump_clock: trio.testing.MockClock
) -> None:
    song, show = tones("mp3", 440, 20.0), tones("mp3", 900, 3.0).read_bytes()
    async with playing("mp3", FakeProgramme(song)) as desk:
        await trio.sleep(1.0)
        await desk.live(stream_of(show, 3.0), "audio/mp3")
        await trio.sleep(2.0)
        assert desk.record.rungs[-1] == "live"
        assert (desk.mount.floor, desk.mount.content_type) == (0, "audio/mpeg")


async def test_what_a_source_sends_faster_than_time_is_heard_in_its_time_and_whole(
    tones: Tones, autojump_clock: trio.testing.MockClock
) -> None:
    song, show = tones("mp3", 440, 20.0), tones("mp3", 900, 12.0).read_bytes()
    async with playing("mp3", FakeProgramme(song)) as desk:
        await trio.sleep(1.0)
        await desk.live(stream_of(show, 12.0, piece=0.1, speed=40.0))
        await trio.sleep(6.0)
        assert desk.endings == [], "it has to wait"
        assert desk.seconds == pytest.approx(7.0, abs=0.25)
        await trio.sleep(8.0)
        assert desk.endings == [SourceEnding.LEFT]
        assert desk.seconds == pytest.approx(15.0, abs=0.25)
        assert show[2000:] in desk.heard


async def test_who_is_kicked_is_off_the_air_at_once(
    tones: Tones, autojump_clock: trio.testing.MockClock
) -> None:
    song, show = tones("mp3", 440, 20.0), tones("mp3", 900, 12.0).read_bytes()
    async with playing("mp3", FakeProgramme(song)) as desk:
        live = await desk.live(stream_of(show, 12.0, speed=40.0))
        await trio.sleep(3.0)
        live.source.end(SourceEnding.KICKED)
        await trio.sleep(0.3)
        assert desk.record.rungs[-1] == "rotation"
        assert desk.endings == [SourceEnding.KICKED]


async def test_more_priority_takes_the_air_and_gives_it_back(
    tones: Tones, autojump_clock: trio.testing.MockClock
) -> None:
    song = tones("mp3", 440, 20.0)
    low, high = (tones("mp3", hertz, 12.0).read_bytes() for hertz in (900, 1200))
    high = high[: len(high) // 4]
    async with playing("mp3", FakeProgramme(song)) as desk:
        await desk.live(stream_of(low, 12.0))
        await trio.sleep(2.0)
        await desk.live(stream_of(high, 3.0), priority=1)
        await trio.sleep(12.0)
        assert desk.endings == [SourceEnding.LEFT, SourceEnding.LEFT]
        heard, late = desk.heard, 14.0 - desk.seconds
    assert low[6000:20_000] in heard
    assert high[6000:-1000] in heard
    assert low[-60_000:] in heard
    assert heard.find(low[6000:9000]) < heard.find(high[6000:9000]) < heard.find(low[-3000:])
    assert late < 0.2
    assert said_by_decoder(heard)[0] == ""


async def test_of_equals_the_newer_replaces_the_older_for_good(
    tones: Tones, autojump_clock: trio.testing.MockClock
) -> None:
    song = tones("mp3", 440, 20.0)
    first, second = (tones("mp3", hertz, 12.0).read_bytes() for hertz in (900, 1200))
    async with playing("mp3", FakeProgramme(song)) as desk:
        await desk.live(stream_of(first, 12.0))
        await trio.sleep(2.0)
        assert desk.endings == []
        await desk.live(stream_of(second, 12.0))
        await trio.sleep(2.0)
        assert desk.endings == [SourceEnding.REPLACED]
        assert desk.record.rungs.count("live") == 2
        assert "rotation" not in desk.record.rungs[1:], "it is a direct hand-over"


async def test_a_source_that_stalled_is_heard_again_when_it_sends_again(
    tones: Tones, autojump_clock: trio.testing.MockClock
) -> None:
    song, show = tones("mp3", 440, 20.0), tones("mp3", 900, 12.0).read_bytes()
    half = len(show) // 2
    sources = [stream_of(show[:half], 6.0)]

    async def receive() -> bytes:
        data = await sources[-1]()
        if not data and len(sources) == 1:
            await trio.sleep(2.0)
            sources.append(stream_of(show[half:], 6.0))
            data = await sources[-1]()
        return data

    async with playing("mp3", FakeProgramme(song)) as desk:
        await desk.live(receive)
        await trio.sleep(19.0)
        assert desk.record.rungs == ["rotation", "live", "rotation", "live", "rotation"]
        assert show[half + 2000 :] in desk.heard
        assert said_by_decoder(desk.heard)[0] == ""


@pytest.mark.parametrize("change", ["mp3 of another rate", "noise"])
async def test_whatever_a_source_turns_into_listeners_get_frames(
    change: str, tones: Tones, autojump_clock: trio.testing.MockClock
) -> None:
    song, show = tones("mp3", 440, 20.0), tones("mp3", 900, 3.0).read_bytes()
    other = tones("mp3", 900, 3.0, rate=44_100).read_bytes() if "mp3" in change else bytes(48_000)
    async with playing("mp3", FakeProgramme(song)) as desk:
        await desk.live(stream_of(show + other, 6.0))
        await trio.sleep(8.0)
        heard, floor = desk.heard, desk.mount.floor
        assert desk.seconds == pytest.approx(8.0, abs=0.25)
    assert (floor > 0) == ("mp3" in change)
    assert said_by_decoder(heard[floor:])[0] == ""


async def test_titles_change_when_the_first_byte_they_are_about_is_appended(
    tones: Tones, autojump_clock: trio.testing.MockClock
) -> None:
    one, two = tones("mp3", 440, 3.0), tones("mp3", 660, 3.0)
    async with playing("mp3", FakeProgramme(one, two)) as desk:
        await trio.sleep(5.0)
        log = desk.mount.log
        border = desk.heard.index(two.read_bytes()[2000:3000]) - 2000
        before, after = log.titles.at(border - 2000), log.titles.at(border + 2000)
        assert before is not None
        assert after is not None
        assert (before.text, after.text) == (one.stem, two.stem)
        assert desk.record.titles == [one.stem, two.stem]
        await desk.live(stream_of(tones("mp3", 900, 6.0).read_bytes(), 6.0))
        await trio.sleep(2.0)
        assert desk.copied.title("live 1", Title("Björk - Jóga"))
        assert not desk.copied.title("live 2", Title("somebody else"))
        await trio.sleep(0.1)  # of 0.4 s that are held half is put on the log ahead
        assert desk.record.titles[-1] == "live", "what it sent before is not heard yet"
        await trio.sleep(1.0)
        assert desk.record.titles[-1] == "Björk - Jóga"


async def test_what_is_not_of_the_mounts_format_is_passed_over_and_said_once(
    tones: Tones,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    autojump_clock: trio.testing.MockClock,
) -> None:
    good, rate = tones("mp3", 440, 2.0), tones("mp3", 440, 2.0, rate=44_100)
    lying = tmp_path / "lying.mp3"
    lying.write_bytes(tones("aac", 440, 2.0).read_bytes())
    paths: list[Path | str] = [rate, lying, "http://127.0.0.1/a.mp3", tmp_path / "gone.mp3", good]
    async with playing("mp3", FakeProgramme(*paths)) as desk:
        await trio.sleep(7.0)
        assert desk.seconds == pytest.approx(7.0, abs=0.25)
    said = [record.message for record in caplog.records if "not played" in record.message]
    assert [line.split(": ", 3)[3] for line in said[:3]] == [
        "it is mp3, 44100 Hz, 2 channels, not mp3, 48000 Hz, 2 channels",
        "it does not begin like mp3, 48000 Hz, 2 channels",
        "addresses cannot be copied, only files",
    ]
    assert len([line for line in said if "gone" not in line]) == 3


async def test_without_a_file_of_its_format_the_emergency_files_play(
    tones: Tones, tmp_path: Path, autojump_clock: trio.testing.MockClock
) -> None:
    wrong = tones("aac", 440, 2.0)
    help_ = tmp_path / "help"
    help_.mkdir()
    (help_ / "a.mp3").write_bytes(wrong.read_bytes())
    (help_ / "b.mp3").write_bytes(tones("mp3", 660, 2.0).read_bytes())
    async with playing("mp3", FakeProgramme(wrong), emergency=help_) as desk:
        await trio.sleep(6.0)
        assert desk.seconds == pytest.approx(6.0, abs=0.25)
        assert set(desk.record.rungs) == {"emergency"}


async def test_the_last_good_file_is_better_than_nothing(
    tones: Tones, autojump_clock: trio.testing.MockClock
) -> None:
    programme = FakeProgramme(tones("mp3", 440, 2.0))
    async with playing("mp3", programme) as desk:
        await trio.sleep(1.0)
        programme._tracks = itertools.cycle([])
        await trio.sleep(9.0)
        assert desk.seconds == pytest.approx(10.0, abs=0.25)
        assert desk.record.rungs[-1] == "last good track"


async def test_with_nothing_at_all_it_is_said_and_asked_again(
    tones: Tones, caplog: pytest.LogCaptureFixture, autojump_clock: trio.testing.MockClock
) -> None:
    programme = FakeProgramme()
    async with playing("mp3", programme) as desk:
        await trio.sleep(5.0)
        assert desk.heard == b""
        programme._tracks = itertools.cycle([Track(str(tones("mp3", 440, 2.0)))])
        await trio.sleep(3.0)
        assert desk.seconds > 2.0
    assert "there is nothing to play: it is its turn" in caplog.text


async def test_a_skip_is_heard_at_once(
    tones: Tones, autojump_clock: trio.testing.MockClock
) -> None:
    one, two = tones("mp3", 440, 20.0), tones("mp3", 660, 3.0)
    async with playing("mp3", FakeProgramme(one, two)) as desk:
        await trio.sleep(2.0)
        desk.copied.skip()
        await trio.sleep(0.3)
        assert desk.programme.played == [one.stem, two.stem]
        assert desk.seconds == pytest.approx(2.3, abs=0.25)
        await trio.sleep(1.7)
        desk.copied.skip()
        await trio.sleep(0.3)
        assert desk.programme.played == [one.stem, two.stem, one.stem]
        assert said_by_decoder(desk.heard)[0] == ""


@pytest.mark.parametrize("codec", ENCODERS)
async def test_the_track_that_was_interrupted_goes_on_if_so_configured(
    codec: str, tones: Tones, autojump_clock: trio.testing.MockClock
) -> None:
    song, show = tones(codec, 440, 20.0), tones(codec, 900, 3.0)
    async with playing(codec, FakeProgramme(song, show), after=After.RESUME) as desk:
        await trio.sleep(4.0)
        await desk.live(stream_of(show.read_bytes(), 3.0))
        await trio.sleep(6.0)
        heard = desk.heard
        assert desk.programme.played[:2] == [song.stem, song.stem]
    assert said_by_decoder(heard)[0] == ""


@pytest.mark.parametrize("codec", ENCODERS)
async def test_a_part_of_a_file_is_played_from_its_cue_to_its_cue(
    codec: str, tones: Tones, autojump_clock: trio.testing.MockClock
) -> None:
    song = tones(codec, 440, 20.0)
    async with playing(codec, FakeProgramme(song, cue_in=3.0, cue_out=6.0)) as desk:
        await trio.sleep(10.0)
        assert 3 <= len(desk.programme.played) <= 6
        heard = desk.heard
    assert said_by_decoder(heard)[0] == ""


async def test_a_hard_start_cuts_the_file_on_air(
    tones: Tones, monkeypatch: pytest.MonkeyPatch, autojump_clock: trio.testing.MockClock
) -> None:
    began = trio.current_time()
    monkeypatch.setattr("time.time", lambda: 1000.0 + trio.current_time() - began)
    one, two = tones("mp3", 440, 20.0), tones("mp3", 660, 3.0)
    async with playing("mp3", FakeProgramme(one, two, cut_at=1005.0)) as desk:
        await trio.sleep(4.8)
        assert desk.programme.played == [one.stem]
        await trio.sleep(0.4)
        assert desk.programme.played == [one.stem, two.stem]


async def test_what_was_not_heard_yet_gives_way_to_a_wish(
    tones: Tones, autojump_clock: trio.testing.MockClock
) -> None:
    one, two, three = (tones("mp3", hertz, 6.0) for hertz in (440, 660, 880))
    programme = FakeProgramme(one, two, three)
    async with playing("mp3", programme) as desk:
        await trio.sleep(1.0)
        programme.has_wishes = True
        desk.copied.reconsider()
        assert programme.returned == [], "what is heard plays on"
        programme.has_wishes = False
        await trio.sleep(4.0)
        desk.copied.reconsider()
        assert programme.returned == []
        programme.has_wishes = True
        desk.copied.reconsider()
        assert [choice.track and choice.track.path for choice in programme.returned] == [str(two)]
        await trio.sleep(2.0)
        assert programme.played == [one.stem, three.stem]
