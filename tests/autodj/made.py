"""Rules, tracks and shelves for tests, in few words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from radiocast.autodj.state import Rules
from radiocast.autodj.track import Shelf, Track
from radiocast.config.autodj import AutoDjConfig, PlaylistConfig

BERLIN = ZoneInfo("Europe/Berlin")

NO_SEPARATION = AutoDjConfig(separation_title=0, separation_artist=0, separation_album=0)


def make_rules(
    playlists: Mapping[str, PlaylistConfig],
    settings: AutoDjConfig = NO_SEPARATION,
    zone: tzinfo = UTC,
) -> Rules:
    return Rules(settings, playlists, zone)


def make_track(name: str, artist: str = "", duration: float | None = 200.0) -> Track:
    return Track(f"/music/{name}.mp3", duration, artist or f"artist of {name}", name)


def make_shelf(name: str, count: int, artists: int = 0, duration: float = 200.0) -> Shelf:
    """`count` tracks, by as many artists or by `artists` in turn."""
    return Shelf(
        tuple(
            make_track(f"{name}{n}", f"{name} band {n % artists}" if artists else "", duration)
            for n in range(count)
        )
    )


def at(text: str, zone: tzinfo = UTC) -> float:
    """Unix seconds of `2026-03-02 07:00:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()
