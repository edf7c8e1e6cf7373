"""A stream as SHOUTcast sees it: what there is to tell, before it is written down.

Names and their order are those of DNAS 2.6; its XML has them in capitals, its JSON in small
letters. Numbers are numbers, but the bitrate and the sample rate are texts there, as DNAS has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from radiocast.mounts.played import PlayedTitle
from radiocast.mounts.statistics import ListenerStatistics, MountStatistics

Fields = dict[str, int | str]


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who listens, in figures."""

    addresses: frozenset[str] = frozenset()
    """Where they listen from: as many are `unique` listeners."""
    seconds: float = 0.0
    """How long all of them together have listened until now."""
    count: int = 0

    @classmethod
    def of(cls, listeners: Sequence[ListenerStatistics]) -> Crowd:
        """Count them: some milliseconds for ten thousand."""
        seconds = sum(each.connected for each in listeners)
        return cls(frozenset(each.ip for each in listeners), seconds, len(listeners))

    @property
    def average(self) -> int:
        """Seconds they have listened on average."""
        return int(self.seconds / self.count) if self.count else 0


@dataclass(frozen=True, slots=True)
class Stream:
    """One number and what is heard there."""

    sid: int
    path: str
    max_listeners: int
    mount: MountStatistics | None = None
    """None: it is off air."""
    crowd: Crowd = Crowd()
    bitrate: int = 0
    """Kilobits per second; 0: nobody knows."""
    dj: str = ""
    played: Sequence[PlayedTitle] = ()
    """Newest first."""
    upcoming: Sequence[str] = ()
    """What plays next, as far as that is known."""

    @property
    def title(self) -> str:
        """What plays; empty: nobody says."""
        title = self.mount.title if self.mount is not None else None
        return title.text if title is not None else ""


@dataclass(frozen=True, slots=True)
class Server:
    """All streams that may be shown."""

    streams: Sequence[Stream]
    max_listeners: int
    version: str


def stream_fields(stream: Stream, *, now: float, source: bool = False) -> Fields:
    """What `/stats` tells. `now` in Unix seconds; `source`: for the operator, where it comes
    from, too."""
    mount = stream.mount
    url = mount.title.url if mount is not None and mount.title is not None else ""
    fields: Fields = {
        "currentlisteners": mount.listeners if mount else 0,
        "peaklisteners": mount.listener_peak if mount else 0,
        "maxlisteners": stream.max_listeners,
        "uniquelisteners": len(stream.crowd.addresses),
        "averagetime": stream.crowd.average,
        "servergenre": mount.info.genre if mount else "",
        **{f"servergenre{number}": "" for number in range(2, 6)},
        "serverurl": mount.info.url if mount else "",
        "servertitle": mount.info.name if mount else "",
        "songtitle": stream.title,
    }
    if stream.upcoming:
        fields["nexttitle"] = stream.upcoming[0]
    if stream.dj:
        fields["dj"] = stream.dj
    if url:
        fields["songurl"] = url
    fields |= {
        "streamhits": mount.visits if mount else 0,
        "streamstatus": int(mount is not None),
        "backupstatus": 0,
        "streamlisted": int(bool(mount and mount.info.public)),
        "streamlistederror": 200,
    }
    if source and mount is not None:
        fields["streamsource"] = mount.source_ip
    return fields | {
        "streampath": stream.path,
        "streamuptime": max(0, int(now - mount.stream_start)) if mount else 0,
        "bitrate": str(stream.bitrate),
        "samplerate": str(mount.sample_rate) if mount else "0",
        "content": mount.content_type if mount else "",
    }


def server_fields(server: Server) -> Fields:
    """What `/statistics` tells of all of them together."""
    mounts = [stream.mount for stream in server.streams if stream.mount is not None]
    crowds = [stream.crowd for stream in server.streams]
    count = sum(crowd.count for crowd in crowds)
    everywhere = Crowd(
        frozenset().union(*(crowd.addresses for crowd in crowds)),
        sum(crowd.seconds for crowd in crowds),
        count,
    )
    return {
        "totalstreams": len(server.streams),
        "activestreams": len(mounts),
        "currentlisteners": sum(mount.listeners for mount in mounts),
        "peaklisteners": sum(mount.listener_peak for mount in mounts),
        "maxlisteners": server.max_listeners,
        "uniquelisteners": len(everywhere.addresses),
        "averagetime": everywhere.average,
        "version": server.version,
    }


def listener_fields(listener: ListenerStatistics) -> Fields:
    """What the operator is told of one who listens. A proxy's client stands in `hostname`."""
    return {
        "hostname": listener.ip,
        "useragent": listener.user_agent or "EMPTY",
        "connecttime": int(listener.connected),
        "uid": listener.number,
        "type": 0,
        "referer": "",
        "xff": "",
        "grid": 0,
        "triggers": 0,
    }


def song_fields(played: PlayedTitle) -> Fields:
    """One title of the past."""
    return {"playedat": int(played.at), "title": played.title.text}


def metadata_fields(stream: Stream) -> Fields:
    """What plays, under the names of ID3v2's frames."""
    mount = stream.mount
    title = mount.title if mount is not None else None
    if title is None:
        return {}
    parts = {"tit2": title.title or title.text, "tpe1": title.artist if title.title else ""}
    assert mount is not None
    said = {**parts, "trsn": mount.info.name, "woas": title.url}
    return {name: text for name, text in said.items() if text}
