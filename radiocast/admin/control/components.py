"""Shapes that more than one reply has, by the names the OpenAPI document knows them by. They
describe what `shapes` and `mount_shapes` make; the tests hold one against the other. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from radiocast.admin.control.schema import (
    COUNT,
    FLAG,
    NUMBER,
    TEXT,
    WHOLE,
    Schema,
    fields,
    maybe,
    ref,
    several,
)

_TRACK = {
    "id": TEXT,
    "artist": TEXT,
    "title": TEXT,
    "album": TEXT,
    "duration": maybe(NUMBER),
    "art": maybe(TEXT),
}
_NOW = {
    "at": NUMBER,
    "number": WHOLE,
    "live": FLAG,
    "dj": TEXT,
    "live_since": maybe(NUMBER),
    "text": TEXT,
    "artist": TEXT,
    "title": TEXT,
    "album": TEXT,
    "playlist": TEXT,
    "id": maybe(TEXT),
    "duration": maybe(NUMBER),
    "art": maybe(TEXT),
}
_NOW_PRIVATE = {
    "rung": TEXT,
    "reason": TEXT,
    "why": several(TEXT),
    "source": TEXT,
    "key": maybe(TEXT),
}
_TITLE = {"text": TEXT, "artist": TEXT, "title": TEXT, "url": TEXT}

COMPONENTS: Mapping[str, Schema] = {
    "Error": fields({"error": TEXT}),
    "Title": fields(_TITLE),
    "PlayedTitle": fields({"at": NUMBER, **_TITLE}),
    "Mount": fields(
        {
            "path": TEXT,
            "sid": COUNT,
            "url": TEXT,
            "on_air": FLAG,
            "since": maybe(NUMBER),
            "autodj": FLAG,
            "name": TEXT,
            "description": TEXT,
            "genre": TEXT,
            "website": TEXT,
            "public": maybe(FLAG),
            "content_type": TEXT,
            "codec": TEXT,
            "sample_rate": COUNT,
            "channels": COUNT,
            "bitrate": maybe(WHOLE),
            "title": maybe(ref("Title")),
            "listeners": COUNT,
            "listener_peak": COUNT,
            "max_listeners": maybe(COUNT),
        },
        {
            "hidden": FLAG,
            "source": maybe(fields({"ip": TEXT, "user_agent": TEXT})),
            "visits": COUNT,
            "slow_listeners": COUNT,
            "bytes_read": COUNT,
            "bytes_sent": COUNT,
            "bytes_skipped": COUNT,
            "tick_lag": NUMBER,
        },
    ),
    "Listener": fields(
        {"number": WHOLE, "ip": TEXT, "user_agent": TEXT, "connected": NUMBER, "lag": WHOLE}
    ),
    "Track": fields(_TRACK),
    "KeyedTrack": fields({**_TRACK, "key": TEXT}),
    "Next": fields({"text": TEXT, "playlist": TEXT, **_TRACK}),
    "Stream": fields(
        {
            "path": TEXT,
            "url": TEXT,
            "content_type": TEXT,
            "bitrate": COUNT,
            "listeners": COUNT,
            "behind": NUMBER,
        }
    ),
    "Now": fields(
        {
            **_NOW,
            "next": maybe(ref("Next")),
            "elapsed": NUMBER,
            "clock": NUMBER,
            "streams": several(ref("Stream")),
        },
        _NOW_PRIVATE,
    ),
    "NowAndWhy": fields({**_NOW, **_NOW_PRIVATE}),
    "Airing": fields(
        {
            "start": NUMBER,
            "end": NUMBER,
            "origin": TEXT,
            "playlist": TEXT,
            "track": maybe(ref("KeyedTrack")),
            "why": several(TEXT),
            "laid": several(ref("Airing")),
        }
    ),
    "Queued": fields({"number": WHOLE, "position": COUNT, "track": ref("KeyedTrack")}),
    "Queue": fields({"queue": several(ref("Queued"))}),
    "Played": fields(
        {
            "at": NUMBER,
            "duration": maybe(NUMBER),
            "source": TEXT,
            "playlist": TEXT,
            "artist": TEXT,
            "title": TEXT,
            "album": TEXT,
            "listeners": maybe(WHOLE),
            "id": maybe(TEXT),
            "art": maybe(TEXT),
        },
        {"key": TEXT},
    ),
}
"""Those of AzuraCast's object are in `azuracast_schema`."""
