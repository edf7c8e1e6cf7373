"""An MP3 frame that needs nothing of the frames before it: where another encoder takes over.

Layer III frames keep part of their main data in the frames before (ISO/IEC 11172-3 section
2.4.2.7, main_data_begin). A frame at a higher bitrate has room for all of it, and for what
the next frame will look for. The sound is that of the frame, unlike a silent bridge frame's.
"""

from __future__ import annotations

from collections.abc import Sequence

from radiocast.formats.mpeg_header import (
    HEADER_LENGTH,
    MPEG_1,
    main_data_begin,
    parse_header,
    side_info_length,
)

_NO_CRC = 0x01
_RATE_INDEX = 0x0C


def stand_alone(frame: bytes, before: Sequence[bytes], after: bytes) -> bytes:
    """`frame` with its whole main data inside, and what `after` will refer to at its end.

    All are whole frames of one layer III stream, `before` oldest first. Gives `frame` back if
    it stands alone already, or cannot: too little is known, or no bitrate is high enough.
    """
    header, following = parse_header(frame), parse_header(after)
    if header is None or following is None or header.layer != 3:
        return frame
    needed = main_data_begin(header, frame)
    if not needed:
        return frame
    reservoir = b"".join(map(_main_data, before))[-needed:]
    data = reservoir + frame[header.main_data_at :]
    split = len(data) - main_data_begin(following, after)
    if len(reservoir) < needed or split < 0:
        return frame
    side_info = bytearray(
        frame[
            header.main_data_at
            - side_info_length(header.version, mono=header.channels == 1) : header.main_data_at
        ]
    )
    side_info[0] = 0
    if header.version == MPEG_1:
        side_info[1] &= 0x7F
    for bitrate_index in range(1, 15):
        head = bytes(
            (
                frame[0],
                frame[1] | _NO_CRC,
                bitrate_index << 4 | frame[2] & _RATE_INDEX,
                frame[3],
            )
        )
        larger = parse_header(head)
        assert larger is not None, "just the bitrate is another one"
        room = larger.length - larger.main_data_at - len(data)
        if room >= 0:
            return head + bytes(side_info) + data[:split] + bytes(room) + data[split:]
    return frame


def _main_data(frame: bytes) -> bytes:
    header = parse_header(frame[:HEADER_LENGTH])
    return frame[header.main_data_at :] if header else b""
