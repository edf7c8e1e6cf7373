"""What changes in the statistics, told as Icecast tells it: in lines, and as events. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping

from radiocast.admin.icecast.documents import mount_fields, station_fields
from radiocast.mounts.statistics import MountStatistics, StationStatistics
from radiocast.protocols.markup import compact
from radiocast.protocols.text import one_line

MAX_VALUE = 200
"""Characters of a value: longer ones are left out, as by Icecast."""

Snapshot = Mapping[tuple[str, str], str]
"""Values by the mount (or `global`) and their names."""


def snapshot(station: StationStatistics) -> Snapshot:
    """Everything there is to tell."""
    found = {("global", name): str(value) for name, value in station_fields(station).items()}
    for mount in station.mounts:
        for name, value in mount_fields(station, mount).items():
            found[one_line(mount.path), name] = one_line(str(value))
    return {key: value for key, value in found.items() if len(value) <= MAX_VALUE}


def event_lines(before: Snapshot, now: Snapshot) -> bytes:
    """What has changed, in Icecast's lines: `EVENT /live listeners 3`. Of a mount that is gone:
    `EVENT /live null null`."""
    lines = [
        f"EVENT {source} {name} {value}\n"
        for (source, name), value in now.items()
        if before.get((source, name)) != value
    ]
    left = {source for source, _ in now}
    gone = dict.fromkeys(source for source, _ in before if source not in left)
    lines += [f"EVENT {source} null null\n" for source in gone]
    return "".join(lines).encode(errors="replace")


def events(
    before: Mapping[str, MountStatistics], now: Mapping[str, MountStatistics]
) -> Iterator[dict[str, object]]:
    """What has happened on the mounts, as Icecast 2.5 calls it."""
    for path, mount in now.items():
        earlier = before.get(path)
        if earlier is None or earlier.instance != mount.instance:
            yield _event("source-connect", mount)
            earlier = None
        if earlier is not None and earlier.listeners != mount.listeners:
            if not mount.listeners:
                yield _event("source-listeners-is-zero", mount)
            yield _event("source-listeners-changed", mount)
        text = mount.title.text if mount.title is not None else ""
        if text and (earlier is None or earlier.title != mount.title):
            yield _event("format-metadata-changed", mount)
            said = {"display-title": text, "source-instance": mount.instance}
            yield {"mount": path, "type": "vc", "vc": {"X_ICY_TITLE": [text]}, "crude": said}
    for path, mount in before.items():
        if path not in now:
            yield _event("source-disconnect", mount)


def sse(event: Mapping[str, object]) -> bytes:
    """An event as `text/event-stream` has it, with a number of its own."""
    return b"id: %s\r\ndata: %s\r\n\r\n" % (str(uuid.uuid4()).encode(), compact(event))


def _event(trigger: str, mount: MountStatistics) -> dict[str, object]:
    crude = {
        "trigger": trigger,
        "uri": mount.path,
        "source-media-type": mount.content_type,
        "source-instance": mount.instance,
        "source-listener-count": str(mount.listeners),
    }
    return {"type": "event", "crude": crude, "mount": mount.path}
