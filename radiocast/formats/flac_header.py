"""What STREAMINFO and a FLAC frame's header say. RFC 9639 sections 8.2 and 9.1."""

from __future__ import annotations

from dataclasses import dataclass

STREAMINFO_LENGTH = 34
MAX_FRAME_HEADER = 16
"""Bytes: sync 2, codes 2, number up to 7, block size 2, rate 2, CRC-8 1."""

SECOND_CODES = frozenset(code for code in range(256) if code >> 4 and code & 15 != 15)
"""Byte 2 of a frame header: block size (0 is reserved) and rate (15 is forbidden)."""
THIRD_CODES = frozenset(code for code in range(0, 256, 2) if code >> 4 <= 10 and code >> 1 & 7 != 3)
"""Byte 3: channels, bits per sample, a reserved bit."""

_RATES = (0, 88200, 176400, 192000, 8000, 16000, 22050, 24000, 32000, 44100, 48000, 96000)
_BITS = (0, 8, 12, 0, 16, 20, 24, 32)


@dataclass(frozen=True, slots=True)
class StreamInfo:
    """The metadata block every FLAC stream begins with."""

    max_block: int
    """Samples per channel in the longest frame."""
    sample_rate: int
    channels: int
    bits: int

    @property
    def max_frame(self) -> int:
        """Bytes no frame exceeds: what it would have if nothing in it could be compressed.

        The field that says so is 0 in live streams. One more bit per sample for a
        side channel; frame header and footer, subframe headers with wasted bits.
        """
        samples = self.channels * self.max_block * (self.bits + 1)
        return MAX_FRAME_HEADER + 2 + 6 * self.channels + (samples + 7) // 8


def parse_streaminfo(block: bytes) -> StreamInfo:
    """Read the STREAMINFO_LENGTH bytes of the block."""
    packed = int.from_bytes(block[10:14], "big")  # rate:20 channels-1:3 bits-1:5 samples:4
    return StreamInfo(
        max_block=int.from_bytes(block[2:4], "big"),
        sample_rate=packed >> 12,
        channels=(packed >> 9 & 7) + 1,
        bits=(packed >> 4 & 31) + 1,
    )


@dataclass(frozen=True, slots=True)
class FrameHeader:
    """A frame header whose CRC-8 is right."""

    variable: bool
    """Whether `number` counts samples, because blocks differ in size; else it counts frames."""
    number: int
    samples: int
    sample_rate: int
    """In Hz; 0: as STREAMINFO says."""
    channels: int
    bits: int
    """Per sample; 0: as STREAMINFO says."""

    def fits(self, info: StreamInfo) -> bool:
        """Whether a frame of this stream can have this header."""
        return (
            self.samples <= info.max_block
            and self.channels == info.channels
            and self.sample_rate in (0, info.sample_rate)
            and self.bits in (0, info.bits)
        )

    def follows(self, before: FrameHeader) -> bool:
        """Whether this is the very next frame after `before`."""
        step = before.samples if before.variable else 1
        return self.variable == before.variable and self.number == before.number + step


def parse_frame_header(data: bytes) -> FrameHeader | None:
    """Read a header at the start of `data` (MAX_FRAME_HEADER bytes are enough).

    None: there is none, or it is not whole.
    """
    if len(data) < 6 or data[0] != 0xFF or data[1] & 0xFE != 0xF8:
        return None
    if data[2] not in SECOND_CODES or data[3] not in THIRD_CODES:
        return None
    block_code, rate_code = data[2] >> 4, data[2] & 15
    channel_code, bits_code = data[3] >> 4, data[3] >> 1 & 7
    number = _coded_number(data)
    if number is None:
        return None
    value, at = number
    samples_at = at
    at += {6: 1, 7: 2}.get(block_code, 0)
    samples = _block_size(block_code, data[samples_at:at])
    rate_at = at
    at += {12: 1, 13: 2, 14: 2}.get(rate_code, 0)
    rate = _sample_rate(rate_code, data[rate_at:at])
    if len(data) <= at or crc8(data[:at]) != data[at]:
        return None
    channels = channel_code + 1 if channel_code < 8 else 2
    return FrameHeader(bool(data[1] & 1), value, samples, rate, channels, _BITS[bits_code])


def _block_size(code: int, extra: bytes) -> int:
    match code:
        case 1:
            return 192
        case 2 | 3 | 4 | 5:
            return 144 << code
        case 6 | 7:
            return int.from_bytes(extra, "big") + 1
        case _:
            return 1 << code


def _sample_rate(code: int, extra: bytes) -> int:
    if code < len(_RATES):
        return _RATES[code]
    return int.from_bytes(extra, "big") * {12: 1000, 13: 1, 14: 10}[code]


def _coded_number(data: bytes) -> tuple[int, int] | None:
    """The frame or sample number at byte 4, coded like UTF-8 up to 36 bits, and where it ends."""
    first = data[4]
    if first < 0x80:
        return first, 5
    more = 7 - (first ^ 0xFF).bit_length()  # ones at the start, without the first of them
    rest = data[5 : 5 + more]
    if not 1 <= more <= 6 or len(rest) < more or any(byte & 0xC0 != 0x80 for byte in rest):
        return None
    value = first & (0x3F >> more)
    for byte in rest:
        value = value << 6 | byte & 0x3F
    return value, 5 + more


def _crc8_table() -> bytes:
    table = bytearray()
    for crc in range(256):
        for _ in range(8):
            crc = crc << 1 ^ (0x107 if crc & 0x80 else 0)
        table.append(crc)
    return bytes(table)


_CRC8 = _crc8_table()


def crc8(data: bytes) -> int:
    """The checksum of a frame header (polynomial 0x07). RFC 9639 section 9.1.8."""
    crc = 0
    for byte in data:
        crc = _CRC8[crc ^ byte]
    return crc
