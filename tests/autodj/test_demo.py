"""The demo tracks a newcomer hears first."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from radiocast.autodj.scan import Scanner
from radiocast.autodj.tags import read_artwork
from radiocast.autodj.track import Track
from radiocast.codecs.audio import RATE
from radiocast.codecs.decode import FileDecoder
from radiocast.config.autodj import AutoDjConfig, PlaylistConfig
from tests.autodj.made import make_rules

PLAYLISTS = Path(__file__).parents[2] / "playlists"


def demo() -> tuple[Track, ...]:
    source = str(PLAYLISTS / "demo.m3u")
    rules = make_rules({"demo": PlaylistConfig(source=source)}, AutoDjConfig(settle=0))
    found = Scanner(rules).scan(2e9)
    assert found.problems == {}
    return found.shelves["demo"].tracks


def test_the_demo_playlist_holds_tagged_tracks_that_are_small_in_git() -> None:
    tracks = demo()
    assert [(track.artist, track.title, track.album) for track in tracks] == [
        ("Radiocast", "First Light", "Between Stations"),
        ("Radiocast", "Clear Channel", "Between Stations"),
        ("Radiocast", "Last Tram Home", "Between Stations"),
        ("Radiocast", "Paper Boats", "Between Stations"),
    ]
    assert all(30 <= (track.duration or 0) <= 60 for track in tracks)
    assert sum(Path(track.path).stat().st_size for track in tracks) <= 1_500_000
    assert {Path(track.path) for track in tracks} == set(PLAYLISTS.glob("*.opus"))


@pytest.mark.parametrize("track", demo(), ids=lambda track: track.title)
def test_a_demo_track_is_music_from_end_to_end_and_has_a_picture(track: Track) -> None:
    artwork = read_artwork(track.path)
    assert artwork is not None
    assert artwork.content_type == "image/png"
    assert track.duration is not None
    sound = FileDecoder(track.path)
    decoded = sound.read(RATE * 70)
    sound.close()
    assert len(decoded) / RATE == pytest.approx(track.duration, abs=0.1)
    assert np.abs(decoded).max() < 0.9
    seconds = decoded[: len(decoded) // RATE * RATE].reshape(-1, RATE, 2)
    loudness = 20 * np.log10(np.sqrt(np.mean(seconds**2, axis=(1, 2))))
    assert loudness[:-3].min() > -32  # dBFS: nowhere anything like a pause
    assert loudness.max() < -10
