"""What the auto-DJ's studio sends where: `[outputs."/stream"]`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from radiocast.config.fields import Conflict, SettingError, Table, choice, flag, setting, whole

RATES = (48_000, 44_100)


def sample_rate(value: object) -> int:
    """A rate every encoder but Opus knows."""
    if value not in RATES or isinstance(value, bool):
        raise SettingError(f"must be {' or '.join(map(str, RATES))}", "in Hz")
    assert isinstance(value, int)
    return value


class OutputCodec(StrEnum):
    """What an output is encoded in."""

    MP3 = "mp3"
    AAC = "aac"
    OPUS = "opus"
    VORBIS = "vorbis"
    FLAC = "flac"


class Policy(StrEnum):
    """How a live source gets onto an output."""

    AUTO = "auto"
    COPY = "copy"
    HYBRID = "hybrid"
    MIX = "mix"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputConfig(Table):
    """A mount the auto-DJ plays on, and hands over to who comes live there.

    Outputs of the same codec, bitrate and channels share one encoder.
    """

    codec: OutputCodec = setting(OutputCodec.MP3, choice(OutputCodec))
    """What it is encoded in; Opus, Vorbis and FLAC come in Ogg."""

    bitrate: int = setting(128, whole(0, 512))
    """Kilobits per second; FLAC takes what it needs."""

    policy: Policy = setting(Policy.AUTO, choice(Policy))
    """Mix: live is decoded and mixed with the rest, with fades, for all outputs of the policy
    mix. Hybrid: live that has the output's format passes as it is, any other is mixed. Copy:
    nothing is encoded at all; of the playlists only files of just this format are played. Auto:
    hybrid where all outputs have one format, else mix; copy where this machine has no encoder."""

    sample_rate: int = setting(48_000, sample_rate)
    """In Hz: 48000 or 44100. Opus has 48000 only."""

    mono: bool = setting(False, flag)
    """Whether it has one channel instead of two."""

    chained: bool = setting(False, flag)
    """Ogg: whether each title begins a new stream in the stream. Most players show the title
    by it; browsers stop there."""

    def conflicts(self) -> list[Conflict]:
        ogg = self.codec in (OutputCodec.OPUS, OutputCodec.VORBIS, OutputCodec.FLAC)
        if self.chained and not ogg:
            return [Conflict(("chained",), f"{self.codec} has no links to chain")]
        if self.bitrate < 8 and self.codec is not OutputCodec.FLAC:
            return [Conflict(("bitrate",), "must be 8 or more", "128 is the custom")]
        if self.codec is OutputCodec.OPUS and self.sample_rate != 48_000:
            return [Conflict(("sample_rate", "codec"), "Opus has a sample rate of 48000 only")]
        return []
