"""What audio files say about themselves. The one module that knows mutagen.

Loudness comes as LUFS, whatever the file calls it: ReplayGain is the gain to -18 LUFS
(ReplayGain 2.0), R128_TRACK_GAIN that to -23 LUFS in 1/256 dB (RFC 7845 section 5.2.1).
"""

# Mutagen's types are incomplete, and many of its functions have none.
# mypy: disable-error-code="no-untyped-call,attr-defined"

from __future__ import annotations

import base64
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mutagen
from mutagen._vorbis import VCommentDict
from mutagen.aac import AACInfo
from mutagen.apev2 import APEv2
from mutagen.flac import FLAC, Picture
from mutagen.id3 import ID3, TXXX, Encoding, TextFrame
from mutagen.mp3 import MP3, BitrateMode, MPEGInfo
from mutagen.mp4 import MP4Tags

from radiocast.autodj.charsets import decode, repair
from radiocast.errors import FormatError, RadiocastError
from radiocast.formats import Frame, Framer, StreamStart
from radiocast.formats.adts import AdtsFramer
from radiocast.formats.mpeg_audio import MpegAudioFramer

MAX_TEXT = 500
"""Characters of a tag: some hold whole lyrics."""

MAX_ARTWORK = 8 * 1024 * 1024
"""Bytes of a picture. Larger ones are left out."""

MAX_COUNTED = 512 * 1024 * 1024
"""Bytes of a file whose frames are counted for its duration: nine hours at 128 kbit/s."""

_REPLAYGAIN_LUFS = -18.0
_R128_LUFS = -23.0
_FRONT_COVER = 3
_LONGEST = 30 * 86400.0  # beyond it a header lies
_READ = 256 * 1024

_NUMBER = re.compile(r"\s*([+-]?[0-9]{1,4}(?:\.[0-9]{1,9})?)\s*(?:dB)?\s*", re.IGNORECASE)

# In each format's own words, lower case: ID3, Vorbis comments and APE, MP4, ASF.
_ARTIST = ("tpe1", "artist", "\xa9art", "author", "tpe2", "albumartist", "album artist", "aart")
_TITLE = ("tit2", "title", "\xa9nam")
_ALBUM = ("talb", "album", "\xa9alb", "wm/albumtitle")
_GAIN = ("replaygain_track_gain",)
_PEAK = ("replaygain_track_peak",)
_R128 = ("r128_track_gain",)
_KNOWN = frozenset((*_ARTIST, *_TITLE, *_ALBUM, *_GAIN, *_PEAK, *_R128))

_MAGIC = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
)


class TagsError(RadiocastError):
    """The file cannot be read, or is not the audio its name promises."""


@dataclass(frozen=True, slots=True)
class Tags:
    """What a file says. Empty or None: it does not say."""

    duration: float | None = None
    """In seconds, without encoder delay and padding where the file tells them."""
    artist: str = ""
    title: str = ""
    album: str = ""
    loudness: float | None = None
    """In LUFS."""
    peak: float | None = None
    """1.0 is full scale."""


@dataclass(frozen=True, slots=True)
class Artwork:
    """A picture."""

    data: bytes
    content_type: str


def read_tags(path: str, charsets: Sequence[str] = ()) -> Tags:
    """The tags of a local file; all empty for formats mutagen does not know.

    Old tags that claim Latin-1 are in the first of `charsets` that fits. Takes milliseconds,
    or some 30 per minute of audio where frames must be counted: call it in a thread.
    Raises TagsError.
    """
    file = _open(path)
    if file is None:
        return Tags()
    said = dict(_texts(file.tags, charsets))
    if isinstance(file, MP3) and not _first(said, _GAIN):
        said |= _ape_tags(path)
    loudness, peak = _loudness(said, file.info)
    return Tags(
        duration=_duration(path, file.info),
        artist=_first(said, _ARTIST),
        title=_first(said, _TITLE),
        album=_first(said, _ALBUM),
        loudness=loudness,
        peak=peak,
    )


def read_artwork(path: str) -> Artwork | None:
    """The front cover in a local file, or its first picture; None: it has none we can show.

    Only what is a JPEG, PNG, GIF or WebP by its own bytes: it is served to browsers. Raises
    TagsError.
    """
    file = _open(path)
    if file is None:
        return None
    pictures = sorted(_pictures(file), key=lambda each: each[0] != _FRONT_COVER)
    for _, data in pictures:
        content_type = image_type(data)
        if content_type and len(data) <= MAX_ARTWORK:
            return Artwork(data, content_type)
    return None


def _open(path: str) -> Any:
    # Mutagen promises MutagenError, but broken files find struct and index errors in it.
    try:
        return mutagen.File(path)
    except Exception as exc:
        problem = f"cannot be read: {str(exc)[:200] or type(exc).__name__}"
    try:
        # It believes a file's name more than its bytes. Opened by a number it has no name.
        with os.fdopen(os.open(path, os.O_RDONLY), "rb") as unnamed:
            file = mutagen.File(unnamed)
    except Exception:
        file = None
    if file is None:
        raise TagsError(problem)
    return file


# ---- texts --------------------------------------------------------------------------------


def _texts(tags: Any, charsets: Sequence[str] = ()) -> Iterator[tuple[str, str]]:
    """The text tags we know, under lower-case names."""
    if isinstance(tags, ID3):
        for frame in tags.values():
            if isinstance(frame, TextFrame):
                name = frame.desc if isinstance(frame, TXXX) else frame.FrameID
                text = ", ".join(map(str, frame.text))
                claims_latin_1 = frame.encoding == Encoding.LATIN1
                yield name.lower(), _tidy(repair(text, charsets) if claims_latin_1 else text)
    elif tags is not None:
        for key in tags.keys():  # noqa: SIM118 - some of mutagen's tags are lists with keys
            name = key.lower().removeprefix("----:com.apple.itunes:")
            if name in _KNOWN:
                values = tags[key] if isinstance(tags[key], list) else [tags[key]]
                yield name, _tidy(", ".join(dict.fromkeys(map(_text, values))))


def _text(value: object) -> str:
    """One value of a tag: MP4 has bytes, ASF objects, APE several texts in one."""
    return decode(value) if isinstance(value, bytes) else str(value).replace("\0", ", ")


def _tidy(text: str) -> str:
    """One line of text, of bounded length. Surrogates come from broken UTF-16."""
    sayable = (c if c.isprintable() else " " for c in text[: 2 * MAX_TEXT])
    return " ".join("".join(sayable).split())[:MAX_TEXT]


def _ape_tags(path: str) -> dict[str, str]:
    """The gain mp3gain and foobar2000 leave in an APE tag behind the ID3 one."""
    try:
        said = dict(_texts(APEv2(path)))
    except Exception:  # as in _open; most files have none, which is an exception too
        return {}
    return {name: said[name] for name in (*_GAIN, *_PEAK) if name in said}


def _first(said: Mapping[str, str], names: Sequence[str]) -> str:
    return next((said[name] for name in names if said.get(name)), "")


# ---- loudness and duration ----------------------------------------------------------------


def _loudness(said: Mapping[str, str], info: Any) -> tuple[float | None, float | None]:
    gain, peak = _number(_first(said, _GAIN)), _number(_first(said, _PEAK))
    r128 = _number(_first(said, _R128))
    if r128 is not None:
        return _R128_LUFS - r128 / 256, peak
    if gain is None:  # LAME measures while it encodes
        gain = getattr(info, "track_gain", None)
        peak = peak or getattr(info, "track_peak", None)
    return (None if gain is None else _REPLAYGAIN_LUFS - gain), peak


def _number(text: str) -> float | None:
    match = _NUMBER.fullmatch(text)
    return float(match[1]) if match else None


def _duration(path: str, info: Any) -> float | None:
    """Mutagen's word, but for two formats where it can only guess: ADTS, and MP3 without a
    Xing or VBRI header, where it is off by half and more if the bitrate varies."""
    framer: Framer | None = None
    if isinstance(info, AACInfo):
        framer = AdtsFramer()
    elif isinstance(info, MPEGInfo) and info.bitrate_mode is BitrateMode.UNKNOWN:
        framer = MpegAudioFramer()
    counted = _counted(path, framer) if framer else 0.0
    duration = counted or float(getattr(info, "length", 0.0))
    return duration if 0 < duration < _LONGEST else None


def _counted(path: str, framer: Framer) -> float:
    """The seconds of audio in all frames of a file. 0: it is too long to count, or is gone."""
    total, rate = 0.0, 0
    try:
        with Path(path).open("rb") as file:
            if file.seek(0, 2) > MAX_COUNTED:
                return 0.0
            file.seek(0)
            while data := file.read(_READ):
                for event in framer.feed(data):
                    if isinstance(event, StreamStart):
                        rate = event.sample_rate
                    elif isinstance(event, Frame) and rate:
                        total += event.samples / rate
    except (OSError, FormatError):
        return 0.0
    last = sum(event.samples for event in framer.close() if isinstance(event, Frame))
    return total + (last / rate if rate else 0.0)


# ---- artwork ------------------------------------------------------------------------------


def _pictures(file: Any) -> Iterator[tuple[int, bytes]]:
    """All pictures of a file: what they show (ID3's numbers), and their bytes."""
    tags = file.tags
    if isinstance(file, FLAC):
        yield from ((picture.type, picture.data) for picture in file.pictures)
    elif isinstance(tags, ID3):
        yield from ((int(frame.type), frame.data) for frame in tags.getall("APIC"))
    elif isinstance(tags, MP4Tags):
        yield from ((_FRONT_COVER, bytes(cover)) for cover in tags.get("covr", []))
    elif isinstance(tags, APEv2):
        for key in tags.keys():  # noqa: SIM118
            if key.lower().startswith("cover art"):
                # A file name and a NUL stand in front.
                yield _FRONT_COVER, bytes(tags[key].value).partition(b"\0")[2]
    elif isinstance(tags, VCommentDict):
        for text in tags.get("metadata_block_picture", []):
            try:
                picture = Picture(base64.b64decode(text, validate=True))
            except Exception:  # as in _open
                continue
            yield picture.type, picture.data


def image_type(data: bytes) -> str:
    """The content type of a picture by its first bytes; empty: it is none that we show."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for magic, kind in _MAGIC if data.startswith(magic)), "")
