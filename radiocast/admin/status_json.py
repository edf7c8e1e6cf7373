"""`/status-json.xsl`: the public statistics, in the shape of Icecast 2.4.4.

Players, websites and exporters read this page of every Icecast there is, so
the shape is kept with its oddities: `source` is absent, an object or an array
for no, one or more mounts; keys come in strcmp order; a mount that says nothing
about itself is called "Unspecified name".

Three of them are mended, because nobody can rely on them. Text is always a
string: Icecast writes the titles 1984 and true as a number and a boolean, and
the title - as something that is no JSON at all. UTF-8 stays what it was. And the
filler `"dummy":null`, which its style sheet needs to end an object whose last
field it hides, is left out: no reader looks for it, and Icecast 2.5 writes
sources without it.

Times are given in UTC; Icecast gives local time with its offset, in the same two forms.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from email.utils import format_datetime

from radiocast.mounts.statistics import MountStatistics, StationStatistics
from radiocast.protocols.addresses import listen_url, quote_path
from radiocast.protocols.audio_info import parse_audio_info

Value = str | int | float

CONTENT_TYPE = "application/json; charset=UTF-8"

# Icecast's Ogg code names these two alone.
_SUBTYPES = {"vorbis": "Vorbis", "opus": "Opus"}
_MODERN_SUBTYPES = {**_SUBTYPES, "flac": "FLAC", "speex": "Speex"}
_OGG_TYPES = frozenset({"application/ogg", "audio/ogg", "video/ogg", "application/x-ogg"})

# Short enough that no reader loses digits, and int() no time.
_NUMBER = re.compile(r"0|[1-9][0-9]{0,14}")
_DECIMAL = re.compile(r"(0|[1-9][0-9]{0,8})\.[0-9]{1,6}")


def status_json(
    station: StationStatistics, *, only: str | None = None, modern: bool = False
) -> bytes:
    """The page's body: all mounts but the hidden ones.

    With `modern` it has what Icecast 2.5 added. `only` is the path given as `?mount=`: no other
    mount is shown then, and none at all if there is no such mount or it is hidden.
    """
    fields_of = _all_fields if modern else public_fields
    shown = [
        fields_of(station, mount)
        for mount in station.mounts
        if not mount.hidden and only in (None, mount.path)
    ]
    stats: dict[str, object] = {
        "admin": station.admin,
        "host": station.host,
        "location": station.location,
        "server_id": station.server_id,
        "server_start": rfc_822(station.server_start),
        "server_start_iso8601": iso_8601(station.server_start),
    }
    if modern:
        stats = {"modules": None, **stats, "instance_uuid": station.instance}
    if shown:
        stats["source"] = shown[0] if len(shown) == 1 else shown
    text = json.dumps({"icestats": stats}, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")


def public_fields(station: StationStatistics, mount: MountStatistics) -> dict[str, Value]:
    """What everybody is told of a mount, under Icecast's names and in their strcmp order."""
    info = mount.info
    counted: dict[str, Value] = {
        "listener_peak": mount.listener_peak,
        "listeners": mount.listeners,
        "listenurl": _address(station, mount),
    }
    if mount.is_idle:  # of a relay on demand Icecast knows no more
        return counted
    fields: dict[str, Value] = {
        name: _number_or_text(value) for name, value in parse_audio_info(info.audio_info).items()
    }
    fields |= counted
    fields |= {
        "genre": info.genre or "various",
        "server_description": info.description or "Unspecified description",
        "server_name": info.name or "Unspecified name",
        "server_type": mount.content_type,
        "stream_start": rfc_822(mount.stream_start),
        "stream_start_iso8601": iso_8601(mount.stream_start),
    }
    if info.audio_info:
        fields["audio_info"] = info.audio_info
    if info.bitrate:
        fields["bitrate"] = _number_or_text(info.bitrate)
    if info.url:
        fields["server_url"] = info.url
    fields |= _title(mount)
    fields |= _ogg(mount)
    if mount.subtype:
        fields["subtype"] = mount.subtype
    return dict(sorted(fields.items()))


def modern_fields(mount: MountStatistics) -> dict[str, Value]:
    """What Icecast 2.5 tells besides, in the same order."""
    if mount.is_idle:
        return {}
    shown = {"display-title": _title(mount)["title"]} if _title(mount) else {}
    sound: dict[str, Value] = {}
    if _is_ogg(mount) and mount.codec in _MODERN_SUBTYPES:
        sound = {
            "audio_channels": mount.channels,
            "audio_samplerate": mount.sample_rate,
            "subtype": _MODERN_SUBTYPES[mount.codec],
        }
    return {
        "allow-direct-access": mount.direct,
        "instance_uuid": mount.instance,
        **shown,
        **sound,
    }


def modern_title(mount: MountStatistics) -> dict[str, str]:
    """The title as the stream has it: with its artist, or as a line."""
    title = mount.title
    if title is None or not title.text:
        return {}
    if not title.title:
        return {"title" if _is_ogg(mount) else "x_icy_title": title.text}
    return {"title": title.title, **({"artist": title.artist} if title.artist else {})}


def _all_fields(station: StationStatistics, mount: MountStatistics) -> dict[str, object]:
    fields: dict[str, object] = {**public_fields(station, mount), **modern_fields(mount)}
    fields = dict(sorted(fields.items()))
    if mount.is_idle:
        return fields
    tracks = [
        {"title": title, **({"creator": artist} if artist else {})}
        for title, artist in mount.played
    ]
    listed = ({"track": tracks[0]} if len(tracks) == 1 else tracks) or None
    return {
        **fields,
        "playlist": {"trackList": listed},
        "metadata": modern_title(mount) or None,
        "content-type": mount.content_type,
    }


def _address(station: StationStatistics, mount: MountStatistics) -> str:
    if station.site:
        return station.site + quote_path(mount.path)
    return listen_url(station.host, station.port, mount.path)


def _title(mount: MountStatistics) -> dict[str, Value]:
    """Artist and title apart where the stream itself keeps them apart, as one title elsewhere.

    Readers join the two with " - ": an artist beside an ICY title that already
    names him would be shown twice.
    """
    title = mount.title
    if title is None:
        return {}
    if _is_ogg(mount) and title.title:
        named = {"artist": title.artist, "title": title.title}
    else:
        named = {"title": title.text}
    return {name: text for name, text in named.items() if text}


def _ogg(mount: MountStatistics) -> dict[str, Value]:
    """What Icecast finds out itself: it reads the headers of Ogg streams alone."""
    fields: dict[str, Value] = {}
    if not _is_ogg(mount):
        return fields
    if mount.codec in _SUBTYPES:
        fields["subtype"] = _SUBTYPES[mount.codec]
    if mount.codec == "vorbis":
        fields |= {"audio_channels": mount.channels, "audio_samplerate": mount.sample_rate}
        if mount.nominal_bitrate:
            fields["audio_bitrate"] = mount.nominal_bitrate
    if mount.codec == "flac":
        fields["FLAC_version"] = 1.0  # of the Ogg mapping; there has been no other
    return fields


def _is_ogg(mount: MountStatistics) -> bool:
    return mount.content_type.partition(";")[0].strip().lower() in _OGG_TYPES


def _number_or_text(value: str) -> Value:
    if _NUMBER.fullmatch(value):
        return int(value)
    return float(value) if _DECIMAL.fullmatch(value) else value


def rfc_822(seconds: float) -> str:
    """A time (Unix seconds) as in `Sun, 22 Nov 2026 13:54:36 +0000`."""
    return format_datetime(datetime.fromtimestamp(seconds, UTC))


def iso_8601(seconds: float) -> str:
    """A time (Unix seconds) as in `2026-11-22T13:54:36+0000`."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S%z")
