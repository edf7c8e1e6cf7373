"""AAC in ADTS: the seven bytes in front of each frame. ISO/IEC 14496-3 section 1.A.2.2."""

from __future__ import annotations

from radiocast.formats.adts import HEADER_LENGTH

_SYNC_MPEG_4_NO_CRC = 0xFFF1
_VARIABLE_RATE = 0x7FF


def adts_header(config: bytes, length: int) -> bytes:
    """The header of a frame with `length` bytes of AAC.

    `config`: the encoder's AudioSpecificConfig (section 1.6.2.1), which holds the profile, the
    sampling frequency's index and the channel configuration in its first 13 bits.

    >>> adts_header(bytes.fromhex("1190"), 100).hex()
    'fff14c800d7ffc'
    """
    bits = int.from_bytes(config[:2], "big")
    object_type, rate_index, channels = bits >> 11, bits >> 7 & 15, bits >> 3 & 15
    header = _SYNC_MPEG_4_NO_CRC
    header = header << 2 | object_type - 1
    header = header << 4 | rate_index
    header = header << 4 | channels  # behind the private bit, which is 0
    header = header << 4  # original, home, two copyright bits
    header = header << 13 | HEADER_LENGTH + length
    header = header << 11 | _VARIABLE_RATE
    header = header << 2  # one raw data block
    return header.to_bytes(HEADER_LENGTH, "big")
