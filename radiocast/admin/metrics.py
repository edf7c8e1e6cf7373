"""What Prometheus reads: the station in numbers, in its text format (version 0.0.4). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from radiocast.autodj.library import Progress
from radiocast.autodj.now import NowPlaying
from radiocast.mounts.statistics import MountStatistics, StationStatistics
from radiocast.protocols.text import one_line

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Labels = dict[str, str]
Sample = tuple[Labels, float]


@dataclass(frozen=True, slots=True)
class ProcessStatistics:
    """What the operating system says of us."""

    cpu_seconds: float
    """Since the start, of the station alone."""
    resident_bytes: int


@dataclass(frozen=True, slots=True)
class AutoDjStatistics:
    """What there is to count of the auto-DJ."""

    now: NowPlaying
    tracks: dict[str, int]
    """By playlist."""
    progress: Progress
    studio_restarts: int


def metrics(
    station: StationStatistics, process: ProcessStatistics, autodj: AutoDjStatistics | None
) -> bytes:
    """The whole page."""
    on_air = [mount for mount in station.mounts if not mount.is_idle]
    families = [*_station(station, process), *_mounts(on_air), *_links(station)]
    if autodj is not None:
        families += _autodj(autodj)
    return "".join(families).encode(errors="replace")


def _station(station: StationStatistics, process: ProcessStatistics) -> Iterator[str]:
    traffic = station.traffic
    yield _gauge(
        "radiocast_info", "The program that is running.", [({"version": station.server_id}, 1)]
    )
    yield _gauge("radiocast_start_time_seconds", "When it started.", station.server_start)
    yield _gauge("radiocast_clients", "Connected now, of any kind.", station.clients)
    yield _counter("radiocast_connections", "Accepted, of any kind.", traffic.connections)
    yield _counter("radiocast_requests", "For something to get.", traffic.requests)
    yield _counter("radiocast_listener_connections", "Who began to listen.", traffic.listeners)
    yield _counter("radiocast_source_connections", "Sources that came.", traffic.sources)
    access = station.access
    yield _counter("radiocast_turned_away", "Kept out by their address.", access.turned_away)
    yield _counter("radiocast_wrong_passwords", "Of any kind.", access.wrong_passwords)
    yield _gauge("radiocast_banned", "Addresses banned now.", access.banned)
    yield _counter("process_cpu_seconds", "CPU time of the station.", process.cpu_seconds)
    yield _gauge("process_resident_memory_bytes", "Its memory.", process.resident_bytes)


def _mounts(mounts: Iterable[MountStatistics]) -> Iterator[str]:
    by_mount = [({"mount": mount.path}, mount) for mount in mounts]

    def each(name: str) -> list[Sample]:
        return [(labels, float(getattr(mount, name))) for labels, mount in by_mount]

    yield _gauge("radiocast_listeners", "Who listens now.", each("listeners"))
    yield _gauge("radiocast_listener_peak", "The most at one time.", each("listener_peak"))
    yield _counter("radiocast_slow_listeners", "Dropped: too far behind.", each("slow_listeners"))
    yield _counter("radiocast_received_bytes", "Audio from the source.", each("bytes_read"))
    yield _counter("radiocast_sent_bytes", "Sent to listeners.", each("bytes_sent"))
    yield _counter("radiocast_skipped_bytes", "Received, but no audio.", each("bytes_skipped"))
    yield _gauge(
        "radiocast_source_start_time_seconds",
        "When the source on air came; a mount without a source has none of these.",
        each("stream_start"),
    )
    yield _gauge(
        "radiocast_tick_lag_seconds",
        "How late listeners were last fed: a machine with too much to do.",
        each("tick_lag"),
    )


def _links(station: StationStatistics) -> Iterator[str]:
    if station.relays:
        relays = [({"relay": name}, float(up)) for name, up in station.relays.items()]
        yield _gauge("radiocast_relay_up", "Streams of other servers: 1 on air.", relays)
    if station.pushes:
        pushes = [({"push": name}, float(up)) for name, up in station.pushes.items()]
        yield _gauge("radiocast_push_up", "Streams to other servers: 1 sent.", pushes)


def _autodj(autodj: AutoDjStatistics) -> Iterator[str]:
    yield _gauge(
        "radiocast_on_air",
        "What is heard, by its place on the ladder against silence.",
        [({"rung": autodj.now.rung or "nothing yet"}, 1)],
    )
    yield _counter(
        "radiocast_studio_restarts", "Studio processes that were lost.", autodj.studio_restarts
    )
    tracks = [({"playlist": name}, float(count)) for name, count in autodj.tracks.items()]
    yield _gauge("radiocast_tracks", "Tracks that can be played.", tracks)
    yield _gauge(
        "radiocast_unmeasured_files", "Whose loudness is unknown.", autodj.progress.unanalysed
    )
    yield _gauge("radiocast_broken_files", "That cannot be played.", autodj.progress.broken)


def _gauge(name: str, help_: str, samples: float | list[Sample]) -> str:
    return _family(name, "gauge", help_, samples)


def _counter(name: str, help_: str, samples: float | list[Sample]) -> str:
    return _family(f"{name}_total", "counter", help_, samples)


def _family(name: str, kind: str, help_: str, samples: float | list[Sample]) -> str:
    if not isinstance(samples, list):
        samples = [({}, samples)]
    lines = [f"# HELP {name} {help_}", f"# TYPE {name} {kind}"]
    lines += [f"{name}{_labels(labels)} {value!r}" for labels, value in samples]
    return "\n".join(lines) + "\n"


def _labels(labels: Labels) -> str:
    inside = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return f"{{{inside}}}" if inside else ""


def _escaped(value: str) -> str:
    return one_line(value).replace("\\", r"\\").replace('"', r"\"")
