"""Titles as Vorbis comments: Vorbis I specification, section 5; RFC 7845 section 5.2; RFC 9639
section 8.6. Read again by `radiocast.formats.ogg.comments`."""

from __future__ import annotations

from radiocast.formats import Title

VENDOR = "radiocast"
MAX_TEXT = 1000
"""Characters of one comment. Each listener who joins gets them all first."""


def comment_block(title: Title | None) -> bytes:
    """From the vendor string on: what Vorbis, Opus and FLAC have in common.

    >>> comment_block(Title("Song", title="Song"))
    b'\\t\\x00\\x00\\x00radiocast\\x01\\x00\\x00\\x00\\n\\x00\\x00\\x00TITLE=Song'
    """
    fields = {"ARTIST": title.artist, "TITLE": title.title} if title else {}
    if title and not any(fields.values()):
        fields = {"TITLE": title.text}
    comments = [f"{name}={text[:MAX_TEXT]}" for name, text in fields.items() if text]
    return _text(VENDOR) + _number(len(comments)) + b"".join(map(_text, comments))


def _text(text: str) -> bytes:
    encoded = text.encode("utf-8", "replace")  # half a surrogate pair from a file's name
    return _number(len(encoded)) + encoded


def _number(number: int) -> bytes:
    return number.to_bytes(4, "little")
