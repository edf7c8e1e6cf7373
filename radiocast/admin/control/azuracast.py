"""AzuraCast's now-playing object, which many pages, players and bots read.

What we do not have is told as nothing: empty texts, nulls, 0 where its readers need a number.
Listeners are connections; nobody is told apart by address, so `unique` is the same number.
"""

from __future__ import annotations

import hashlib
import re

from radiocast.admin.control.shapes import Shape, art_of, now_shape
from radiocast.admin.control.watching import Watching
from radiocast.autodj.history import LIVE as LIVE_SOURCE
from radiocast.autodj.history import HistoryEntry
from radiocast.autodj.now import NowPlaying
from radiocast.autodj.simulate import Airing
from radiocast.autodj.state import Origin
from radiocast.autodj.title import format_title
from radiocast.config.model import Config

HISTORY = 5
"""Titles before this one that are told."""

_FORMATS = {"vorbis": "ogg"}


def shortcode(name: str) -> str:
    """The station's name as AzuraCast has it in addresses.

    >>> shortcode("Radio Björk!")
    'radio_bj_rk'
    """
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") or "radio"


def nowplaying(
    config: Config,
    watching: Watching,
    now: NowPlaying,
    recent: list[HistoryEntry],
    *,
    clock: float,
    site: str,
) -> Shape:
    """The object of the one station there is. `clock` is now in Unix seconds, `site` where we
    are reached."""
    counts = sum(mount.counts.listeners for mount in watching.mounts)
    told = now_shape(now, private=False)
    upcoming = watching.next()
    on_air = recent[0] if recent and recent[0].duration is None else None
    duration, elapsed = round(now.duration or 0), round(now.elapsed(clock))
    return {
        "station": _station(config, watching, site),
        "listeners": _listeners(counts),
        "live": {
            "is_live": told["live"],
            "streamer_name": now.dj,
            "broadcast_start": int(now.live_since) or None,
            "art": None,
        },
        "now_playing": {
            "sh_id": _number(now.since),
            "played_at": round(now.since),
            "duration": duration,
            "playlist": now.playlist,
            "streamer": now.dj,
            "is_request": bool(on_air and on_air.source == Origin.REQUEST.value),
            "song": _song(
                str(told["text"]),
                str(told["artist"]),
                str(told["title"]),
                str(told["album"]),
                now.track.key if now.track and told["id"] else "",
                site,
            ),
            "elapsed": min(elapsed, duration) if duration else elapsed,
            "remaining": max(0, duration - elapsed),
        },
        "playing_next": _next(upcoming, config, site) if upcoming else None,
        "song_history": [_past(entry, site) for entry in recent if entry.duration is not None][
            :HISTORY
        ],
        "is_online": bool(watching.mounts),
        "cache": None,
    }


def _station(config: Config, watching: Watching, site: str) -> Shape:
    streams = watching.streams(site)
    first = str(streams[0]["url"]) if streams else ""
    return {
        "id": 1,
        "name": config.station.name,
        "shortcode": shortcode(config.station.name),
        "description": config.station.description,
        "frontend": "radiocast",
        "backend": "radiocast",
        "timezone": config.autodj.timezone or "UTC",
        "listen_url": first,
        "url": config.station.url,
        "public_player_url": f"{site}/",
        "playlist_pls_url": f"{first}.pls" if first else "",
        "playlist_m3u_url": f"{first}.m3u" if first else "",
        "is_public": True,
        "requests_enabled": config.control.requests,
        "mounts": [
            {
                "id": number,
                "name": stream["path"],
                "url": stream["url"],
                "bitrate": stream["bitrate"],
                "format": _format(config, str(stream["path"])),
                "listeners": _listeners(stream["listeners"]),
                "path": stream["path"],
                "is_default": number == 1,
            }
            for number, stream in enumerate(streams, 1)
        ],
        "remotes": [],
        "hls_enabled": False,
        "hls_is_default": False,
        "hls_url": None,
        "hls_listeners": 0,
    }


def _next(airing: Airing, config: Config, site: str) -> Shape:
    track = airing.track
    assert track is not None
    text = format_title(config.autodj.title, track, airing.playlist)
    return {
        "cued_at": round(airing.start),
        "played_at": round(airing.start),
        "duration": round(track.span),
        "playlist": airing.playlist,
        "is_request": airing.origin is Origin.REQUEST,
        "song": _song(text, track.artist, track.title or track.file, track.album, track.key, site),
    }


def _past(entry: HistoryEntry, site: str) -> Shape:
    text = " - ".join(each for each in (entry.artist, entry.title) if each)
    return {
        "sh_id": _number(entry.start),
        "played_at": round(entry.start),
        "duration": round(entry.duration or 0),
        "playlist": entry.playlist,
        "streamer": "live" if entry.source == LIVE_SOURCE else "",
        "is_request": entry.source == Origin.REQUEST.value,
        "song": _song(text, entry.artist, entry.title, entry.album, entry.key, site),
    }


def _song(text: str, artist: str, title: str, album: str, key: str, site: str) -> Shape:
    picture = art_of(key)
    # Of the text, as AzuraCast's is: the same song by another file has the same id.
    name = hashlib.sha256("".join(text.lower().split()).encode("utf-8", "replace"))
    return {
        "id": name.hexdigest()[:32],
        "art": site + picture if picture else None,
        "custom_fields": {},
        "text": text,
        "artist": artist,
        "title": title or text,
        "album": album,
        "genre": "",
        "isrc": "",
        "lyrics": "",
    }


def _listeners(count: object) -> Shape:
    return {"total": count, "unique": count, "current": count}


def _number(start: float) -> int:
    """What names a play: when it began, in milliseconds."""
    return round(start * 1000)


def _format(config: Config, path: str) -> str:
    codec = config.outputs[path].codec.value
    return _FORMATS.get(codec, codec)
