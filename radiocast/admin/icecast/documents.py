"""Results as Icecast 2.4.4's XML, to the byte: tools take it apart with regular expressions.

Text is what it is, in UTF-8; what XML cannot say is left out. Icecast sends control
characters as they are, and its document is none then.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from radiocast.access.bans import Ban
from radiocast.admin.icecast.results import (
    Banned,
    Classic,
    Listeners,
    Mounts,
    Statistics,
    TitleForm,
    Told,
    Users,
)
from radiocast.admin.status_json import iso_8601, public_fields, rfc_822
from radiocast.mounts.statistics import ListenerStatistics, MountStatistics, StationStatistics
from radiocast.protocols.text import xml_text

CONTENT_TYPE = "text/xml; charset=utf-8"


def document(result: Classic) -> bytes:
    """The whole document."""
    match result:
        case Statistics(station):
            fields = station_fields(station).items()
            root = _stats(_all(fields) + "".join(_statistics(station, m) for m in result.mounts))
        case Mounts(mounts, now, moving_from):
            current = [] if moving_from is None else [("current_source", moving_from)]
            root = _stats(_all(current) + "".join(_mount(mount, now) for mount in mounts))
        case Listeners(mount, listeners):
            count = _all([("Listeners", len(listeners))])
            root = _stats(_source(mount, count + "".join(map(_listener, listeners))))
        case TitleForm(mount):
            root = _stats(_source(mount, ""))
        case Told(message, success):
            told = _all([("message", message), ("return", int(success))])
            root = f"<iceresponse>{told}</iceresponse>"
        case Users(mount, names, said):
            users = "".join(f"<User>{_all([('username', name)])}</User>" for name in names)
            done = "" if said is None else f"<iceresponse>{_all([('message', said)])}</iceresponse>"
            root = _stats(_source(mount, users) + done)
        case Banned(bans, said):
            done = "" if said is None else f"<iceresponse>{_all([('message', said)])}</iceresponse>"
            root = _stats("".join(map(_ban, bans)) + done)
        case _:
            assert_never(result)
    return f'<?xml version="1.0"?>\n{root}\n'.encode()


def station_fields(station: StationStatistics) -> dict[str, object]:
    """What is said of the station itself, under Icecast's names and in their strcmp order."""
    traffic = station.traffic
    return {
        "admin": station.admin,
        "client_connections": traffic.requests,
        "clients": station.clients,
        "connections": traffic.connections,
        "file_connections": traffic.files,
        "host": station.host,
        "listener_connections": traffic.listeners,
        "listeners": sum(mount.listeners for mount in station.mounts),
        "location": station.location,
        "server_id": station.server_id,
        "server_start": rfc_822(station.server_start),
        "server_start_iso8601": iso_8601(station.server_start),
        "source_client_connections": traffic.sources - traffic.relays,
        "source_relay_connections": traffic.relays,
        "source_total_connections": traffic.sources,
        "sources": sum(not mount.is_idle for mount in station.mounts),
        "stats": 0,
        "stats_connections": 0,
    }


def mount_fields(station: StationStatistics, mount: MountStatistics) -> dict[str, object]:
    """What an administrator is told of a mount, in the same way."""
    fields: dict[str, object] = dict(public_fields(station, mount))
    if mount.is_idle:
        return fields
    fields |= {
        "max_listeners": "unlimited" if mount.max_listeners is None else mount.max_listeners,
        "public": int(bool(mount.info.public)),
        "slow_listeners": mount.slow_listeners,
        "total_bytes_read": mount.bytes_read,
        "total_bytes_sent": mount.bytes_sent,
    }
    if mount.source_ip:
        fields["source_ip"] = mount.source_ip
    if mount.info.user_agent:
        fields["user_agent"] = mount.info.user_agent
    return dict(sorted(fields.items()))


def _statistics(station: StationStatistics, mount: MountStatistics) -> str:
    return _source(mount.path, _all(mount_fields(station, mount).items()))


def _mount(mount: MountStatistics, now: float) -> str:
    fields: list[tuple[str, object]] = [
        ("fallback", mount.fallback),
        ("listeners", mount.listeners),
    ]
    if not mount.is_idle:
        fields.append(("Connected", max(0, int(now - mount.stream_start))))
        fields.append(("content-type", mount.content_type))
    return _source(mount.path, _all(fields))


def _listener(listener: ListenerStatistics) -> str:
    fields = (
        ("IP", listener.ip),
        ("UserAgent", listener.user_agent or "Unknown"),
        ("Connected", int(listener.connected)),
        ("ID", listener.number),
    )
    user = [] if listener.user is None else [("username", listener.user)]
    return f"<listener>{_all(fields)}{_all(user)}</listener>"


def _ban(ban: Ban) -> str:
    fields = (("IP", ban.network), ("wrong", ban.wrong), ("seconds_left", int(ban.seconds_left)))
    return f"<ban>{_all(fields)}</ban>"


def _stats(content: str) -> str:
    return f"<icestats>{content}</icestats>"


def _source(mount: str, content: str) -> str:
    start = f'<source mount="{xml_text(mount, quote=True)}"'
    return f"{start}>{content}</source>" if content else f"{start}/>"


def _all(fields: Iterable[tuple[str, object]]) -> str:
    """Elements in turn. Their names are ours, or what `parse_audio_info` lets through."""
    return "".join(f"<{name}>{xml_text(str(value))}</{name}>" for name, value in fields)
