"""What a source says about itself, whichever dialect it speaks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """The `ice-*`/`icy-*` headers of a source, as text. Empty or None: not said."""

    name: str = ""
    description: str = ""
    genre: str = ""
    url: str = ""
    public: bool | None = None
    bitrate: str = ""
    """Kilobits per second as the source wrote it ("128", "Quality 3"): `ice-bitrate`, `icy-br`."""
    audio_info: str = ""
    """`ice-audio-info` whole, as `ice-samplerate=44100;ice-bitrate=128`."""
    user_agent: str = ""
