"""What can be said about the mounts at one moment: immutable views for pages, JSON and logs."""

from __future__ import annotations

from dataclasses import dataclass

from radiocast.formats import Title
from radiocast.protocols.source_info import SourceInfo


@dataclass(frozen=True, slots=True)
class MountStatistics:
    """One mount that is on air. Times are Unix seconds."""

    path: str
    content_type: str
    info: SourceInfo
    """What the source said, after the operator's settings replaced what they name."""
    stream_start: float
    title: Title | None
    codec: str
    sample_rate: int
    channels: int
    source_ip: str
    listeners: int
    listener_peak: int
    slow_listeners: int
    """How many were dropped because they fell too far behind."""
    bytes_read: int
    """From the source, audio only."""
    bytes_sent: int
    """To listeners, response heads and metadata included."""
    bytes_skipped: int
    """From the source, but part of no frame."""
    hidden: bool


@dataclass(frozen=True, slots=True)
class StationStatistics:
    """The whole station."""

    server_id: str
    server_start: float
    name: str
    description: str
    genre: str
    url: str
    admin: str
    host: str
    """The name listeners reach us by: `listenurl` is made of it."""
    location: str
    port: int
    mounts: tuple[MountStatistics, ...]
    """Sorted by path; those on air only."""
