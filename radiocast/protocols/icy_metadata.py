"""ICY metadata for listeners: titles between the audio, every `metaint` bytes.

A block is one length byte N and N*16 bytes of text, padded with NULs:
`StreamTitle='...';StreamUrl='...';`. There is no standard, only players:

* the title comes first and the last `;` is there, or streamripper and ffmpeg
  show nothing;
* `';` ends the title everywhere, whatever follows; a lone apostrophe is fine. A
  title that begins with `;` would end at its opening quotation mark (GStreamer);
* more than 2032 bytes make streamripper give up;
* UTF-8 is what all but streamripper expect.
"""

from __future__ import annotations

from radiocast.formats import Title
from radiocast.protocols.text import one_line

EMPTY_BLOCK = b"\0"
"""Nothing changed."""
MAX_TEXT = 127 * 16
"""Bytes of text in a block. The format could hold 255 * 16."""
_HARMLESS = "\N{RIGHT SINGLE QUOTATION MARK};"
_PREFIX, _SUFFIX = b"StreamTitle='", b"';"


def metadata_block(title: Title | None) -> bytes:
    """The block that says `title`; None clears what the player shows.

    A title too long is cut between two characters; an address that does not fit
    beside the title is left out, since half of it would lead elsewhere.
    """
    text = one_line(title.text).replace("';", _HARMLESS) if title else ""
    if text.startswith(";"):
        text = f" {text}"
    room = MAX_TEXT - len(_PREFIX) - len(_SUFFIX)
    said = _PREFIX + _cut(text.encode(errors="replace"), room) + _SUFFIX
    url = one_line(title.url).replace("'", "%27").lstrip(";") if title else ""
    url_part = f"StreamUrl='{url}';".encode(errors="replace") if url else b""
    if len(said) + len(url_part) <= MAX_TEXT:
        said += url_part
    sixteens = -(-len(said) // 16)
    return bytes([sixteens]) + said.ljust(sixteens * 16, b"\0")


def interleave(audio: bytes, metaint: int, until: int, block: bytes) -> tuple[bytes, int]:
    """`audio` with the metadata that falls due in it, and the new `until`.

    `until` is how many bytes of audio go before the next block, 0 to `metaint`.
    The first block due is `block`, later ones are empty. A block due right after
    the last byte is part of the result, so what comes back is never 0. Was any
    due? Then the result is longer than `audio`.
    """
    assert metaint > 0, "there is no metadata without an interval"
    pieces = []
    position = 0
    while len(audio) - position >= until:
        pieces += [audio[position : position + until], block]
        position += until
        until, block = metaint, EMPTY_BLOCK
    pieces.append(audio[position:])
    return b"".join(pieces), until - (len(audio) - position)


def _cut(text: bytes, room: int) -> bytes:
    """At most `room` bytes of UTF-8, without half a character at the end."""
    return text[:room].decode(errors="ignore").encode() if len(text) > room else text
