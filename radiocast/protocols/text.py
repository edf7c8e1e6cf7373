"""Bytes of unknown charset as text, and text that is safe to repeat.

Encoders and players name no charset, or the wrong one. Nearly all send UTF-8
today; what is not valid UTF-8 comes from older Windows programs and means
Windows-1252, which the web also reads where "Latin-1" is said.
"""

from __future__ import annotations

from html import escape

_CONTROLS = {code: " " if code in (9, 10, 13) else None for code in (*range(32), *range(127, 160))}
_CONTROLS |= {0x2028: " ", 0x2029: " "}  # line and paragraph separator: some viewers break there


def decode_text(data: bytes) -> str:
    """UTF-8 if it is, Windows-1252 if it can be, Latin-1 if not. Never raises."""
    for charset in ("utf-8", "cp1252"):
        try:
            return data.decode(charset)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def parse_number(text: str, digits: int = 18) -> int | None:
    """A plain decimal number of at most `digits` digits; None for anything else.

    `int` would also take "+1", "1_0", " 1 " and the digits of other scripts.
    """
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= digits else None


def has_controls(text: str) -> bool:
    """Whether `text` holds anything that `one_line` would take out of its middle."""
    return text.translate(_CONTROLS) != text


def one_line(text: str) -> str:
    """`text` without control characters and without white space round it.

    Line ends and tabs become spaces, all other controls (C0, DEL, C1) go. What
    comes out can stand in a header, a log line or a playlist and cannot end it.
    """
    if text.isascii() and text.isprintable():  # nearly all there is, and 20 times as fast
        return text.strip()
    return text.translate(_CONTROLS).strip()


def xml_text(text: str, *, quote: bool = False) -> str:
    """`text` on one line for an element of XML or HTML; with `quote`, for an attribute as well.

    XML has no way at all to say some code points: they are left out.

    >>> xml_text("Earth, Wind & Fire \\x07<live>")
    'Earth, Wind &amp; Fire &lt;live&gt;'
    """
    sayable = (c for c in one_line(text) if not ("\ud800" <= c <= "\udfff" or c in "\ufffe\uffff"))
    return escape("".join(sayable), quote=quote)
