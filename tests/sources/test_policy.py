"""Which policy serves a live source, and why."""

from __future__ import annotations

from typing import Any

import pytest

from radiocast.config.outputs import OutputCodec, OutputConfig, Policy
from radiocast.formats import StreamStart
from radiocast.sources.policy import content_type_of, decide, describe_output, fits, is_copied

MP3 = StreamStart("mp3", 48_000, 2)
OPUS = StreamStart("opus", 48_000, 2, b"OggS...")


def output(codec: str = "mp3", policy: str = "auto", **more: Any) -> OutputConfig:
    return OutputConfig(codec=OutputCodec(codec), policy=Policy(policy), **more)


@pytest.mark.parametrize(
    ("outputs", "live", "policy", "reason"),
    [
        ([output()], MP3, "hybrid", "it is mp3, 48000 Hz, 2 channels, as the output"),
        ([output(), output(bitrate=320)], MP3, "hybrid", "it is"),
        ([output("opus")], OPUS, "hybrid", "it is opus"),
        ([output(policy="mix")], MP3, "mix", "its policy is mix"),
        ([output(policy="copy")], OPUS, "copy", "its policy is copy"),
        ([output(), output("opus")], MP3, "mix", "and /1 is opus, 48000 Hz, 2 channels in Ogg"),
        ([output(), output(policy="mix")], MP3, "mix", "the policy of /1 is mix"),
        ([output(), output("opus", policy="copy")], MP3, "hybrid", "it is mp3"),
        ([output()], StreamStart("mp3", 44_100, 2), "mix", "it is mp3, 44100 Hz, 2 channels, and"),
        ([output()], StreamStart("mp3", 48_000, 1), "mix", "it is mp3, 48000 Hz, 1 channel, and"),
        ([output()], StreamStart("mp2", 48_000, 2), "mix", "it is mp2"),
        ([output()], StreamStart("", 0, 0), "mix", "it is something unknown"),
        ([output("opus")], StreamStart("opus", 48_000, 2, b"\x1a\x45\xdf\xa3"), "mix", "in Ogg"),
        ([output("flac")], StreamStart("flac", 48_000, 2, b"fLaC"), "mix", "in Ogg"),
        ([output()], StreamStart("mp3", 48_000, 2, b"\x1a\x45\xdf\xa3"), "mix", "it is mp3"),
    ],
)
def test_live_is_copied_where_it_has_the_one_format_of_all_outputs(
    outputs: list[OutputConfig], live: StreamStart, policy: str, reason: str
) -> None:
    by_path = {f"/{number}": each for number, each in enumerate(outputs)}
    decision = decide("/0", by_path, live, can_encode=True)
    assert decision.policy is Policy(policy)
    assert reason in decision.reason
    assert decision.wanted


def test_auto_is_copy_where_there_is_no_encoder() -> None:
    decision = decide("/0", {"/0": output("vorbis")}, MP3, can_encode=False)
    assert decision.policy is Policy.COPY
    assert decision.reason == "there is no vorbis encoder here"


def test_hybrid_that_cannot_be_had_is_mixed_and_the_operator_is_told() -> None:
    decision = decide("/0", {"/0": output(policy="hybrid")}, OPUS, can_encode=True)
    assert decision.policy is Policy.MIX
    assert not decision.wanted


@pytest.mark.parametrize(
    ("policy", "can_encode", "copied"),
    [("copy", True, True), ("auto", False, True), ("auto", True, False), ("mix", False, False)],
)
def test_the_studio_has_no_part_in_what_is_copied(
    policy: str, can_encode: bool, copied: bool
) -> None:
    assert is_copied(output(policy=policy), can_encode=can_encode) is copied


def test_mono_is_a_format_of_its_own() -> None:
    assert fits(output(mono=True), StreamStart("mp3", 48_000, 1))
    assert not fits(output(mono=True), MP3)
    assert describe_output(output(mono=True)) == "mp3, 48000 Hz, 1 channel"


@pytest.mark.parametrize(
    ("codec", "content_type"), [("mp3", "audio/mpeg"), ("aac", "audio/aac"), ("flac", "audio/ogg")]
)
def test_listeners_are_told_what_the_output_is(codec: str, content_type: str) -> None:
    assert content_type_of(output(codec)) == content_type
