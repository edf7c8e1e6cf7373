"""Mounts for tests, as a source that has just been recognised leaves them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from radiocast.config.mount import MountConfig
from radiocast.formats import Frame, StreamStart
from radiocast.mounts.mount import Mount
from radiocast.mounts.source import Source
from radiocast.mounts.statistics import MountStatistics
from radiocast.protocols.source_info import SourceInfo


def make_source(ip: str = "127.0.0.1", **info: Any) -> Source:
    return Source(ip, SourceInfo(**info))


def make_mount(**settings: Any) -> Mount:
    """A mount with a source that sends AAC; 1000 samples are a second."""
    mount = Mount("/live", MountConfig(**{"burst_time": 0.0} | settings))
    mount.take(make_source(), now=0.0)
    mount.announce("audio/aac", chains=True)
    mount.add([StreamStart("aac", 1000, 2)], now=0.0)
    return mount


def send(mount: Mount, *frames: bytes) -> None:
    mount.add([Frame(data, samples=10) for data in frames], now=0.0)


def mount_statistics(path: str = "/live", **changes: Any) -> MountStatistics:
    """What is shown of an MP3 mount nobody listens to."""
    mount = MountStatistics(
        path=path,
        content_type="audio/mpeg",
        info=SourceInfo(name="Night Radio"),
        stream_start=1_795_355_676.5,
        title=None,
        codec="mp3",
        sample_rate=44100,
        channels=2,
        source_ip="192.0.2.1",
        listeners=0,
        listener_peak=0,
        slow_listeners=7,
        bytes_read=1000,
        bytes_sent=2000,
        bytes_skipped=3,
        hidden=False,
    )
    return replace(mount, **changes)
