"""What a source says about itself, whichever dialect it speaks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from radiocast.protocols.audio_info import parse_audio_info


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


def source_info(headers: Iterable[tuple[str, str]]) -> SourceInfo:
    """Read lower-case `headers` in Icecast's, SHOUTcast's or audiocast's spelling.

    Of several spellings the first that says anything counts, in that order. A
    bitrate that only stands in the audio info (libshout, butt) is taken from there.
    """
    said = {name: value for name, value in headers if value}

    def first(*names: str) -> str:
        return next((said[name] for name in names if name in said), "")

    audio_info = first("ice-audio-info")
    settings = parse_audio_info(audio_info)
    return SourceInfo(
        name=first("ice-name", "icy-name", "x-audiocast-name"),
        description=first("ice-description", "icy-description", "x-audiocast-description"),
        genre=first("ice-genre", "icy-genre", "x-audiocast-genre"),
        url=first("ice-url", "icy-url", "x-audiocast-url"),
        public=_flag(first("ice-public", "icy-pub", "x-audiocast-public")),
        bitrate=first("ice-bitrate", "icy-br", "x-audiocast-bitrate")
        or settings.get("ice-bitrate", settings.get("bitrate", "")),
        audio_info=audio_info,
        user_agent=first("user-agent"),
    )


def _flag(value: str) -> bool | None:
    """Yes, no or nothing said. Anything but a clear yes is a no: it is about privacy."""
    return value.lower() in ("1", "yes", "true", "on") if value else None
