"""What is encoded: the same for both, in the words of each."""

from __future__ import annotations

from dataclasses import dataclass

from radiocast.codecs.spec import Codec, OutputSpec

RATE = 48_000
CROSSFADE = 3.0
"""Seconds, for both."""


@dataclass(frozen=True, slots=True)
class Output:
    """One encoder, as radiocast and as Liquidsoap 2.1 are asked for it."""

    codec: Codec
    bitrate: int
    """In bit/s; 0: no telling (Vorbis has a quality, and takes what it needs for it)."""
    liquidsoap: str
    content_type: str

    @property
    def spec(self) -> OutputSpec:
        return OutputSpec(self.codec, self.bitrate)


_AAC = '%ffmpeg(format="adts", %audio(codec="aac", b="128k", ar=48000, channels=2{}))'
OUTPUTS = {
    "mp3": Output("mp3", 128_000, "%mp3(bitrate=128, samplerate=48000)", "audio/mpeg"),
    "opus": Output(
        "opus",
        96_000,
        '%opus(bitrate=96, samplerate=48000, vbr="constrained")',
        "application/ogg",
    ),
    "aac": Output("aac", 128_000, _AAC.format(""), "audio/aac"),
    "fast-aac": Output("aac", 128_000, _AAC.format(', aac_coder="fast", aac_tns="0"'), "audio/aac"),
    # libvorbisenc names this quality 128 kbit/s, and radiocast asks for it by that name.
    "vorbis": Output(
        "vorbis", 128_000, "%vorbis(quality=0.4, samplerate=48000)", "application/ogg"
    ),
}
