"""The bridge frame: how a decoder joins an MP3 stream in the middle without a complaint.

A layer III frame may keep up to 511 bytes of its main data (MPEG-2: 255) in the frames before
it, the "bit reservoir" (ISO/IEC 11172-3 section 2.4.2.7, main_data_begin). Encoders such as
lame do so in nearly every frame, so whoever joins has two or three frames a decoder cannot
decode. The bridge frame is silent (side information of zeros asks for no main data) and carries
the missing bytes in the place where main data would be: in the decoder they become the
reservoir of the frame that follows.
"""

from __future__ import annotations

from collections.abc import Sequence

from radiocast.formats.mpeg_header import (
    HEADER_LENGTH,
    MPEG_1,
    RESERVOIR,
    RESERVOIR_MPEG_2,
    FrameHeader,
    parse_header,
)

BRIDGE_NEEDS = 16
"""How many frames before the join are enough: of 32 kbit/s at 48 kHz, nine hold 511 bytes;
of 8 kbit/s at 8 kHz, five hold 255. (Only 8 kbit/s at 24 kHz, the silence in a VBR stream of
MPEG-2, may need more; then the first frames after the bridge stay silent.)"""

_NO_CRC = 0x01
_RATE_INDEX = 0x0C


def bridge(before: Sequence[bytes]) -> bytes:
    """A frame to send in front of the one that follows `before`.

    `before`: whole frames, oldest first, `BRIDGE_NEEDS` of them or more where there
    are as many. Empty if no bridge is needed or possible: there are no frames,
    they are not layer III, or the last one is not what its header says.
    """
    if not before:
        return b""
    last = _whole_frame(before[-1])
    if last is None or last.layer != 3:
        return b""
    reservoir = _reservoir(before, last)
    frame = _silence(before[-1], len(reservoir))
    return frame[: len(frame) - len(reservoir)] + reservoir


def _reservoir(before: Sequence[bytes], last: FrameHeader) -> bytes:
    """The end of the main data in `before`, as much as a frame can refer to."""
    limit = RESERVOIR if last.version == MPEG_1 else RESERVOIR_MPEG_2
    main_data = b""
    for frame in reversed(before):
        header = _whole_frame(frame)
        if len(main_data) >= limit or header is None or header.stream != last.stream:
            break
        main_data = frame[header.main_data_at :] + main_data
    return main_data[-limit:]


def _silence(like: bytes, room: int) -> bytes:
    """The shortest silent frame of this frame's stream with so many bytes of main data."""
    sync, rate = like[1] | _NO_CRC, like[2] & _RATE_INDEX
    for bitrate_index in range(1, 15):
        head = bytes((like[0], sync, bitrate_index << 4 | rate, like[3]))
        header = parse_header(head)
        if header is not None and header.length - header.main_data_at >= room:
            return head.ljust(header.length, b"\0")
    raise AssertionError("192 kbit/s is enough for MPEG-1, 96 for MPEG-2")  # pragma: no cover


def _whole_frame(frame: bytes) -> FrameHeader | None:
    header = parse_header(frame[:HEADER_LENGTH])
    return header if header is not None and header.length == len(frame) else None
