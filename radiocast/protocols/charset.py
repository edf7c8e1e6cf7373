"""Titles in whatever charset their sender believes they are in."""

from __future__ import annotations

import re

from radiocast.protocols.text import decode_text

# Only what encoders name and Python reads as text: its registry also knows `zip` and `rot13`.
_KNOWN = re.compile(
    r"utf-?8|us-ascii|ascii|latin-?\d+|iso-?8859-\d+|(?:windows-|cp)125\d"
    r"|koi8-?[ru]|shift-?jis|sjis|euc-(?:jp|kr)|gb2312|gbk|gb18030|big5"
)
_LATIN_1 = re.compile(r"latin-?1|iso-?8859-1|(?:us-)?ascii|(?:windows-|cp)1252")


def decode_claimed(data: bytes, charset: str) -> str:
    """`data` as text, given the charset its sender named ("": none). Never raises.

    The claim is believed with one exception. Multi-byte sequences that are valid
    UTF-8 are read so even if Latin-1 was claimed: plugins fill in Icecast's old
    default without recoding, and a real Latin-1 title would have to hold runs
    such as "Ã¶" or control characters. What cannot be what it claims to be, and
    what claims nothing we know, is judged by its bytes.
    """
    claimed = charset.strip().lower().replace("_", "-")
    if not _KNOWN.fullmatch(claimed) or _LATIN_1.fullmatch(claimed):
        return decode_text(data)
    try:
        return data.decode(claimed)
    except (UnicodeDecodeError, LookupError):
        return decode_text(data)
