"""The shape of AzuraCast's now-playing object, as `azuracast` fills it. Pure."""

from __future__ import annotations

from radiocast.admin.control.schema import COUNT, FLAG, TEXT, WHOLE, Schema, fields, maybe, several

_LISTENERS = fields({"total": COUNT, "unique": COUNT, "current": COUNT})
_SONG = fields(
    {
        "id": TEXT,
        "art": maybe(TEXT),
        "custom_fields": {"type": "object"},
        **dict.fromkeys(("text", "artist", "title", "album", "genre", "isrc", "lyrics"), TEXT),
    }
)
_PLAY = {
    "played_at": WHOLE,
    "duration": WHOLE,
    "playlist": TEXT,
    "is_request": FLAG,
    "song": _SONG,
}
_MOUNT = fields(
    {
        "id": WHOLE,
        **dict.fromkeys(("name", "url", "format", "path"), TEXT),
        "bitrate": WHOLE,
        "listeners": _LISTENERS,
        "is_default": FLAG,
    }
)
_STATION_TEXTS = (
    "name",
    "shortcode",
    "description",
    "frontend",
    "backend",
    "timezone",
    "listen_url",
    "url",
    "public_player_url",
    "playlist_pls_url",
    "playlist_m3u_url",
)
_STATION = fields(
    {
        "id": WHOLE,
        **dict.fromkeys(_STATION_TEXTS, TEXT),
        **dict.fromkeys(("is_public", "requests_enabled", "hls_enabled", "hls_is_default"), FLAG),
        "mounts": several(_MOUNT),
        "remotes": several({}),
        "hls_url": maybe(TEXT),
        "hls_listeners": WHOLE,
    }
)

NOW_PLAYING: Schema = fields(
    {
        "station": _STATION,
        "listeners": _LISTENERS,
        "live": fields(
            {
                "is_live": FLAG,
                "streamer_name": TEXT,
                "broadcast_start": maybe(WHOLE),
                "art": maybe(TEXT),
            }
        ),
        "now_playing": fields(
            {**_PLAY, "sh_id": WHOLE, "streamer": TEXT, "elapsed": WHOLE, "remaining": WHOLE}
        ),
        "playing_next": maybe(fields({**_PLAY, "cued_at": WHOLE})),
        "song_history": several(fields({**_PLAY, "sh_id": WHOLE, "streamer": TEXT})),
        "is_online": FLAG,
        "cache": maybe(TEXT),
    }
)
