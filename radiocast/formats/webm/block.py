"""SimpleBlocks and BlockGroups: whose they are, when, and whether a player may start there.

RFC 9559 sections 10.1 and 10.2.
"""

from __future__ import annotations

from dataclasses import dataclass

from radiocast.formats.webm.ebml import Id, children

_KEY_FRAME = 0x80


@dataclass(frozen=True, slots=True)
class Block:
    """One block, without what is in it."""

    track: int
    offset: int
    """From its cluster's time, in the stream's scale."""
    key_frame: bool


def parse_block(id_: int, content: bytes) -> Block | None:
    """Read the content of a SimpleBlock or BlockGroup; None: it is too short for one."""
    if id_ == Id.BLOCK_GROUP:
        fields = dict(children(content))
        content = fields.get(Id.BLOCK, b"")
        key_frame = Id.REFERENCE_BLOCK not in fields
    length = 9 - content[0].bit_length() if content else 9
    if length > 8 or len(content) < length + 3:
        return None
    if id_ == Id.SIMPLE_BLOCK:
        key_frame = bool(content[length + 2] & _KEY_FRAME)
    track = int.from_bytes(content[:length], "big") & (1 << 7 * length) - 1
    offset = int.from_bytes(content[length : length + 2], "big", signed=True)
    return Block(track, offset, key_frame)
