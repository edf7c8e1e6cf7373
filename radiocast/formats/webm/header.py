"""What comes before the first cluster: tracks, time scale, tags. RFC 9559 section 5.1."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from radiocast.formats._base import Title
from radiocast.formats.webm.ebml import Id, children, read_head, to_number

MAX_TRACKS = 32
"""How many are read."""

_AUDIO, _VIDEO = 2, 1
_CODECS = {
    "A_OPUS": "opus",
    "A_VORBIS": "vorbis",
    "A_FLAC": "flac",
    "A_MPEG/L3": "mp3",
    "A_MPEG/L2": "mp2",
    "A_MPEG/L1": "mp1",
}
_OPUS_RATE = 48000  # whatever the track says: RFC 7845 section 4


@dataclass(frozen=True, slots=True)
class Track:
    """One TrackEntry."""

    number: int
    is_audio: bool
    is_video: bool
    codec: str
    sample_rate: int
    channels: int


@dataclass(frozen=True, slots=True)
class Description:
    """What a stream's header says. Times are in `scale` nanoseconds."""

    tracks: tuple[Track, ...]
    scale: int
    title: Title | None
    audio: Track | None
    """The track that time is counted by."""
    has_video: bool
    """Whether a player has to start at a key frame."""

    def track(self, number: int) -> Track | None:
        """The track whose blocks carry this number."""
        return next((track for track in self.tracks if track.number == number), None)


def describe(header: bytes) -> Description:
    """Read all that comes before the first cluster; what it leaves out has Matroska's defaults."""
    tracks: list[Track] = []
    scale = 1_000_000
    titles: dict[str, str] = {}
    for id_, content in _elements(header):
        match id_:
            case Id.INFO:
                for name, value in children(content):
                    if name == Id.TIMESTAMP_SCALE:
                        scale = to_number(value) or scale
                    elif name == Id.TITLE:
                        titles.setdefault("TITLE", _text(value))
            case Id.TRACKS:
                entries = (value for name, value in children(content) if name == Id.TRACK_ENTRY)
                tracks += map(_track, entries)
            case Id.TAGS:
                for name, value in children(content):
                    if name == Id.TAG:
                        titles.update(_simple_tags(value))
            case _:  # SeekHead, Void, Cues …: nothing we have to know
                pass
    del tracks[MAX_TRACKS:]
    return Description(
        tuple(tracks),
        scale,
        _title(titles),
        audio=next((track for track in tracks if track.is_audio), None),
        has_video=any(track.is_video for track in tracks),
    )


def _elements(header: bytes) -> Iterator[tuple[int, bytes]]:
    """What stands in a header, with the Segment's elements beside the EBML header's."""
    at = 0
    while head := read_head(header, at):
        start = at + head.length
        at = start + (0 if head.id == Id.SEGMENT else head.size or 0)
        yield head.id, header[start:at]


def _track(entry: bytes) -> Track:
    fields = dict(children(entry))
    audio = dict(children(fields.get(Id.AUDIO, b"")))
    kind = to_number(fields.get(Id.TRACK_TYPE, b""))
    name = _text(fields.get(Id.CODEC_ID, b""))
    codec = "aac" if name.startswith("A_AAC") else _CODECS.get(name, name[2:].lower())
    rate = _OPUS_RATE if codec == "opus" else round(_float(audio.get(Id.SAMPLING_FREQUENCY, b"")))
    return Track(
        number=to_number(fields.get(Id.TRACK_NUMBER, b"")),
        is_audio=kind == _AUDIO,
        is_video=kind == _VIDEO,
        codec=codec,
        sample_rate=rate,
        channels=to_number(audio.get(Id.CHANNELS, b"\1")),
    )


def _simple_tags(tag: bytes) -> dict[str, str]:
    tags: dict[str, str] = {}
    for name, value in children(tag):
        if name == Id.SIMPLE_TAG:
            fields = dict(children(value))
            tags[_text(fields.get(Id.TAG_NAME, b"")).upper()] = _text(
                fields.get(Id.TAG_STRING, b"")
            )
    return tags


def _title(tags: dict[str, str]) -> Title | None:
    artist, title = tags.get("ARTIST", "").strip(), tags.get("TITLE", "").strip()
    if not artist and not title:
        return None
    return Title(" - ".join(filter(None, [artist, title])), artist, title)


def _text(value: bytes) -> str:
    return value.rstrip(b"\0").decode("utf-8", "replace")


def _float(value: bytes) -> float:
    formats = {4: ">f", 8: ">d"}
    if len(value) not in formats:
        return 8000.0  # the default of SamplingFrequency
    (number,) = struct.unpack(formats[len(value)], value)
    return float(number) if 0 <= number < 1e9 else 0.0
