"""What the auto-DJ's studio sends where: `[outputs."/stream"]`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from radiocast.config.fields import Conflict, Table, choice, flag, setting, whole


class OutputCodec(StrEnum):
    """What an output is encoded in."""

    MP3 = "mp3"
    AAC = "aac"
    OPUS = "opus"
    VORBIS = "vorbis"
    FLAC = "flac"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputConfig(Table):
    """A mount the studio feeds: live sources are mixed into it, and the auto-DJ plays between.

    Outputs of the same codec, bitrate and channels share one encoder.
    """

    codec: OutputCodec = setting(OutputCodec.MP3, choice(OutputCodec))
    """What it is encoded in; Opus, Vorbis and FLAC come in Ogg."""

    bitrate: int = setting(128, whole(0, 512))
    """Kilobits per second; FLAC takes what it needs."""

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
        return []
