"""AAC in ADTS, the framing every AAC encoder streams: ISO/IEC 14496-3 section 1.A.2 (ADTS),
ISO/IEC 13818-7 section 6.2 (the same with ID 1, called MPEG-2).

HE-AAC is announced implicitly here: the header tells the rate of the core (half of what is
heard), a decoder finds the spectral band replication inside. Durations come out right that
way: 1024 samples of the core for each raw data block.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from radiocast.formats._base import StreamStart
from radiocast.formats.sync import SyncFramer, candidates

HEADER_LENGTH = 7
MAX_FRAME_LENGTH = 0x1FFF
SAMPLES_PER_BLOCK = 1024

_SAMPLE_RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000)
_LAST_RATE = 7350
_CHANNELS = (0, 1, 2, 3, 4, 5, 6, 8)
_CRC_LENGTH = 2
_NO_CRC = 1 << 40
_SYNC_AND_LAYER = 0xFFF6 << 40
_SYNC = 0xFFF0 << 40
_SAME_STREAM = 0x0008FDC0
"""ID, profile, sampling frequency index, channel configuration; of the first four bytes."""


class AdtsHeader(NamedTuple):
    """One frame header, decoded. (A tuple is made three times as fast as a dataclass.)"""

    length: int
    """Of the whole frame in bytes, this header included."""
    samples: int
    """Per channel, at `sample_rate`."""
    stream: int
    """Equal for all frames one decoder set-up can play: MPEG-2 or 4, profile, rate, channels."""


@cache  # bounded by the bits of `_SAME_STREAM`: 1,024 words at most
def _start(stream: int) -> StreamStart | None:
    rate_index, channel_configuration = stream >> 10 & 15, stream >> 6 & 7
    if rate_index > len(_SAMPLE_RATES):
        return None
    rate = (*_SAMPLE_RATES, _LAST_RATE)[rate_index]
    return StreamStart("aac", rate, _CHANNELS[channel_configuration])


def parse_header(data: bytes, at: int = 0) -> AdtsHeader | None:
    """Decode the header at `at`; None: those seven bytes are none."""
    bits = int.from_bytes(data[at : at + HEADER_LENGTH], "big")
    if bits & _SYNC_AND_LAYER != _SYNC:  # fewer than seven bytes end up here, too
        return None
    length = bits >> 13 & MAX_FRAME_LENGTH
    if length <= (HEADER_LENGTH if bits & _NO_CRC else HEADER_LENGTH + _CRC_LENGTH):
        return None
    stream = bits >> 24 & _SAME_STREAM
    if _start(stream) is None:
        return None
    return AdtsHeader(length, SAMPLES_PER_BLOCK * (1 + (bits & 3)), stream)


class AdtsFramer(SyncFramer[AdtsHeader]):
    """A Framer for AAC in ADTS.

    `StreamStart.channels` is 0 for channel configuration 0, where only the
    audio itself (a program config element) says how many there are.
    """

    max_buffered = MAX_FRAME_LENGTH + HEADER_LENGTH
    """The longest frame and the header that confirms it."""
    header_length = HEADER_LENGTH
    # Sync, ID, layer 00; profile, sampling frequency index (not above 12).
    candidates = candidates(
        rb"\xff",
        rb"[\xf0\xf1\xf8\xf9]",
        rb"[\x00-\x33\x40-\x73\x80-\xb3\xc0-\xf3]",
    )

    def parse(self, data: bytes, at: int) -> AdtsHeader | None:
        return parse_header(data, at)

    def start(self, header: AdtsHeader, frame: bytes) -> StreamStart:
        start = _start(header.stream)
        assert start is not None
        return start
