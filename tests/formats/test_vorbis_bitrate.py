from __future__ import annotations

import pytest

from radiocast.formats.ogg.vorbis_bitrate import nominal_bitrate
from tests.media import MEDIA


def test_what_oggenc_aims_at_is_found_in_its_headers() -> None:
    whole = (MEDIA / "vorbis-small-pages.ogg").read_bytes()
    assert nominal_bitrate(whole) == 112_000  # as ffprobe and vorbiscomment say


@pytest.mark.parametrize(
    "header", [b"", b"OggS", b"\x01vorbis", b"\x01vorbis" + bytes(21), b"OpusHead" + bytes(50)]
)
def test_what_says_nothing_says_nothing(header: bytes) -> None:
    assert nominal_bitrate(header) == 0


def test_less_than_nothing_is_nothing() -> None:
    assert nominal_bitrate(b"\x01vorbis" + b"\xff" * 21) == 0
