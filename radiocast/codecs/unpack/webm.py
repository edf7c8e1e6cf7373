"""Packets out of WebM and Matroska blocks. RFC 9559 sections 5.1.4 (tracks) and 10 (blocks)."""

from __future__ import annotations

from radiocast.formats.webm.ebml import Id, children, read_head, to_number
from radiocast.formats.webm.header import describe

_CODEC_PRIVATE = 0x63A2
_LACING = 0x06
_XIPH, _FIXED, _EBML = 0x02, 0x04, 0x06
_BLOCK_HEADER = 3  # two bytes of time, one of flags, after the track's number


class WebmUnpacker:
    """Takes the first audio track's packets out of a Frame of the WebmFramer."""

    def __init__(self, header: bytes) -> None:
        audio = describe(header).audio
        self._track = audio.number if audio else None
        self.extradata = _codec_private(header, self._track)

    def packets(self, data: bytes) -> tuple[list[bytes], bool]:
        packets: list[bytes] = []
        at = 0
        while (head := read_head(data, at)) and head.length:
            start = at + head.length
            if head.id == Id.CLUSTER:
                at = start
                continue
            at = start + (head.size or 0)
            content = data[start:at]
            if head.id == Id.BLOCK_GROUP:
                content = dict(children(content)).get(Id.BLOCK, b"")
            if head.id in (Id.BLOCK_GROUP, Id.SIMPLE_BLOCK):
                packets += self._block(content)
        return packets, False

    def _block(self, block: bytes) -> list[bytes]:
        track = _number(block, 0)
        if track is None or track[0] != self._track:
            return []
        start = track[1] + _BLOCK_HEADER
        return unlaced(block[start:], block[start - 1] & _LACING) if len(block) > start else []


def unlaced(data: bytes, lacing: int) -> list[bytes]:
    """The packets in a block, as its flags say (RFC 9559 section 10.3); none if they lie."""
    if not lacing:
        return [data]
    count, at = data[0] + 1, 1
    if lacing == _FIXED:
        each, odd = divmod(len(data) - at, count)
        return [] if odd else [data[at + i * each : at + (i + 1) * each] for i in range(count)]
    sizes: list[int] = []
    for _ in range(count - 1):
        read = _xiph_size(data, at) if lacing == _XIPH else _ebml_size(data, at, sizes)
        if read is None or read[0] < 0:
            return []
        size, at = read
        sizes.append(size)
    sizes.append(len(data) - at - sum(sizes))
    if sizes[-1] < 0:
        return []
    packets = []
    for size in sizes:
        packets.append(data[at : at + size])
        at += size
    return packets


def _xiph_size(data: bytes, at: int) -> tuple[int, int] | None:
    size = 0
    while at < len(data):
        size += data[at]
        at += 1
        if data[at - 1] < 255:
            return size, at
    return None


def _ebml_size(data: bytes, at: int, before: list[int]) -> tuple[int, int] | None:
    """The first size as it is, the others as the difference to the one before."""
    number = _number(data, at)
    if number is None:
        return None
    value, end = number
    if not before:
        return value, end
    return before[-1] + value - ((1 << 7 * (end - at) - 1) - 1), end


def _number(data: bytes, at: int) -> tuple[int, int] | None:
    """An EBML variable-size integer at `at` and where it ends; None: there is no whole one."""
    length = 9 - data[at].bit_length() if at < len(data) else 9
    if length > 8 or at + length > len(data):
        return None
    value = int.from_bytes(data[at : at + length], "big") & (1 << 7 * length) - 1
    return value, at + length


def _codec_private(header: bytes, track: int | None) -> bytes:
    at = 0
    while (head := read_head(header, at)) and head.length:
        start = at + head.length
        at = start + (0 if head.id == Id.SEGMENT else head.size or 0)
        if head.id != Id.TRACKS:
            continue
        for name, entry in children(header[start:at]):
            fields = dict(children(entry)) if name == Id.TRACK_ENTRY else {}
            if to_number(fields.get(Id.TRACK_NUMBER, b"")) == track:
                return fields.get(_CODEC_PRIVATE, b"")
    return b""
