"""The demo tracks a newcomer hears first."""

from __future__ import annotations

from pathlib import Path

from radiocast.autodj.scan import Scanner
from radiocast.config.autodj import AutoDjConfig, PlaylistConfig
from tests.autodj.made import make_rules

DEMO = Path(__file__).parents[2] / "playlists" / "demo.m3u"


def test_the_demo_playlist_holds_three_small_tagged_tracks_and_nothing_broken() -> None:
    rules = make_rules({"demo": PlaylistConfig(source=str(DEMO))}, AutoDjConfig(settle=0))
    found = Scanner(rules).scan(2e9)
    assert found.problems == {}
    tracks = found.shelves["demo"].tracks
    assert [(track.artist, track.title) for track in tracks] == [
        ("Radiocast", "First Light"),
        ("Radiocast", "Last Tram Home"),
        ("Radiocast", "Paper Boats"),
    ]
    assert all(20 <= (track.duration or 0) <= 40 for track in tracks)
    assert all(Path(track.path).stat().st_size <= 300 * 1024 for track in tracks)
