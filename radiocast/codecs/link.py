"""One stream's decoder: from a StreamStart to the next."""

from __future__ import annotations

import av

from radiocast.codecs.errors import CodecError
from radiocast.codecs.frames import first_samples
from radiocast.codecs.unpack._base import Bare, Unpacker
from radiocast.codecs.unpack.ogg import OggUnpacker
from radiocast.codecs.unpack.webm import WebmUnpacker
from radiocast.formats import Frame, StreamStart
from radiocast.formats.flac_header import STREAMINFO_LENGTH
from radiocast.formats.ogg.page import CAPTURE

MAX_FAILURES = 250
"""Packets in a row that cannot be decoded before we say that this stream never will."""
MAX_SECONDS = 120
"""The most sound one frame may hold, and one call of `StreamDecoder.feed` give. A page of speech
by Opus has half a minute; silence in FLAC has hours in a few kilobytes, if someone means it ill."""

_DECODERS = {
    # What has only "mp3" for a name is the fixed-point decoder.
    "mp1": "mp1float",
    "mp2": "mp2float",
    "mp3": "mp3float",
    "aac": "aac",
    "vorbis": "vorbis",
    "opus": "opus",
    "flac": "flac",
    "speex": "speex",
}
_FLAC = b"fLaC"
_STREAMINFO_AT = 8


class LinkDecoder:
    """Decodes the frames of one stream. Raises CodecError if nothing here can."""

    def __init__(self, start: StreamStart) -> None:
        self.failures = 0
        """Packets that could not be decoded."""
        self._unpacker = _unpacker_for(start)
        self._codec = _open(start, self._unpacker.extradata)
        self._entered = False  # whether there was a frame at which a decoder may start
        self._due = self._given = 0  # samples that the frames promised, and that came
        self._failures_in_a_row = 0

    def decode(self, frame: Frame) -> list[av.AudioFrame]:
        """What the frame makes audible."""
        packets, ends = self._unpacker.packets(frame.data)
        decoded: list[av.AudioFrame] = []
        samples = 0
        for packet in packets:
            for each in self._decode(packet):
                decoded.append(each)
                samples += each.samples
                if samples > MAX_SECONDS * each.sample_rate:
                    raise CodecError(f"more than {MAX_SECONDS} seconds of sound in one frame")
        self._entered |= frame.entry
        if not self._entered:
            # An MP3 stream cut out of the middle: its first frames fill the decoder's bit
            # reservoir, but what they sound like is noise.
            return []
        self._due += frame.samples
        self._given += samples
        surplus = self._given - self._due
        if ends and 0 < surplus < samples:  # else some was lost or miscounted
            # What the encoder added to fill its last packet. Most Ogg encoders make a link of
            # each track, so it would be heard as gaps.
            decoded = first_samples(decoded, samples - surplus)
        return decoded

    def drain(self) -> list[av.AudioFrame]:
        """What the decoder still holds. Nothing can be decoded after that."""
        try:
            return self._codec.decode(None)
        except av.FFmpegError:
            return []

    def _decode(self, packet: bytes) -> list[av.AudioFrame]:
        if not packet:
            return []  # to PyAV the end of the stream, in Ogg just nothing
        try:
            decoded = self._codec.decode(av.Packet(packet))
        except av.FFmpegError as error:
            self.failures += 1
            self._failures_in_a_row += 1
            if self._failures_in_a_row == MAX_FAILURES:
                raise CodecError(f"nothing in it can be decoded: {error.strerror}") from error
            return []
        self._failures_in_a_row = 0
        return decoded


def _unpacker_for(start: StreamStart) -> Unpacker:
    if start.header.startswith(CAPTURE):
        return OggUnpacker(start.header)
    if start.header.startswith(_FLAC):
        return Bare(start.header[_STREAMINFO_AT : _STREAMINFO_AT + STREAMINFO_LENGTH])
    return WebmUnpacker(start.header) if start.header else Bare()


def _open(start: StreamStart, extradata: bytes) -> av.AudioCodecContext:
    name = _DECODERS.get(start.codec)
    if name is None:
        raise CodecError(f"{start.codec or 'this kind of stream'} cannot be decoded")
    try:
        codec = av.CodecContext.create(name, "r")
        assert isinstance(codec, av.AudioCodecContext)
        if extradata:
            codec.extradata = extradata
        if start.sample_rate:
            codec.sample_rate = start.sample_rate
        if start.channels in (1, 2):
            codec.layout = "mono" if start.channels == 1 else "stereo"
        codec.open()
    except (av.FFmpegError, ValueError) as error:
        raise CodecError(f"{start.codec} cannot be decoded: {error}") from error
    return codec
