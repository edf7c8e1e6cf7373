"""The four bytes in front of each MPEG audio frame.

ISO/IEC 11172-3 section 2.4.2.3 (header) and 2.4.3.1 (frame length), ISO/IEC 13818-3
section 2.4.2 (half sample rates), and the "MPEG-2.5" convention for quarter rates,
which takes the last of the twelve sync bits as a third version.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

HEADER_LENGTH = 4
MAX_FRAME_LENGTH = 2881
"""In bytes: layer II at 160 kbit/s and 8 kHz, padded."""
CRC_LENGTH = 2
RESERVOIR = 511
"""Bytes of main data a layer III frame may have in the frames before it: what nine bits can say."""
RESERVOIR_MPEG_2 = 255
"""The same in MPEG-2 and 2.5, which have eight bits for it."""

MPEG_1, MPEG_2, MPEG_2_5 = 3, 2, 0
MONO = 3

_SAMPLE_RATES = {
    MPEG_1: (44100, 48000, 32000),
    MPEG_2: (22050, 24000, 16000),
    MPEG_2_5: (11025, 12000, 8000),
}
_LOW_RATE_KBPS = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_BITRATES_KBPS = {
    (True, 1): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 1): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): _LOW_RATE_KBPS,
    (False, 3): _LOW_RATE_KBPS,
}
_SYNC = 0xFFE00000
_MEANS_SOMETHING = 0xFFFFFEC0
"""All but the private bit, mode extension, copyright, original and emphasis."""
_SAME_STREAM = 0x001E0C00
"""Version, layer and sample rate."""


@dataclass(frozen=True, slots=True)
class FrameHeader:
    """One frame header, decoded."""

    version: int
    """The two header bits: `MPEG_1`, `MPEG_2` or `MPEG_2_5`."""
    layer: int
    sample_rate: int
    """In Hz."""
    channels: int
    length: int
    """Of the whole frame in bytes, this header included."""
    samples: int
    """Per channel."""
    main_data_at: int
    """Layer III: where, in the frame, side information ends and main data begins."""
    stream: int
    """Equal for all frames one decoder set-up can play: version, layer, rate, mono or not.
    Bitrate, padding and the kinds of stereo may change from frame to frame."""


@cache  # bounded by the bits that mean something: some 6,000 headers
def _parse(word: int) -> FrameHeader | None:
    version, layer = word >> 19 & 3, 4 - (word >> 17 & 3)
    bitrate_index, rate_index, padding = word >> 12 & 15, word >> 10 & 3, word >> 9 & 1
    if version == 1 or layer == 4 or bitrate_index in (0, 15) or rate_index == 3:
        return None
    bits_per_second = 1000 * _BITRATES_KBPS[version == MPEG_1, layer][bitrate_index - 1]
    rate = _SAMPLE_RATES[version][rate_index]
    if layer == 1:
        samples, length = 384, (12 * bits_per_second // rate + padding) * 4
    else:
        samples = 576 if layer == 3 and version != MPEG_1 else 1152
        length = samples // 8 * bits_per_second // rate + padding
    mono = word >> 6 & 3 == MONO
    crc = 0 if word >> 16 & 1 else CRC_LENGTH
    return FrameHeader(
        version=version,
        layer=layer,
        sample_rate=rate,
        channels=1 if mono else 2,
        length=length,
        samples=samples,
        main_data_at=HEADER_LENGTH + crc + side_info_length(version, mono=mono),
        stream=word & _SAME_STREAM | mono,
    )


def parse_header(data: bytes, at: int = 0) -> FrameHeader | None:
    """Decode the header at `at`; None: those four bytes are none, or are of free format."""
    word = int.from_bytes(data[at : at + HEADER_LENGTH], "big")
    if word < _SYNC:  # fewer than four bytes end up here, too
        return None
    return _parse(word & _MEANS_SOMETHING)


def side_info_length(version: int, *, mono: bool) -> int:
    """Bytes of layer III side information (11172-3 section 2.4.1.7, 13818-3 section 2.4.1.7)."""
    if version == MPEG_1:
        return 17 if mono else 32
    return 9 if mono else 17


def main_data_begin(header: FrameHeader, frame: bytes) -> int:
    """How many bytes of a layer III frame's main data lie in the frames before it: the first
    bits of its side information (11172-3 section 2.4.1.7, 13818-3 section 2.4.1.7)."""
    mono = header.channels == 1
    at = header.main_data_at - side_info_length(header.version, mono=mono)
    if header.version == MPEG_1:
        return frame[at] << 1 | frame[at + 1] >> 7
    return frame[at]
