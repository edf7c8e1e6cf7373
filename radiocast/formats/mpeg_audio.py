"""MPEG-1, MPEG-2 and MPEG-2.5 audio, layers I to III: "MP3" and its family.

What files carry beside audio is skipped: tags, and the silent first frame in which encoders
write how long the file is (Xing, Info, VBRI): in an endless stream it would be a lie, and
between two files an audible gap. Such frames are described in Xing's "VBR
header SDK" and Fraunhofer's "VBRI" documentation.
"""

from __future__ import annotations

from radiocast.formats._base import StreamStart
from radiocast.formats.mpeg_free_format import FreeFormatWatch
from radiocast.formats.mpeg_header import (
    CRC_LENGTH,
    HEADER_LENGTH,
    MAX_FRAME_LENGTH,
    RESERVOIR,
    FrameHeader,
    main_data_begin,
    parse_header,
)
from radiocast.formats.sync import SyncFramer, candidates

_XING = (b"Xing", b"Info")
_VBRI = b"VBRI"
_VBRI_AT = HEADER_LENGTH + 32
"""Whatever the side information's length."""


class MpegAudioFramer(SyncFramer[FrameHeader]):
    """A Framer for MPEG audio. Raises FormatError for a stream of free format.

    A change of version, layer, sample rate or of mono to stereo begins a new stream; other
    bitrates and kinds of stereo do not.

    A source that was cut out of the middle of something begins with layer III frames whose
    main data lies in frames that nobody has (see `mpeg_bridge`). They are no entries; the
    first that is, is the first whose bit reservoir can be rebuilt from the frames before it.
    """

    max_buffered = MAX_FRAME_LENGTH + HEADER_LENGTH
    """The longest frame and the header that confirms it."""
    header_length = HEADER_LENGTH
    # Sync; version (not 01) and layer (not 00); bitrate (not 0000, 1111) and rate (not 11).
    candidates = candidates(
        rb"\xff",
        rb"[\xe2-\xe7\xf2-\xf7\xfa-\xff]",
        b"[" + b"".join(rb"\x%x0-\x%xb" % (bitrate, bitrate) for bitrate in range(1, 15)) + b"]",
    )

    def __init__(self) -> None:
        super().__init__()
        self._free_format: FreeFormatWatch | None = FreeFormatWatch()
        self._reservoir = 0  # bytes of main data in a row before the next frame, up to RESERVOIR

    def parse(self, data: bytes, at: int) -> FrameHeader | None:
        return parse_header(data, at)

    def start(self, header: FrameHeader, frame: bytes) -> StreamStart:
        self._free_format = None
        self._reservoir = 0
        return StreamStart(f"mp{header.layer}", header.sample_rate, header.channels)

    def is_audio(self, header: FrameHeader, frame: bytes) -> bool:
        if header.layer != 3:
            return True
        at = header.main_data_at
        # lame counts a CRC where ffmpeg does not.
        return not (
            frame.startswith(_XING, at)
            or frame.startswith(_VBRI, _VBRI_AT)
            or frame.startswith(_XING, at - CRC_LENGTH)
        )

    def is_entry(self, header: FrameHeader, frame: bytes) -> bool:
        if self._reservoir >= RESERVOIR or header.layer != 3:
            return True
        complete = main_data_begin(header, frame) <= self._reservoir
        self._reservoir = min(RESERVOIR, self._reservoir + header.length - header.main_data_at)
        return complete

    def passed(self, junk: bytes) -> None:
        self._reservoir = 0
        if self._free_format is not None:
            self._free_format.feed(junk)
