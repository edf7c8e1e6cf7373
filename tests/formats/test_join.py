"""Joins in the middle of a stream, judged by decoders: none may say a word."""

from __future__ import annotations

import random
import shutil
import subprocess

import pytest

from radiocast.formats import Frame, StreamStart
from radiocast.formats.detect import ENOUGH, framer_for
from radiocast.formats.join import prelude
from radiocast.formats.mpeg_bridge import BRIDGE_NEEDS
from tests.formats.conformance import frames, run, starts
from tests.media import media

JOINS = 5
FFMPEG = "ffmpeg -v error -xerror -i pipe:0 -f null -"
FILES = [
    "vorbis-small-pages.ogg",
    "vorbis-skeleton.ogg",
    "opus.opus",
    "opus-long-pages.ogg",
    "flac.oga",
    "flac-ffmpeg.oga",
    "speex.ogg",
    "theora.ogv",
    "live.flac",
    "fixed.flac",
    "opus-live.webm",
    "vorbis.webm",
    "video.webm",
    "aac.mka",
    "cbr128.mp3",
    "lc.aac",
]


def stream(name: str) -> tuple[StreamStart, list[Frame]]:
    data = media(name)
    detected = framer_for("", data[:ENOUGH])
    assert detected is not None
    events = run(detected.make(), [data])
    [start] = starts(events)
    return start, frames(events)


def joined(start: StreamStart, everything: list[Frame], at: int) -> bytes:
    """What a reader gets that starts at frame `at`."""
    before = [frame.data for frame in everything[max(0, at - BRIDGE_NEEDS) : at]]
    return prelude(start, before) + b"".join(frame.data for frame in everything[at:])


def entries(everything: list[Frame]) -> list[int]:
    """Some places to start at; the last two frames hold too little to play."""
    places = [at for at, frame in enumerate(everything[:-2]) if frame.entry] or [0]
    return random.Random(2).sample(places, min(JOINS, len(places)))


def complaints(command: str, data: bytes) -> str:
    if shutil.which(command.split()[0]) is None:
        pytest.skip(f"{command.split()[0]} is not installed")
    done = subprocess.run(command.split(), input=data, capture_output=True, check=False, timeout=30)
    return done.stderr.decode(errors="replace") + (
        f"exit {done.returncode}" * bool(done.returncode)
    )


@pytest.mark.clients
@pytest.mark.parametrize("name", FILES)
def test_ffmpeg_joins_anywhere_without_a_word(name: str) -> None:
    start, everything = stream(name)
    for at in entries(everything):
        assert complaints(FFMPEG, joined(start, everything, at)) == "", f"from frame {at}"


@pytest.mark.clients
@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("vorbis-small-pages.ogg", "oggdec -Q -o /dev/null -"),
        ("opus.opus", "opusdec --quiet - /dev/null"),
        ("flac-ffmpeg.oga", "flac -s -t --ogg -"),
        ("live.flac", "flac -s -t -"),
    ],
)
def test_the_reference_decoders_join_without_an_error(name: str, command: str) -> None:
    start, everything = stream(name)
    for at in entries(everything)[:4]:
        said = complaints(command, joined(start, everything, at))
        # A live encoder cannot know the checksum of what it has yet to hear.
        said = said.replace(
            "-: WARNING, cannot check MD5 signature since it was unset in the STREAMINFO", ""
        )
        assert said.strip() == "", f"from frame {at}"


def test_a_join_is_the_header_and_then_the_frames_as_they_came() -> None:
    data = media("opus.opus")
    start, everything = stream("opus.opus")
    assert joined(start, everything, 0) == data
    late = joined(start, everything, 5)
    assert late == start.header + data[-sum(len(frame.data) for frame in everything[5:]) :]


def test_only_bare_mp3_gets_a_bridge_frame() -> None:
    bare, everything = stream("cbr128.mp3")
    before = [frame.data for frame in everything[:10]]
    assert len(prelude(bare, before)) > 0
    in_matroska = StreamStart("mp3", 44100, 2, header=b"EBML and tracks")
    assert prelude(in_matroska, before) == in_matroska.header
    assert prelude(StreamStart("aac", 44100, 2), before) == b""
