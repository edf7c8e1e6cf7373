"""The header of an Ogg stream for a reader that joins late.

Its pages bear the numbers of the stream's beginning, and the reader's first page a much later
one. libogg takes the gap for lost pages, and decoders that tell their user about it (oggdec,
ogg123) do: "hole in data". So the header's pages are numbered again, to end where the reader
begins. Nothing else in them changes, and no page of the log does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from radiocast.formats.ogg.page import Page, measure_page, parse_page


def late_header(header: bytes, before: Sequence[bytes]) -> bytes:
    """The `header` pages, numbered so that the page after `before` follows them.

    `before`: what precedes the reader's first page in the same stream, in whole
    pages. A logical stream without a page in it keeps its numbers.
    """
    follows = {page.serial: page.sequence + 1 for page in _pages(b"".join(before))}
    pages = list(_pages(header))
    left = Counter(page.serial for page in pages)
    numbered = []
    for page in pages:
        if page.serial in follows:
            sequence = (follows[page.serial] - left[page.serial]) % 2**32
            left[page.serial] -= 1
            numbered.append(page.renumbered(sequence))
        else:
            numbered.append(page.data)
    return b"".join(numbered)


def _pages(data: bytes) -> Iterator[Page]:
    at, buffer = 0, bytearray(data)
    while at < len(data):
        length = measure_page(buffer, at)
        page = parse_page(data[at : at + length]) if length else None
        if page is None:
            raise AssertionError("the framer gives out whole pages only")
        yield page
        at += len(page.data)
