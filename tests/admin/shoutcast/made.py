"""Streams for these tests."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from radiocast.admin.shoutcast.streams import Crowd, Stream
from radiocast.formats import Title
from radiocast.mounts.played import PlayedTitle
from radiocast.mounts.statistics import ListenerStatistics
from radiocast.protocols.source_info import SourceInfo
from tests.mounts.made import mount_statistics

NOON = 1_700_000_000.0
LISTENERS = (
    ListenerStatistics(3, "192.0.2.1", "VLC/3", 10.0, 0),
    ListenerStatistics(5, "192.0.2.1", "", 20.0, 0),
    ListenerStatistics(9, "2001:db8::9", "butt", 60.0, 0),
)


def stream(title: str = "Björk - Jóga, live", **changes: Any) -> Stream:
    """A stream on air with three listeners, of whom two are one."""
    mount = mount_statistics(
        "/live",
        info=SourceInfo("Ünder & <Ground>", "", "Jazz", "http://example.org/", public=True),
        stream_start=NOON - 100,
        title=Title(title),
        listeners=3,
        listener_peak=8,
        visits=40,
    )
    played = (PlayedTitle(NOON, Title(title)), PlayedTitle(NOON - 200, Title("Before")))
    made = Stream(2, "/live", 100, mount, Crowd.of(LISTENERS), 128, "", played, ("One", "Two"))
    return replace(made, **changes)


OFF_AIR = Stream(1, "/stream", 100)
