"""What the console makes of the studio's reports."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
import trio

from radiocast.autodj.choose import Choice
from radiocast.autodj.now import LIVE
from radiocast.formats import Frame, StreamStart, Title
from radiocast.mounts.source import Source, SourceEnding
from radiocast.protocols.source_info import SourceInfo
from radiocast.sources.lives import Live
from radiocast.studio.commands import Load, Skip
from radiocast.studio.cues import Rung
from radiocast.studio.events import (
    LiveStarted,
    NeedTrack,
    OnAir,
    TitleChanged,
    TrackFailed,
    TrackStarted,
)
from radiocast.studio.mediatime import RATE
from radiocast.studio.reports import Packets, StreamBegan
from tests.sources.made import Made


@asynccontextmanager
async def running() -> AsyncIterator[Made]:
    made = Made()
    with trio.fail_after(60):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(made.console.run)
            await trio.testing.wait_all_tasks_blocked()
            yield made
            nursery.cancel_scope.cancel()


async def hear(made: Made, seconds: float) -> None:
    """So much more is on air, and the console has looked."""
    made.studio.clock += round(seconds * RATE)
    await trio.sleep(1)
    await trio.testing.wait_all_tasks_blocked()


async def test_the_first_track_is_loaded_unasked(autojump_clock: trio.testing.MockClock) -> None:
    async with running() as made:
        assert len(made.studio.of_type(Load)) == 1


async def test_frames_come_to_the_mount_when_they_are_due(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as made:
        start = StreamBegan.of(0, "/stream", StreamStart("mp3", 48000, 2))
        packets = [
            Packets.of(at, at + RATE, "/stream", [Frame(b"x" * 100, RATE)])
            for at in (0, RATE, 2 * RATE)
        ]
        await made.studio.say(start, *packets)
        await hear(made, 0)
        assert made.mount.log.end == 100
        await hear(made, 1)
        assert made.mount.log.end == 200
        assert made.mount.counts.bytes_read == 200


async def test_a_track_is_known_and_remembered_when_it_is_heard(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as made:
        (load,) = made.studio.of_type(Load)
        await made.studio.say(
            TrackStarted(RATE, load.cue.id),
            OnAir(RATE, Rung.ROTATION, "the station starts"),
            TitleChanged(RATE, load.cue.title),
        )
        await hear(made, 0.5)
        assert made.chronicle.now.track is None
        await hear(made, 0.5)
        now = made.chronicle.now
        assert now.track is not None
        assert now.track.path == load.cue.path
        assert (now.rung, now.title, now.playlist) == ("rotation", load.cue.title, "all")
        assert made.mount.log.titles.latest() == load.cue.title
        assert [entry.key for entry in made.chronicle.recent(5)] == [load.cue.path]


async def test_a_question_that_was_asked_twice_wastes_no_track(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as made:
        await made.studio.say(NeedTrack(0, 0))
        await made.studio.say(NeedTrack(0, 0))
        heard = made.studio.of_type(Load)[-1].cue
        await made.studio.say(TrackStarted(0, heard.id))
        await hear(made, 1)
        await made.studio.say(NeedTrack(0, RATE))
        assert len(made.programme.upcoming(1, 0.0)) == 1
        plays = [made.studio.of_type(Load)[-1].cue.path, heard.path]
        assert len(set(plays)) == 2


async def test_what_somebody_asks_for_takes_the_place_of_what_was_only_its_turn(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as made:
        made.programme.enqueue("/music/a3.mp3")
        await made.console.reconsider()
        assert made.studio.of_type(Load)[-1].cue.path == "/music/a3.mp3"
        made.programme.enqueue("/music/a4.mp3")
        await made.console.reconsider()
        assert made.studio.of_type(Load)[-1].cue.path == "/music/a3.mp3", "it was asked for first"


async def test_a_broken_track_is_told_to_the_library(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as made:
        (load,) = made.studio.of_type(Load)
        await made.studio.say(TrackFailed(0, load.cue.id, "no audio in it"))
        await hear(made, 1)
        assert made.library.broken == {load.cue.path: "no audio in it"}


async def test_a_live_source_is_live_from_when_it_is_heard(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as made:
        before = made.lives.admit("/stream", Source("192.0.2.1", SourceInfo()), 0, takeover=True)
        live = made.lives.admit("/stream", Source("192.0.2.9", SourceInfo()), 0, takeover=True)
        assert isinstance(before, Live)
        assert isinstance(live, Live)
        await made.studio.say(
            LiveStarted(RATE, live.name),
            OnAir(RATE, Rung.LIVE, "a live source is there"),
            TitleChanged(RATE, Title("Anna - Töne")),
        )
        await hear(made, 0.5)
        assert made.chronicle.now.rung == ""
        assert before.source.ending is None
        await hear(made, 0.5)
        assert made.chronicle.now.rung == LIVE
        assert made.chronicle.now.source == "192.0.2.9"
        assert before.source.ending is SourceEnding.REPLACED
        assert [entry.source for entry in made.chronicle.recent(5)] == ["live"]
        await made.studio.say(TitleChanged(2 * RATE, Title("Anna - Noch mehr")))
        await hear(made, 1)
        entries = made.chronicle.recent(5)
        assert [entry.title for entry in entries] == ["Anna - Noch mehr", "Anna - Töne"]
        assert entries[1].listeners == 7
        assert entries[1].duration is not None


async def test_the_ladder_shows_as_what_it_is(autojump_clock: trio.testing.MockClock) -> None:
    async with running() as made:
        await made.studio.say(
            TrackStarted(0, "emergency"), OnAir(0, Rung.EMERGENCY, "no track was loaded in time")
        )
        await hear(made, 0)
        now = made.chronicle.now
        assert (now.rung, now.reason) == ("emergency", "no track was loaded in time")
        assert now.track is None


async def cut_in_half_a_minute(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    """A track is loaded that a hard start is to cut in thirty seconds of the test's time."""
    epoch = 1_800_000_000.0 - trio.current_time()
    monkeypatch.setattr(time, "time", lambda: epoch + trio.current_time())
    noon = time.time() + 30
    chosen = await made.programme.next_choice(time.time())

    async def next_choice(starts: float) -> Choice:
        return replace(chosen, cut_at=noon if starts < noon else None)

    monkeypatch.setattr(made.programme, "next_choice", next_choice)
    await made.studio.say(NeedTrack(0, 0))


async def test_a_hard_start_is_loaded_early_and_skipped_to_on_time(
    autojump_clock: trio.testing.MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running() as made:
        await cut_in_half_a_minute(made, monkeypatch)
        loads = len(made.studio.of_type(Load))
        await trio.sleep(28)
        assert len(made.studio.of_type(Load)) == loads + 1
        assert made.studio.of_type(Skip) == []
        await trio.sleep(1.7)
        assert len(made.studio.of_type(Skip)) == 1


async def test_a_hard_start_skips_nothing_that_began_by_itself(
    autojump_clock: trio.testing.MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running() as made:
        await cut_in_half_a_minute(made, monkeypatch)
        await trio.sleep(28)
        await made.studio.say(TrackStarted(99 * RATE, made.studio.of_type(Load)[-1].cue.id))
        await trio.sleep(2)
        assert made.studio.of_type(Skip) == []
