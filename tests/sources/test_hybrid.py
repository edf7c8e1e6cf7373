"""Live in the studio's place: with a studio that is none, but keeps the contract."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import trio
import trio.testing

from radiocast.config.live import LiveConfig
from radiocast.config.mount import MountConfig
from radiocast.config.outputs import OutputCodec, OutputConfig
from radiocast.formats import Frame, StreamStart, Title
from radiocast.mounts.mount import Mount
from radiocast.mounts.source import SourceEnding
from radiocast.sources.file_frames import FileFrames
from radiocast.sources.hybrid import Hybrid
from radiocast.sources.live import take_until_it_ends
from radiocast.sources.lives import Live
from radiocast.sources.opened import open_live
from radiocast.sources.policy import content_type_of
from radiocast.sources.splice import Splicer
from radiocast.studio.commands import Command, Rest, Wake
from radiocast.studio.events import LiveEnded, LiveStarted, TitleChanged
from radiocast.studio.mediatime import RATE, samples
from radiocast.studio.playout import Playout
from radiocast.studio.reports import Packets, Report, Resting, StreamBegan
from tests.mounts.made import make_source
from tests.sources.tones import ENCODERS, Tones, said_by_decoder, silent_after, stream_of

TIMEOUT = 10.0
FADE = 0.3
SPLICE = 0.25
STARTS_IN = 0.2
"""Seconds the studio takes to wake up."""


class FakeStudio:
    """Gives the packets of a file, over and over, from a fresh encoder after each rest."""

    def __init__(self, song: Path, codec: str, report: Callable[[Report], None]) -> None:
        self._song, self._report = song, report
        self._output = OutputConfig(codec=OutputCodec(codec))
        self._began = trio.current_time()
        self._rest_at: int | None = None
        self._commands, self._todo = trio.open_memory_channel[Command](100)
        self.told: list[Command] = []
        self.answers = True

    def send(self, command: Command) -> None:
        self.told.append(command)
        self._commands.send_nowait(command)

    def on_air(self) -> int:
        return round((trio.current_time() - self._began) * RATE)

    async def run(self) -> None:
        at = 0
        while True:
            at = await self._play(at)
            if self.answers:
                self._report(Resting(at))
            async for command in self._todo:
                if isinstance(command, Wake):
                    at = command.at
                    break
            await trio.sleep(STARTS_IN)

    async def _play(self, at: int) -> int:
        """Play until it is to rest, and a little longer."""
        until, splicer = None, Splicer()
        with FileFrames(self._song, self._output, Title("song")) as file:
            while events := file.read():
                for event in events:
                    if isinstance(event, StreamStart):
                        splicer.feed([event])
                        self._report(StreamBegan.of(at, "/a", event))
                        continue
                    while until is None and at > self.on_air() + samples(0.1):
                        with trio.move_on_after(0.05):
                            command = await self._todo.receive()
                            assert isinstance(command, Rest)
                            until = self.on_air() + samples(SPLICE + FADE)
                    over = until is not None and at + event.samples > until
                    for frame in splicer.close() if over else splicer.feed([event]):
                        assert isinstance(frame, Frame)
                        end = at + frame.samples
                        self._report(Packets.of(at, end, "/a", [frame]))
                        at = end
                    if until is not None and over:
                        return until
        raise AssertionError("the song is too short for this test")


class Desk:
    """A station with one output, as far as it is needed here."""

    def __init__(self, codec: str, song: Path, nursery: trio.Nursery, **live: Any) -> None:
        self.mount = Mount("/a", MountConfig(burst=1 << 30))
        self.nursery = nursery
        self.output = OutputConfig(codec=OutputCodec(codec))
        self.mount.announce(content_type_of(self.output), chains=True)
        self.studio = FakeStudio(song, codec, self._take)
        self.playout = Playout()
        self.hybrid = Hybrid(self.studio, self._put, LiveConfig(**live))
        self.hybrid.configure(LiveConfig(**live), ("/a",))
        self.played: list[Report] = []
        self.events: list[str] = []
        self.lives = itertools.count(1)
        self.endings: list[SourceEnding] = []
        self.latest = 0.0  # by how much a packet was ever late

    def _take(self, report: Report) -> None:
        if isinstance(report, Resting):
            self.hybrid.rested(report)
        else:
            self._put(report)

    def _put(self, report: Report) -> None:
        assert self.playout.put(report) == []

    async def run(self) -> None:
        while True:
            now = self.studio.on_air()
            for report in self.playout.due(now):
                self.latest = max(self.latest, (now - report.at) / RATE)
                self.play(report)
            await trio.sleep(0.02)

    def play(self, report: Report) -> None:
        self.played.append(report)
        match report:
            case StreamBegan() | Packets() if report.stream != "/a":
                pass
            case StreamBegan():
                self.mount.add([report.start()], now=0.0)
            case Packets():
                self.mount.add(report.frames(), now=0.0)
            case LiveStarted(id=name):
                self.events.append(f"{name} begins")
            case LiveEnded(id=name, why=why):
                self.events.append(f"{name}: {why.value}")
            case TitleChanged(title=title):
                self.events.append(title.text)
                self.mount.set_title(title)
            case _:
                raise AssertionError(report)

    @property
    def heard(self) -> bytes:
        return b"".join(self.mount.log.read(0, 1 << 30))

    @property
    def hole(self) -> float:
        """Seconds by which the log lags behind the clock."""
        return self.studio.on_air() / RATE - self.mount.log.media_time

    async def live(self, receive: Callable[[], Awaitable[bytes]], priority: int = 0) -> Live:
        live = Live(f"live {next(self.lives)}", "/a", make_source(), priority)
        self.nursery.start_soon(self._carry, live, receive)
        await trio.lowlevel.checkpoint()
        return live

    async def _carry(self, live: Live, receive: Callable[[], Awaitable[bytes]]) -> None:
        async def take() -> None:
            live.source.scope.deadline = trio.current_time() + TIMEOUT
            opened = await open_live("/a", "", receive)
            await self.hybrid.carry(live, opened, receive, TIMEOUT, Title("live"))

        self.endings.append(await take_until_it_ends("/a", live.source, take))


@asynccontextmanager
async def playing(codec: str, song: Path, **live: Any) -> AsyncIterator[Desk]:
    async with trio.open_nursery() as nursery:
        desk = Desk(codec, song, nursery, **live)
        nursery.start_soon(desk.studio.run)
        nursery.start_soon(desk.hybrid.run)
        nursery.start_soon(desk.run)
        yield desk
        nursery.cancel_scope.cancel()


@pytest.mark.parametrize("codec", ENCODERS)
@pytest.mark.parametrize("stalls", [False, True])
async def test_live_takes_the_studios_place_untouched_and_gives_it_back(
    codec: str, stalls: bool, tones: Tones, autojump_clock: trio.testing.MockClock
) -> None:
    song, show = tones(codec, 440, 20.0), tones(codec, 900, 6.0).read_bytes()
    async with playing(codec, song) as desk:
        await trio.sleep(2.2)
        receive = stream_of(show, 6.0)
        await desk.live(silent_after(receive) if stalls else receive)
        await trio.sleep(9.0)
        assert desk.hole < 0.3
        heard = desk.heard
        assert [type(each) for each in desk.studio.told] == [Rest, Wake]
        assert desk.latest < 0.25
    said, _ = said_by_decoder(heard)
    assert said == ""
    tail = show[len(show) // 4 :]
    at = heard.index(tail[:1000])
    assert heard[at : at + len(tail)] == tail
    titles = ["live", "x"] if codec in ("vorbis", "opus", "flac") else ["live"]
    ending = "live 1: stalled" if stalls else "live 1: left"
    assert desk.events == ["live 1 begins", *titles, ending]


async def test_a_source_connects_and_is_on_air_before_its_first_second_is_over(
    tones: Tones, autojump_clock: trio.testing.MockClock
) -> None:
    song, show = tones("mp3", 440, 20.0), tones("mp3", 900, 6.0).read_bytes()
    async with playing("mp3", song) as desk:
        await trio.sleep(2.0)
        await desk.live(stream_of(show, 6.0))
        await trio.sleep(0.75)
        assert desk.events[:1] == ["live 1 begins"]


async def test_what_a_source_sends_faster_than_time_is_heard_in_its_time_and_whole(
    tones: Tones, autojump_clock: trio.testing.MockClock
) -> None:
    song, show = tones("mp3", 440, 20.0), tones("mp3", 900, 12.0).read_bytes()
    async with playing("mp3", song) as desk:
        await desk.live(stream_of(show, 12.0, speed=40.0))
        await trio.sleep(6.0)
        assert desk.endings == [], "it has to wait"
        assert desk.hole == pytest.approx(0.0, abs=0.3)
        await trio.sleep(8.0)
        assert desk.endings == [SourceEnding.LEFT]
        assert show[2000:] in desk.heard


async def test_who_is_kicked_is_off_the_air_at_once(
    tones: Tones, autojump_clock: trio.testing.MockClock
) -> None:
    song, show = tones("mp3", 440, 20.0), tones("mp3", 900, 12.0).read_bytes()
    async with playing("mp3", song) as desk:
        live = await desk.live(stream_of(show, 12.0, speed=40.0))
        await trio.sleep(3.0)
        live.source.end(SourceEnding.KICKED)
        await trio.sleep(0.5)
        assert desk.events[-1] == "live 1: left"
        assert isinstance(desk.studio.told[-1], Wake)


async def test_one_live_source_follows_another_and_the_studio_goes_on_resting(
    tones: Tones, autojump_clock: trio.testing.MockClock
) -> None:
    song = tones("mp3", 440, 20.0)
    first, second = (tones("mp3", hertz, 12.0).read_bytes() for hertz in (900, 1200))
    async with playing("mp3", song) as desk:
        await desk.live(stream_of(first, 12.0))
        await trio.sleep(3.0)
        await desk.live(stream_of(second, 12.0))
        await trio.sleep(3.0)
        assert desk.endings == [SourceEnding.REPLACED]
        assert [type(each) for each in desk.studio.told] == [Rest]
        assert desk.hole < 0.3
        heard = desk.heard
    assert said_by_decoder(heard)[0] == ""
    assert heard.index(first[9000:12_000]) < heard.index(second[12_000:15_000])


async def test_while_somebody_is_mixed_only_who_ranks_above_is_copied(
    tones: Tones, autojump_clock: trio.testing.MockClock
) -> None:
    song, show = tones("mp3", 440, 20.0), tones("mp3", 900, 12.0).read_bytes()
    mixed = Live("mixed", "/a", make_source(), 5)
    async with playing("mp3", song) as desk:
        await desk.live(stream_of(show, 12.0))
        await trio.sleep(3.0)
        with desk.hybrid.barred(mixed):
            await trio.sleep(2.0)
            assert desk.events[-1] == "live 1: another live source took over"
            assert [type(each) for each in desk.studio.told] == [Rest, Wake]
            assert desk.endings == []
        await trio.sleep(3.0)
        assert desk.events[-2] == "live 1 begins"
        assert desk.hole < 0.3
        assert said_by_decoder(desk.heard)[0] == ""


async def test_a_source_that_changes_its_format_has_to_go(
    tones: Tones, autojump_clock: trio.testing.MockClock
) -> None:
    song = tones("mp3", 440, 20.0)
    show = tones("mp3", 900, 3.0).read_bytes() + tones("mp3", 900, 3.0, rate=44_100).read_bytes()
    async with playing("mp3", song) as desk:
        await desk.live(stream_of(show, 6.0))
        await trio.sleep(7.0)
        assert desk.endings == [SourceEnding.BROKEN]
        assert said_by_decoder(desk.heard)[0] == ""


@pytest.mark.parametrize("seconds", [0.2, 0.6])
async def test_a_source_that_leaves_before_it_is_heard_costs_no_sound(
    seconds: float, tones: Tones, autojump_clock: trio.testing.MockClock
) -> None:
    song, show = tones("mp3", 440, 20.0), tones("mp3", 900, 6.0).read_bytes()
    async with playing("mp3", song) as desk:
        await desk.live(stream_of(show[: round(16_000 * seconds)], seconds, piece=0.05))
        await trio.sleep(6.0)
        assert desk.endings == [SourceEnding.LEFT]
        assert [type(each) for each in desk.studio.told] == [Rest, Wake]
        assert desk.hole < 0.4
        assert said_by_decoder(desk.heard)[0] == ""


async def test_a_studio_that_does_not_answer_is_told_again(
    tones: Tones, autojump_clock: trio.testing.MockClock
) -> None:
    song, show = tones("mp3", 440, 20.0), tones("mp3", 900, 12.0).read_bytes()
    async with playing("mp3", song) as desk:
        desk.studio.answers = False
        await desk.live(stream_of(show, 12.0))
        await trio.sleep(5.0)
        assert [type(each) for each in desk.studio.told] == [Rest, Rest]
        desk.hybrid.rested(Resting(desk.studio.on_air()))
        await trio.sleep(1.0)
        assert desk.events[0] == "live 1 begins"


async def test_an_answer_to_no_question_changes_nothing(
    tones: Tones, autojump_clock: trio.testing.MockClock
) -> None:
    async with playing("mp3", tones("mp3", 440, 20.0)) as desk:
        await trio.sleep(1.0)
        desk.hybrid.rested(Resting(desk.studio.on_air()))
        await trio.sleep(1.0)
        assert desk.studio.told == []


async def test_an_output_that_comes_while_somebody_is_live_gets_the_stream_from_there(
    tones: Tones, autojump_clock: trio.testing.MockClock
) -> None:
    song, show = tones("vorbis", 440, 20.0), tones("vorbis", 900, 6.0).read_bytes()
    async with playing("vorbis", song) as desk:
        await desk.live(stream_of(show, 6.0))
        await trio.sleep(4.0)
        desk.hybrid.configure(LiveConfig(), ("/a", "/b"))
        await trio.sleep(2.0)
        later = [each for each in desk.played if getattr(each, "stream", "") == "/b"]
        assert isinstance(later[0], StreamBegan)
        assert isinstance(later[1], Packets)


async def test_titles_of_live_are_shown_when_what_they_are_about_is_heard(
    tones: Tones, autojump_clock: trio.testing.MockClock
) -> None:
    song, show = tones("mp3", 440, 20.0), tones("mp3", 900, 6.0).read_bytes()
    async with playing("mp3", song) as desk:
        await desk.live(stream_of(show, 6.0))
        await trio.sleep(3.0)
        assert desk.hybrid.title("live 1", Title("Björk - Jóga"))
        assert not desk.hybrid.title("live 7", Title("somebody else"))
        await trio.sleep(0.2)
        assert desk.events[-1] == "live"
        await trio.sleep(1.0)
        assert desk.events[-1] == "Björk - Jóga"
