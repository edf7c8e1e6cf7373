"""What can be said about the mounts at one moment: immutable views for pages, JSON and logs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

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
    tick_lag: float = 0.0
    """Seconds by which listeners were last fed too late."""
    nominal_bitrate: int = 0
    """Bits per second that the stream's own headers (Vorbis) speak of; 0: they do not."""
    max_listeners: int | None = None
    """How many it may have; None: as many as the station."""
    subtype: str = ""
    """What the operator calls the codec; empty: nothing."""
    visits: int = 0
    """How many have begun to listen."""
    fallback: str = ""
    """Where its listeners go when the source is gone; empty: nowhere."""
    instance: str = ""
    """A UUID that is another for each source."""
    direct: bool = True
    """Whether listeners may ask for it."""
    played: tuple[tuple[str, str], ...] = ()
    """Titles and artists of the last titles, the oldest first."""

    @property
    def is_idle(self) -> bool:
        """Whether it only comes on air when somebody listens."""
        return not self.content_type


@dataclass(frozen=True, slots=True)
class ListenerStatistics:
    """One who listens."""

    number: int
    """Its own on this station, wherever it is moved."""
    ip: str
    user_agent: str
    """Empty: it did not say."""
    connected: float
    """Seconds since it asked."""
    lag: int
    """Bytes it is behind the live edge."""
    user: str | None = None
    """The name that it proved to have; None: it needed none."""


@dataclass(slots=True)
class Traffic:
    """What has come to the station since it started."""

    connections: int = 0
    """Accepted, of any kind."""
    requests: int = 0
    """For something to get: streams, pages, files, commands."""
    files: int = 0
    """Requests that were answered with a file."""
    listeners: int = 0
    sources: int = 0
    """Relays among them."""
    relays: int = 0


@dataclass(frozen=True, slots=True)
class AccessStatistics:
    """Who was kept out."""

    turned_away: int = 0
    """Connections and requests, because of where they came from."""
    wrong_passwords: int = 0
    banned: int = 0
    """Addresses that are kept out now for their wrong passwords."""


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
    """Sorted by path: those on air, and those that are fetched when somebody listens, of which
    the content type is empty meanwhile."""
    clients: int = 0
    """Connected right now: sources, listeners and everybody else."""
    traffic: Traffic = field(default_factory=Traffic)
    instance: str = ""
    """A UUID that is another for each run."""
    site: str = ""
    """Where whoever asked reached us, as `https://radio.example`: `listenurl` is made of it
    instead of `host` and `port`. Empty: it does not matter."""
    access: AccessStatistics = field(default_factory=AccessStatistics)
    relays: Mapping[str, bool] = field(default_factory=dict)
    """By name, whether they are on air."""
    pushes: Mapping[str, bool] = field(default_factory=dict)
    """By name, whether they are being sent."""
