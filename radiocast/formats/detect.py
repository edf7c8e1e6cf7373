"""Which framer a source needs: its content type says, its first bytes know.

ffmpeg announces `audio/mpeg` for everything unless told otherwise, so a wrong type is
common; a wrong first byte is not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from radiocast.formats import adts, mpeg_header
from radiocast.formats._base import Framer
from radiocast.formats.adts import AdtsFramer
from radiocast.formats.flac import FlacFramer
from radiocast.formats.mpeg_audio import MpegAudioFramer
from radiocast.formats.ogg.framer import OggFramer
from radiocast.formats.passthrough import PassthroughFramer
from radiocast.formats.tags import tag_length
from radiocast.formats.webm.framer import WebmFramer

ENOUGH = 64
"""Bytes from which the first bytes decide: the EBML header tells WebM from Matroska in 40."""


@dataclass(frozen=True, slots=True)
class Detected:
    """What a source sends."""

    content_type: str
    """What to tell listeners: as the source wrote it, unless it was wrong."""
    make: Callable[[], Framer]
    chains: bool
    """Whether players go on when a second stream follows in the same response."""


_MPEG = Detected("audio/mpeg", MpegAudioFramer, chains=True)
_AAC = Detected("audio/aac", AdtsFramer, chains=True)
_OGG = Detected("audio/ogg", OggFramer, chains=True)
_FLAC = Detected("audio/flac", FlacFramer, chains=False)
_WEBM = Detected("audio/webm", WebmFramer, chains=False)
_MATROSKA = Detected("audio/x-matroska", WebmFramer, chains=False)
_UNKNOWN = Detected("application/octet-stream", PassthroughFramer, chains=False)

_BY_SUBTYPE = {
    _MPEG: ("mpeg", "mp3", "mpg", "mpeg3", "mpa", "mp2"),
    _AAC: ("aac", "aacp", "adts", "hx-aac-adts"),
    _OGG: ("ogg", "oga", "opus", "vorbis", "speex"),
    _FLAC: ("flac",),
    _WEBM: ("webm",),
    _MATROSKA: ("matroska",),
}
_BY_CONTENT_TYPE = {
    f"{top}/{prefix}{subtype}": kind
    for kind, subtypes in _BY_SUBTYPE.items()
    for subtype in subtypes
    for prefix in ("", "x-")
    for top in ("audio", "video", "application")
    if f"{top}/{subtype}" != "video/mpeg"  # an MPEG program stream: not ours
}
_SAYS_NOTHING = frozenset({"", "application/octet-stream", "binary/octet-stream"})


def framer_for(content_type: str, first: bytes) -> Detected | None:
    """What a source sends that announced `content_type` (empty: nothing) and began with `first`.

    None: call again with more bytes, ENOUGH at most. Bytes that are of another
    known kind than announced win; bytes that say nothing, as noise or the middle
    of a frame, leave it at what was announced. Unknown content types are passed through.
    """
    announced = content_type.partition(";")[0].strip().lower()
    expected = _BY_CONTENT_TYPE.get(announced)
    if expected is None and announced not in _SAYS_NOTHING:
        return Detected(content_type, _UNKNOWN.make, _UNKNOWN.chains)
    if len(first) < ENOUGH:
        return None
    found = _recognise(first)
    if expected and (found is None or found.make is expected.make):
        return Detected(content_type, expected.make, expected.chains)
    return found or _UNKNOWN


def is_ogg(content_type: str) -> bool:
    """Whether listeners who are told this type get Ogg, whose titles stand in its pages."""
    return _BY_CONTENT_TYPE.get(content_type) is _OGG


def _recognise(first: bytes) -> Detected | None:
    at = tag_length(first)
    if first.startswith(b"OggS", at):
        return _OGG
    if first.startswith(b"fLaC", at):
        return _FLAC
    if first.startswith(b"\x1a\x45\xdf\xa3", at):
        return _MATROSKA if b"matroska" in first[at : at + ENOUGH] else _WEBM
    # Sync words alone are common in noise; a whole header with sensible values is not.
    if adts.parse_header(first, at):
        return _AAC
    if mpeg_header.parse_header(first, at) or _is_free_format(first, at):
        return _MPEG
    return None


def _is_free_format(first: bytes, at: int) -> bool:
    """An MPEG header that leaves the bitrate open: its framer says why that cannot be played."""
    with_bitrate = bytearray(first[at : at + mpeg_header.HEADER_LENGTH])
    if len(with_bitrate) < mpeg_header.HEADER_LENGTH or with_bitrate[2] & 0xF0:
        return False
    with_bitrate[2] |= 0x10
    return mpeg_header.parse_header(bytes(with_bitrate)) is not None
