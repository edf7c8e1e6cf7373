"""Who may be live beside whom."""

from __future__ import annotations

import pytest

from radiocast.mounts.registry import Refused
from radiocast.mounts.source import Source, SourceEnding
from radiocast.protocols.source_info import SourceInfo
from radiocast.sources.lives import MAX_LIVES, Live, Lives


def source() -> Source:
    return Source("192.0.2.1", SourceInfo())


def admitted(lives: Lives, priority: int = 0, *, takeover: bool = False) -> Live:
    live = lives.admit("/stream", source(), priority, takeover=takeover)
    assert isinstance(live, Live)
    return live


def test_one_at_a_time_of_equal_priority() -> None:
    lives = Lives()
    first = admitted(lives)
    assert lives.admit("/other", source(), 0, takeover=False) is Refused.IN_USE
    lives.leave(first)
    admitted(lives)


def test_a_newer_one_replaces_an_older_one_only_when_it_is_heard() -> None:
    lives = Lives()
    first, second = admitted(lives), admitted(lives, takeover=True)
    assert first.source.ending is None
    lives.took_over(second.name)
    assert first.source.ending is SourceEnding.REPLACED
    assert second.source.ending is None


def test_who_has_more_priority_takes_the_air_and_the_other_waits() -> None:
    lives = Lives()
    low, high = admitted(lives), admitted(lives, 10)
    lives.took_over(high.name)
    assert low.source.ending is None
    assert lives.admit("/stream", source(), 5, takeover=True) is Refused.IN_USE


def test_who_has_stalled_keeps_nobody_out() -> None:
    lives = Lives()
    stalled = admitted(lives, 10)
    lives.took_over(stalled.name)
    lives.stalled(stalled.name)
    again = admitted(lives, 10)
    assert lives.admit("/stream", source(), 10, takeover=False) is Refused.IN_USE
    lives.took_over(again.name)
    assert stalled.source.ending is SourceEnding.REPLACED


def test_who_stalled_and_is_heard_again_is_there_again() -> None:
    lives = Lives()
    live = admitted(lives)
    lives.stalled(live.name)
    lives.took_over(live.name)
    assert lives.admit("/stream", source(), 0, takeover=False) is Refused.IN_USE


def test_there_is_an_end_to_how_many_wait() -> None:
    lives = Lives()
    for priority in range(MAX_LIVES):
        admitted(lives, priority)
    assert lives.admit("/stream", source(), 50, takeover=True) is Refused.TOO_MANY_SOURCES


@pytest.mark.parametrize("path", ["/stream", "/other"])
def test_titles_go_to_who_came_last_to_the_mount(path: str) -> None:
    lives = Lives()
    admitted(lives)
    last = admitted(lives, takeover=True)
    assert lives.on(path) is (last if path == "/stream" else None)


def test_one_that_is_gone_takes_over_nothing() -> None:
    lives = Lives()
    live = admitted(lives)
    lives.took_over("live 99")
    assert live.source.ending is None


def test_who_is_gone_is_known_while_what_it_sent_may_still_be_heard() -> None:
    lives = Lives()
    live = admitted(lives)
    lives.leave(live)
    assert lives.get(live.name) is live
    assert list(lives) == []
