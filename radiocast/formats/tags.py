"""Tags that stand between the frames of MP3 and AAC files: to be skipped, never to be sent.

ID3v2 (id3.org, id3v2.4.0-structure section 3), ID3v1 (128 bytes), APEv2 (hydrogenaudio's
"APEv2 specification"). An APE tag without a header, and Lyrics3, can only be measured from
their end: whoever looks for frames passes them as noise.
"""

from __future__ import annotations

TAG_HEAD_LENGTH = 32
"""With that many bytes, `tag_length` is certain."""
TAG_MAGICS = (b"ID3", b"TAG", b"APETAGEX")

_ID3V2_HEAD = 10
_ID3V1_LENGTH = 128
_APE_HEAD = 32
_APE_IS_HEADER = 1 << 29
_LARGEST_APE = 1 << 28
"""In bytes. A size beyond what ID3v2 can say is a lie, and would silence the stream for days."""


def tag_length(data: bytes, at: int = 0) -> int:
    """How long the tag is that begins at `at`, in bytes; 0: no tag begins there."""
    if data.startswith(b"ID3", at):
        return _id3v2_length(data[at : at + _ID3V2_HEAD])
    if data.startswith(b"TAG", at):
        return _ID3V1_LENGTH
    if data.startswith(b"APETAGEX", at):
        return _ape_length(data[at : at + _APE_HEAD])
    return 0


def _id3v2_length(head: bytes) -> int:
    if len(head) < _ID3V2_HEAD or 0xFF in head[3:5] or any(byte & 0x80 for byte in head[6:]):
        return 0  # the standard's own way to tell a tag from chance
    size = 0
    for byte in head[6:]:
        size = size << 7 | byte
    has_footer = head[5] & 0x10
    return _ID3V2_HEAD + size + (_ID3V2_HEAD if has_footer else 0)


def _ape_length(head: bytes) -> int:
    if len(head) < _APE_HEAD:
        return 0
    size, flags = int.from_bytes(head[12:16], "little"), int.from_bytes(head[20:24], "little")
    if size > _LARGEST_APE or not flags & _APE_IS_HEADER:
        return _APE_HEAD
    return _APE_HEAD + size
