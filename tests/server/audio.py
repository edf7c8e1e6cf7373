"""MP3 frames that know their number, so that a listener's bytes can be told to the frame.

To a framer they are 128 kbit/s at 44.1 kHz; what they would sound like matters to nobody here.
"""

from __future__ import annotations

_HEADER = bytes.fromhex("fffb9064")
FRAME = 417
"""Bytes of a frame without padding."""
_NO_MAIN_DATA_BEFORE = bytes(32)
_BITRATES = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)


def frame(number: int) -> bytes:
    return (_HEADER + _NO_MAIN_DATA_BEFORE + b"%08d" % number * 50)[:FRAME]


def frames(first: int, end: int) -> bytes:
    """Frames `first` to `end`, that one excluded."""
    return b"".join(map(frame, range(first, end)))


def numbers(body: bytes) -> range:
    """Which frames `body` consists of. It must be nothing else: whole frames in a row, the last
    one perhaps cut short; before them perhaps one frame of another content (the bridge)."""
    told, *rest = runs(body)
    assert not rest, f"not in a row: {told}, {rest}"
    return told


def runs(body: bytes) -> list[range]:
    """The same for a listener that was moved: each run of frames may have a bridge before it."""
    found: list[range] = []
    bridged = True
    while body:
        number = _number(body)
        size = FRAME if number is not None else _length(body)
        piece, body = body[:size], body[size:]
        if number is None:
            bridged = True
            continue
        assert frame(number).startswith(piece), f"frame {number} is not {piece!r}"
        whole = len(piece) == FRAME
        if not bridged and found[-1].stop == number:
            found[-1] = range(found[-1].start, number + whole)
        else:
            found.append(range(number, number + whole))
        bridged = False
    return found


def _number(body: bytes) -> int | None:
    digits = body[len(_HEADER) + len(_NO_MAIN_DATA_BEFORE) :][:8]
    return int(digits) if body.startswith(_HEADER) and digits.isdigit() else None


def _length(body: bytes) -> int:
    """Of an MPEG-1 layer III frame at 44.1 kHz (ISO/IEC 11172-3 section 2.4.3.1)."""
    assert body[:2] == b"\xff\xfb", f"not at the beginning of a frame: {body[:40]!r}"
    assert not body[2] & 0x0C, "not 44.1 kHz"
    return 144_000 * _BITRATES[body[2] >> 4] // 44_100 + (body[2] >> 1 & 1)
