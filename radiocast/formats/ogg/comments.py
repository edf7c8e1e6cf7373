"""Vorbis comments, which Vorbis, Opus, FLAC, Speex and Theora share.

Vorbis I specification, section 5; RFC 7845 section 5.2; RFC 9639 section 8.6.
"""

from __future__ import annotations

from radiocast.formats._base import Title

MAX_COMMENTS = 1000
"""How many are read. Real files have a few dozen."""


def parse_comments(block: bytes) -> dict[str, list[str]]:
    """Values by upper-case name, from the vendor string on. What is cut off or broken is left out.

    >>> parse_comments(b"\\x02\\0\\0\\0me" + b"\\x01\\0\\0\\0" + b"\\x07\\0\\0\\0title=x")
    {'TITLE': ['x']}
    """
    comments: dict[str, list[str]] = {}
    at = 4 + _number(block, 0)
    count = min(_number(block, at), MAX_COMMENTS)
    at += 4
    for _ in range(count):
        start, at = at + 4, at + 4 + _number(block, at)
        if at > len(block):
            break
        name, equals, value = block[start:at].decode("utf-8", "replace").partition("=")
        if equals:
            comments.setdefault(name.upper(), []).append(value)
    return comments


def parse_title(block: bytes) -> Title | None:
    """What the comments say is playing; None: they name neither artist nor title."""
    comments = parse_comments(block)
    artist = ", ".join(filter(None, map(str.strip, comments.get("ARTIST", []))))
    title = ", ".join(filter(None, map(str.strip, comments.get("TITLE", []))))
    if not artist and not title:
        return None
    return Title(" - ".join(filter(None, [artist, title])), artist, title)


def _number(block: bytes, at: int) -> int:
    return int.from_bytes(block[at : at + 4], "little")
