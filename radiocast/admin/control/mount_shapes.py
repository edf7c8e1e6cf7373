"""Mounts as JSON has them. Pure.

Times are Unix seconds. `private` adds what only the operator may read.
"""

from __future__ import annotations

from radiocast.admin.control.shapes import Shape
from radiocast.formats import Title
from radiocast.mounts.played import PlayedTitle
from radiocast.mounts.statistics import ListenerStatistics, MountStatistics
from radiocast.protocols.addresses import quote_path
from radiocast.protocols.text import parse_number


def mount_shape(
    mount: MountStatistics, *, sid: int, site: str, on_air: bool, autodj: bool, private: bool
) -> Shape:
    """A mount. `site`: where we are reached; `autodj`: whether it is one of the auto-DJ's."""
    info = mount.info
    shape: Shape = {
        "path": mount.path,
        "sid": sid,
        "url": site + quote_path(mount.path),
        "on_air": on_air,
        "since": round(mount.stream_start, 3) if on_air else None,
        "autodj": autodj,
        "name": info.name,
        "description": info.description,
        "genre": info.genre,
        "website": info.url,
        "public": info.public,
        "content_type": mount.content_type,
        "codec": mount.codec,
        "sample_rate": mount.sample_rate,
        "channels": mount.channels,
        "bitrate": parse_number(info.bitrate, digits=6) or mount.nominal_bitrate // 1000 or None,
        "title": title_shape(mount.title) if mount.title is not None else None,
        "listeners": mount.listeners,
        "listener_peak": mount.listener_peak,
        "max_listeners": mount.max_listeners,
    }
    if private:
        shape |= {
            "hidden": mount.hidden,
            "source": {"ip": mount.source_ip, "user_agent": info.user_agent} if on_air else None,
            "visits": mount.visits,
            "slow_listeners": mount.slow_listeners,
            "bytes_read": mount.bytes_read,
            "bytes_sent": mount.bytes_sent,
            "bytes_skipped": mount.bytes_skipped,
            "tick_lag": round(mount.tick_lag, 6),
        }
    return shape


def title_shape(title: Title) -> Shape:
    """What plays."""
    return {"text": title.text, "artist": title.artist, "title": title.title, "url": title.url}


def played_shape(played: PlayedTitle) -> Shape:
    """What played, and since when."""
    return {"at": round(played.at, 3), **title_shape(played.title)}


def listener_shape(listener: ListenerStatistics) -> Shape:
    """Who listens."""
    return {
        "number": listener.number,
        "ip": listener.ip,
        "user_agent": listener.user_agent,
        "connected": round(listener.connected, 3),
        "lag": listener.lag,
    }
