"""Text of unknown charset: playlists, and tags that claim to be Latin-1 and are not. Pure."""

from __future__ import annotations

import codecs
from collections.abc import Sequence

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decode(data: bytes, charsets: Sequence[str] = ()) -> str:
    """`data` by its byte order mark, else as UTF-8, the first of `charsets` that fits, or
    Windows-1252, which old players on Windows wrote. Never raises."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace")
    for name in ("utf-8", *charsets, "cp1252"):
        text = _decoded(data, name)
        if text is not None:
            return text
    return data.decode("latin-1")


def repair(text: str, charsets: Sequence[str] = ()) -> str:
    """`text` that was read as Latin-1 only because its tag said so.

    UTF-8 is recognised for certain. Of `charsets` the first that fits counts: they are the
    operator's word on what the collection's old tags are in.
    """
    try:
        data = text.encode("latin-1")
    except UnicodeEncodeError:
        return text
    if data.isascii():
        return text
    for name in ("utf-8", *charsets):
        repaired = _decoded(data, name)
        if repaired is not None:
            return repaired
    return text


def _decoded(data: bytes, charset: str) -> str | None:
    try:
        return data.decode(charset)
    except (UnicodeError, LookupError):
        return None
