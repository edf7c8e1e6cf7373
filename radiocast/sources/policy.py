"""How a live source gets onto the outputs: copied, copied in turn with the studio, or mixed. Pure.

While a live source is copied the studio rests, for all outputs together: that needs outputs of
one format, which is the source's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from radiocast.config.outputs import OutputCodec, OutputConfig, Policy
from radiocast.formats import StreamStart
from radiocast.formats.ogg.page import CAPTURE

_CONTENT_TYPES = {OutputCodec.MP3: "audio/mpeg", OutputCodec.AAC: "audio/aac"}
IN_OGG = frozenset({OutputCodec.OPUS, OutputCodec.VORBIS, OutputCodec.FLAC})


@dataclass(frozen=True, slots=True)
class Decision:
    """Which policy serves a live source."""

    policy: Policy
    """Never `AUTO`."""
    reason: str
    """Why, for the log."""
    wanted: bool
    """Whether it is what the operator asked for, or left open."""


def is_copied(output: OutputConfig, *, can_encode: bool) -> bool:
    """Whether nothing is encoded for this output, so that the studio has no part in it."""
    return output.policy is Policy.COPY or (output.policy is Policy.AUTO and not can_encode)


def decide(
    path: str, outputs: Mapping[str, OutputConfig], live: StreamStart, *, can_encode: bool
) -> Decision:
    """Which policy serves `live`, which was sent to the output `path`.

    `outputs` are all of them; `can_encode`: whether this machine has an encoder for `path`.
    """
    output = outputs[path]
    if is_copied(output, can_encode=can_encode):
        asked = output.policy is Policy.COPY
        why = "its policy is copy" if asked else f"there is no {output.codec} encoder here"
        return Decision(Policy.COPY, why, wanted=True)
    if output.policy is Policy.MIX:
        return Decision(Policy.MIX, "its policy is mix", wanted=True)
    for other_path, other in outputs.items():
        if is_copied(other, can_encode=True):
            continue
        if problem := _no_hybrid(other_path, other, live):
            return Decision(Policy.MIX, problem, wanted=output.policy is not Policy.HYBRID)
    return Decision(Policy.HYBRID, f"it is {describe(live)}, as the output", wanted=True)


def fits(output: OutputConfig, stream: StreamStart) -> bool:
    """Whether a player of the output can go on with this stream: same codec in the same
    container, same sample rate and channels. Bitrates may differ."""
    in_ogg = stream.header.startswith(CAPTURE)
    return same_audio(output, stream) and (in_ogg if output.codec in IN_OGG else not stream.header)


def same_audio(output: OutputConfig, stream: StreamStart) -> bool:
    """Whether it is the output's audio, in whatever container."""
    return audio_of(stream) == _audio_of_output(output)


def audio_of(stream: StreamStart) -> tuple[str, int, int]:
    """What must never change within one response: codec, sample rate, channels."""
    return stream.codec, stream.sample_rate, stream.channels


def content_type_of(output: OutputConfig) -> str:
    """What listeners of the output are told."""
    return _CONTENT_TYPES.get(output.codec, "audio/ogg")


def describe(stream: StreamStart) -> str:
    """The format of a stream, for the log.

    >>> describe(StreamStart("mp3", 44100, 2))
    'mp3, 44100 Hz, 2 channels'
    """
    channels = f"{stream.channels} channel{'' if stream.channels == 1 else 's'}"
    return f"{stream.codec or 'something unknown'}, {stream.sample_rate} Hz, {channels}"


def describe_output(output: OutputConfig) -> str:
    """The same of what an output has to be."""
    in_ogg = " in Ogg" if output.codec in IN_OGG else ""
    return describe(StreamStart(*_audio_of_output(output))) + in_ogg


def _no_hybrid(path: str, output: OutputConfig, live: StreamStart) -> str:
    if output.policy is Policy.MIX:
        return f"the policy of {path} is mix"
    if not fits(output, live):
        return f"it is {describe(live)}, and {path} is {describe_output(output)}"
    return ""


def _audio_of_output(output: OutputConfig) -> tuple[str, int, int]:
    return output.codec.value, output.sample_rate, 1 if output.mono else 2
