"""An encoder for each output format, the best this machine has."""

from __future__ import annotations

from radiocast.codecs.encode_av import AvEncoder
from radiocast.codecs.errors import CodecError
from radiocast.codecs.lame import LameEncoder, lame_library
from radiocast.codecs.packet import Encoder, Packet
from radiocast.codecs.spec import CODECS, OutputSpec
from radiocast.codecs.vorbis import VorbisEncoder

__all__ = ["Encoder", "Packet", "make_encoder"]

_MPEG_RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)
_RATES: dict[str, tuple[int, ...]] = {
    "mp3": _MPEG_RATES,
    "aac": (*_MPEG_RATES, 64000, 88200, 96000),
    "opus": (48000,),  # what it is decoded to, whatever went in (RFC 7845 section 4)
    "vorbis": (*_MPEG_RATES, 96000),
    "flac": (*_MPEG_RATES, 88200, 96000),
}


def make_encoder(spec: OutputSpec) -> Encoder:
    """A new encoder. Raises CodecError, in a sentence for the operator, if there can be none."""
    _check(spec)
    if spec.codec == "vorbis":
        return VorbisEncoder(spec)
    # The system's LAME takes a third of the time that the one in PyAV's wheels takes.
    if spec.codec == "mp3" and lame_library() is not None:
        return LameEncoder(spec)
    return AvEncoder(spec)


def _check(spec: OutputSpec) -> None:
    if spec.codec not in CODECS:
        raise CodecError(f"there is no encoder for {spec.codec}; there are {', '.join(CODECS)}")
    if spec.channels not in (1, 2):
        raise CodecError(f"{spec.channels} channels cannot be encoded, only 1 and 2")
    rates = _RATES[spec.codec]
    if spec.sample_rate not in rates:
        choice = ", ".join(map(str, sorted(rates)))
        raise CodecError(f"{spec.codec} has no sample rate of {spec.sample_rate} Hz, only {choice}")
    if spec.codec != "flac" and spec.bitrate <= 0:
        raise CodecError(f"{spec.codec} needs a bitrate")
