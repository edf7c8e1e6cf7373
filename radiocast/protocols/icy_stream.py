"""ICY metadata taken apart: what a player does with a stream of titles between the audio.

The opposite of `icy_metadata`, for streams of other servers. A block is one length byte N and
N*16 bytes of text, padded with NULs. Servers are no better than players at quoting: a title may
hold apostrophes and even `';`, iHeart puts `key="value"` into it, and some servers forget the
last `;` or cut the text anywhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from radiocast.formats import Title
from radiocast.protocols.charset import decode_claimed
from radiocast.protocols.text import one_line

_TITLE = re.compile(rb"StreamTitle='(.*?)(?:';(?=\s*(?:[A-Za-z_]+=|\Z))|'?\Z)", re.DOTALL)
_URL = re.compile(rb"StreamUrl='([^']*)'")


@dataclass(frozen=True, slots=True)
class Block:
    """The text of a block of metadata, without its padding. Empty blocks are not told."""

    text: bytes


class IcyDemuxer:
    """Takes the metadata out of a body that has some every `metaint` bytes of audio."""

    max_buffered = 255 * 16
    """Bytes kept between two calls: of one block."""

    def __init__(self, metaint: int) -> None:
        assert metaint > 0, "there is no metadata without an interval"
        self._metaint = metaint
        self._audio_left = metaint
        self._text_left: int | None = None  # None: the length byte is still to come
        self._text = bytearray()

    def feed(self, data: bytes) -> list[bytes | Block]:
        """Audio and blocks, in the order they came. No piece of audio is empty. Never raises."""
        found: list[bytes | Block] = []
        position = 0
        while position < len(data):
            if self._audio_left:
                piece = data[position : position + self._audio_left]
                self._audio_left -= len(piece)
                position += len(piece)
                found.append(piece)
            elif self._text_left is None:
                self._text_left = data[position] * 16
                position += 1
            else:
                piece = data[position : position + self._text_left]
                self._text += piece
                self._text_left -= len(piece)
                position += len(piece)
            if self._text_left == 0:
                text = bytes(self._text).rstrip(b"\0")
                if text:
                    found.append(Block(text))
                self._text.clear()
                self._text_left, self._audio_left = None, self._metaint
        return found


def title_in(text: bytes, charset: str = "") -> Title | None:
    """The title a block's text says, empty where it clears it; None: it says none.

    `charset` is what the operator knows it to be in; otherwise its bytes tell.

    >>> title_in(b"StreamTitle='Don't - Stop';StreamUrl='http://x/';")
    Title(text="Don't - Stop", artist='', title='', url='http://x/')
    """
    said = _TITLE.search(text)
    if said is None:
        return None
    url = _URL.search(text, said.end())
    return Title(
        one_line(decode_claimed(said[1], charset)),
        url=one_line(decode_claimed(url[1], charset)) if url else "",
    )
