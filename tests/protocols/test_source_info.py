from __future__ import annotations

import dataclasses

import pytest

from radiocast.protocols.source_info import SourceInfo, source_info


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("ice-name", "name"),
        ("icy-name", "name"),
        ("x-audiocast-name", "name"),
        ("ice-description", "description"),
        ("icy-description", "description"),
        ("x-audiocast-description", "description"),
        ("ice-genre", "genre"),
        ("icy-genre", "genre"),
        ("x-audiocast-genre", "genre"),
        ("ice-url", "url"),
        ("icy-url", "url"),
        ("x-audiocast-url", "url"),
        ("ice-bitrate", "bitrate"),
        ("icy-br", "bitrate"),
        ("x-audiocast-bitrate", "bitrate"),
        ("ice-audio-info", "audio_info"),
        ("user-agent", "user_agent"),
    ],
)
def test_each_dialect_says_the_same(name: str, field: str) -> None:
    said = dataclasses.asdict(source_info([(name, "x")]))
    assert said == dataclasses.asdict(SourceInfo()) | {field: "x"}


@pytest.mark.parametrize("name", ["ice-public", "icy-pub", "x-audiocast-public"])
@pytest.mark.parametrize(
    ("value", "public"),
    [("1", True), ("yes", True), ("True", True), ("0", False), ("nonsense", False), ("", None)],
)
def test_public_is_said_in_many_ways(name: str, value: str, public: bool | None) -> None:
    assert source_info([(name, value)]).public is public


def test_an_empty_header_says_nothing() -> None:
    assert source_info([("ice-name", ""), ("icy-name", "x")]).name == "x"


@pytest.mark.parametrize(
    ("audio_info", "bitrate"),
    [
        ("bitrate=128;samplerate=44100;channels=2", "128"),
        ("ice-samplerate=44100;ice-bitrate=192", "192"),
        ("channels=2;quality=0.3", ""),
    ],
)
def test_a_bitrate_is_found_in_the_audio_info(audio_info: str, bitrate: str) -> None:
    assert source_info([("ice-audio-info", audio_info)]).bitrate == bitrate
    assert source_info([("ice-audio-info", audio_info), ("icy-br", "64")]).bitrate == "64"
