from __future__ import annotations

import pytest

from radiocast.formats import Framer
from radiocast.formats.adts import AdtsFramer
from radiocast.formats.detect import ENOUGH, framer_for
from radiocast.formats.flac import FlacFramer
from radiocast.formats.mpeg_audio import MpegAudioFramer
from radiocast.formats.ogg.framer import OggFramer
from radiocast.formats.passthrough import PassthroughFramer
from radiocast.formats.webm.framer import WebmFramer
from tests.media import media

NOISE = b"noise " * 20


def first(name: str, length: int = ENOUGH) -> bytes:
    return media(name)[:length]


FILES: dict[str, tuple[type[Framer], str]] = {
    "cbr128.mp3": (MpegAudioFramer, "audio/mpeg"),
    "mpeg25-mono8.mp3": (MpegAudioFramer, "audio/mpeg"),
    "free-format.mp3": (MpegAudioFramer, "audio/mpeg"),
    "layer2.mp2": (MpegAudioFramer, "audio/mpeg"),
    "lc.aac": (AdtsFramer, "audio/aac"),
    "mono-mpeg2.aac": (AdtsFramer, "audio/aac"),
    "vorbis.ogg": (OggFramer, "audio/ogg"),
    "opus.opus": (OggFramer, "audio/ogg"),
    "live.flac": (FlacFramer, "audio/flac"),
    "opus-live.webm": (WebmFramer, "audio/webm"),
    "aac.mka": (WebmFramer, "audio/x-matroska"),
}


@pytest.mark.parametrize("declared", ["", "application/octet-stream"])
@pytest.mark.parametrize("name", FILES)
def test_bytes_alone_tell_what_they_are(name: str, declared: str) -> None:
    make, content_type = FILES[name]
    detected = framer_for(declared, first(name))
    assert detected is not None
    assert (detected.make, detected.content_type) == (make, content_type)


@pytest.mark.parametrize("declared", ["audio/mpeg", "audio/aacp", "application/ogg", "audio/flac"])
@pytest.mark.parametrize("name", FILES)
def test_a_wrong_type_is_put_right_and_a_right_one_is_kept(name: str, declared: str) -> None:
    make, content_type = FILES[name]
    by_type = framer_for(declared, NOISE)
    detected = framer_for(declared, first(name))
    assert detected is not None
    assert by_type is not None
    assert detected.make is make
    assert detected.content_type == (declared if by_type.make is make else content_type)


@pytest.mark.parametrize(
    ("declared", "make"),
    [
        ("audio/mpeg", MpegAudioFramer),
        ("audio/mp3", MpegAudioFramer),
        ("audio/x-mpeg", MpegAudioFramer),
        ("audio/aac", AdtsFramer),
        ("audio/aacp", AdtsFramer),
        ("audio/x-aac", AdtsFramer),
        ("application/ogg", OggFramer),
        ("audio/ogg", OggFramer),
        ("video/ogg", OggFramer),
        ("audio/opus", OggFramer),
        ("audio/vorbis", OggFramer),
        ("audio/x-ogg", OggFramer),
        ("Audio/Ogg; codecs=opus", OggFramer),
        ("audio/flac", FlacFramer),
        ("audio/x-flac", FlacFramer),
        ("audio/webm;codecs=opus", WebmFramer),
        ("video/webm", WebmFramer),
        ("video/x-matroska", WebmFramer),
        ("audio/x-matroska", WebmFramer),
        ("video/nsv", PassthroughFramer),
        ("video/mpeg", PassthroughFramer),
        ("text/html", PassthroughFramer),
    ],
)
def test_noise_leaves_it_at_what_was_announced(declared: str, make: type[Framer]) -> None:
    detected = framer_for(declared, NOISE)
    assert detected is not None
    assert (detected.make, detected.content_type) == (make, declared)


def test_noise_of_no_type_is_passed_through() -> None:
    detected = framer_for("", NOISE)
    assert detected is not None
    assert (detected.make, detected.content_type) == (PassthroughFramer, "application/octet-stream")


@pytest.mark.parametrize("name", FILES)
def test_it_waits_for_enough_bytes_and_no_longer(name: str) -> None:
    assert all(framer_for("audio/mpeg", first(name, length)) is None for length in range(ENOUGH))
    assert framer_for("audio/mpeg", first(name)) is not None


def test_an_unknown_type_needs_no_bytes() -> None:
    assert framer_for("video/nsv", b"") is not None


@pytest.mark.parametrize("declared", ["audio/mpeg", "audio/aac"])
def test_an_id3_tag_alone_decides_nothing(declared: str) -> None:
    cut = framer_for(declared, first("id3.aac"))
    assert cut is not None
    assert cut.content_type == declared
    whole = framer_for(declared, first("id3.aac", 4000))
    assert whole is not None
    assert whole.make is AdtsFramer


@pytest.mark.parametrize(
    ("name", "chains"),
    [
        ("cbr128.mp3", True),
        ("lc.aac", True),
        ("vorbis.ogg", True),
        ("live.flac", False),
        ("opus-live.webm", False),
    ],
)
def test_which_streams_players_follow_into_a_second_one(name: str, chains: bool) -> None:
    detected = framer_for("", first(name))
    assert detected is not None
    assert detected.chains is chains
    unknown = framer_for("video/nsv", b"")
    assert unknown is not None
    assert not unknown.chains
