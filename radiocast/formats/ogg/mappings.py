"""How each codec lies in Ogg: what its first packet says, how many headers it has, how long
its packets are.

Vorbis I specification, appendix A and section 4.2.2; RFC 7845 (Opus) and RFC 6716 section 3.1
(its TOC byte); RFC 9639 section 10.1 (FLAC); Speex manual, section 7; Theora specification,
section 6.2; Ogg Skeleton 3 and 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct

from radiocast.formats.flac_header import (
    MAX_FRAME_HEADER,
    STREAMINFO_LENGTH,
    parse_frame_header,
    parse_streaminfo,
)

PACKET_START = MAX_FRAME_HEADER
"""Bytes at the start of a packet that tell its duration."""

_VORBIS = Struct("<7sIBI12xB")
_OPUS = Struct("<8sBBH")
_SPEEX = Struct("<8s28xiiiiiiiii")
_OPUS_RATE = 48000
_OPUS_LONGEST = 5760  # "up to 120 ms"


@dataclass(frozen=True, slots=True)
class Mapping:
    """What the identification header of a logical stream says."""

    codec: str
    sample_rate: int = 0
    channels: int = 0
    header_packets: int = 1
    """How many packets come before the data, the identification header included."""
    start_granule: int = 0
    """The granule position before the first sample that is heard: Opus' pre-skip."""
    longest_packet: int = 0
    """The most samples one packet can hold."""

    @property
    def is_audio(self) -> bool:
        """Whether this stream can be what the mount's time is counted by."""
        return self.sample_rate > 0

    @property
    def is_video(self) -> bool:
        """Whether a player must start at one of this stream's key frames."""
        return self.codec == "theora"

    def ends_header(self, packet: bytes, number: int) -> bool:
        """Whether header packet `number` (counted from 1) is the last one before the data."""
        if self.codec == "flac" and number > 1 and packet[:1] >= b"\x80":
            # The flag of the last metadata block. The count may be 0, "unknown". A frame
            # begins with ff, so a stream with neither costs one page, not the stream.
            return True
        return number == self.header_packets

    def comments(self, packet: bytes, number: int) -> bytes | None:
        """The comments that header packet `number` holds, from the vendor string on."""
        match self.codec:
            case "vorbis" if packet.startswith(b"\x03vorbis"):
                return packet[7:]
            case "opus" if packet.startswith(b"OpusTags"):
                return packet[8:]
            case "flac" if packet and packet[0] & 0x7F == 4:  # VORBIS_COMMENT, maybe the last
                return packet[4:]
            case "speex" if number == 2:
                return packet
            case _:
                return None

    def packet_samples(self, start: bytes) -> int:
        """How many samples a packet holds, from its first PACKET_START bytes: at most for Vorbis
        (its block sizes would need the modes of the setup header), exactly for the others."""
        match self.codec:
            case "opus":
                return opus_samples(start)
            case "flac":
                header = parse_frame_header(start)
                return header.samples if header else self.longest_packet
            case _:
                return self.longest_packet


SKELETON = Mapping("skeleton", header_packets=0)
"""Its headers end with its last page: RFC 3533 streams after it hold the data."""
UNKNOWN = Mapping("")


def identify(packet: bytes) -> Mapping:
    """What the first packet of a logical stream makes it; UNKNOWN for codecs we do not know."""
    if packet.startswith(b"\x01vorbis") and len(packet) >= _VORBIS.size:
        _, _, channels, rate, sizes = _VORBIS.unpack_from(packet)
        # A packet gives (previous block + this block) / 4 samples.
        return Mapping("vorbis", rate, channels, 3, 0, (1 << (sizes >> 4)) // 2)
    if packet.startswith(b"OpusHead") and len(packet) >= _OPUS.size:
        _, _, channels, pre_skip = _OPUS.unpack_from(packet)
        return Mapping("opus", _OPUS_RATE, channels, 2, pre_skip, _OPUS_LONGEST)
    if packet.startswith(b"\x7fFLAC") and len(packet) >= 17 + STREAMINFO_LENGTH:
        return _identify_flac(packet)
    if packet.startswith(b"Speex   ") and len(packet) >= _SPEEX.size:
        _, rate, _, _, channels, _, size, _, per_packet, extra = _SPEEX.unpack_from(packet)
        longest = max(0, size) * max(1, per_packet)
        return Mapping("speex", max(0, rate), max(0, channels), 2 + max(0, extra), 0, longest)
    if packet.startswith(b"\x80theora"):
        return Mapping("theora", header_packets=3)
    if packet.startswith(b"fishead\0"):
        return SKELETON
    return UNKNOWN


def _identify_flac(packet: bytes) -> Mapping:
    more_headers = int.from_bytes(packet[7:9], "big")
    info = parse_streaminfo(packet[17:])
    count = 1 + more_headers if more_headers else 0
    return Mapping("flac", info.sample_rate, info.channels, count, longest_packet=info.max_block)


def opus_samples(start: bytes) -> int:
    """The duration of an Opus packet in samples at 48 kHz, from its first two bytes."""
    if not start:
        return 0
    configuration = start[0] >> 3
    if configuration < 12:
        frame = (480, 960, 1920, 2880)[configuration & 3]
    elif configuration < 16:
        frame = (480, 960)[configuration & 1]
    else:
        frame = (120, 240, 480, 960)[configuration & 3]
    code = start[0] & 3
    if code == 3:
        return min(frame * (start[1] & 63), _OPUS_LONGEST) if len(start) > 1 else 0
    return frame * (2 if code else 1)
