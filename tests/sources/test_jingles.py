"""Jingles are laid over songs when they are due, and over nobody who is live."""

from __future__ import annotations

import time

import pytest
import trio
import trio.testing

from radiocast.config.autodj import PlaylistConfig
from radiocast.mounts.source import Source
from radiocast.protocols.source_info import SourceInfo
from radiocast.sources.jingles import lay_jingles
from radiocast.studio.commands import Lay
from radiocast.studio.events import OverlayStarted
from tests.autodj.made import make_rules, make_shelf
from tests.sources.made import Made


@pytest.fixture
async def made(monkeypatch: pytest.MonkeyPatch) -> Made:
    """An auto-DJ with a jingle every ten minutes, whose wall clock is the test's."""
    epoch = time.time()
    monkeypatch.setattr(time, "time", lambda: epoch + trio.current_time())
    made = Made()
    jingles = PlaylistConfig(source="/jingles", every=600.0, overlay=True)
    made.programme.configure(make_rules({**made.rules.playlists, "jingles": jingles}))
    made.library.made = {**made.library.made, "jingles": make_shelf("j", 3, duration=5.0)}
    return made


async def test_one_is_laid_over_each_time_it_is_due(
    made: Made, autojump_clock: trio.testing.MockClock
) -> None:
    with trio.move_on_after(1900):
        await lay_jingles(made.console, made.programme, made.chronicle, made.changes)
    cues = [lay.cue for lay in made.studio.of_type(Lay)]
    assert len(cues) == 3
    assert len({cue.path for cue in cues}) == 3
    await made.console.hear(OverlayStarted(0, cues[0].id))
    assert [entry.key for entry in made.chronicle.recent(5)] == [cues[0].path]
    assert made.chronicle.now.track is None, "it is not what plays"


async def test_none_is_laid_over_a_live_source_but_over_what_comes_after(
    made: Made, autojump_clock: trio.testing.MockClock
) -> None:
    made.chronicle.live(Source("192.0.2.1", SourceInfo(name="Anna")))
    async with trio.open_nursery() as nursery:
        nursery.start_soon(lay_jingles, made.console, made.programme, made.chronicle, made.changes)
        await trio.sleep(700)
        assert made.studio.of_type(Lay) == []
        made.chronicle.on_rung("rotation", "live left")
        await trio.sleep(1)
        assert len(made.studio.of_type(Lay)) == 1
        nursery.cancel_scope.cancel()
