"""EBML elements: an ID, a size, and what is in it. RFC 8794; IDs from RFC 9559 (Matroska)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

MAX_HEAD = 12
"""Bytes: an ID of up to 4 and a size of up to 8."""


class Id(IntEnum):
    """The elements we have to know, by the bytes of their ID."""

    EBML = 0x1A45DFA3
    SEGMENT = 0x18538067
    SEEK_HEAD = 0x114D9B74
    INFO = 0x1549A966
    TIMESTAMP_SCALE = 0x2AD7B1
    TITLE = 0x7BA9
    TRACKS = 0x1654AE6B
    TRACK_ENTRY = 0xAE
    TRACK_NUMBER = 0xD7
    TRACK_TYPE = 0x83
    CODEC_ID = 0x86
    AUDIO = 0xE1
    SAMPLING_FREQUENCY = 0xB5
    CHANNELS = 0x9F
    CHAPTERS = 0x1043A770
    ATTACHMENTS = 0x1941A469
    CUES = 0x1C53BB6B
    TAGS = 0x1254C367
    TAG = 0x7373
    SIMPLE_TAG = 0x67C8
    TAG_NAME = 0x45A3
    TAG_STRING = 0x4487
    CLUSTER = 0x1F43B675
    TIMESTAMP = 0xE7
    SILENT_TRACKS = 0x5854
    POSITION = 0xA7
    PREVIOUS_SIZE = 0xAB
    SIMPLE_BLOCK = 0xA3
    BLOCK_GROUP = 0xA0
    BLOCK = 0xA1
    REFERENCE_BLOCK = 0xFB
    ENCRYPTED_BLOCK = 0xAF
    VOID = 0xEC
    CRC_32 = 0xBF


@dataclass(frozen=True, slots=True)
class Head:
    """The start of an element."""

    id: int
    length: int
    """Bytes of the head itself; 0: there can be no element like this."""
    size: int | None
    """Bytes of what is in the element; None: until something comes that cannot be in it."""


NO_ELEMENT = Head(0, 0, 0)


def read_head(data: bytes | bytearray, at: int) -> Head | None:
    """The head of the element at `at`; None: too few bytes to tell. NO_ELEMENT: there is none."""
    if at >= len(data):
        return None
    id_length = 9 - data[at].bit_length()
    if id_length > 4:
        return NO_ELEMENT
    size_at = at + id_length
    if size_at >= len(data):
        return None
    size_length = 9 - data[size_at].bit_length()
    if size_length > 8:
        return NO_ELEMENT
    end = size_at + size_length
    if end > len(data):
        return None
    ones = (1 << 7 * size_length) - 1
    size = int.from_bytes(data[size_at:end], "big") & ones
    return Head(int.from_bytes(data[at:size_at], "big"), end - at, None if size == ones else size)


def children(data: bytes) -> Iterator[tuple[int, bytes]]:
    """ID and content of the elements in `data`, as far as they are whole."""
    at = 0
    while head := read_head(data, at):
        start = at + head.length
        if not head.length or head.size is None or start + head.size > len(data):
            return
        at = start + head.size
        yield head.id, data[start:at]


def to_number(content: bytes) -> int:
    """The unsigned integer that an element holds; 0 if it is empty."""
    return int.from_bytes(content[:8], "big")
