from __future__ import annotations

import pytest

from radiocast.formats import Frame, StreamStart
from radiocast.formats.adts import AdtsFramer
from radiocast.mux.adts import adts_header


@pytest.mark.parametrize(
    ("config", "rate", "channels"),
    [("1190", 48000, 2), ("1210", 44100, 2), ("1388", 22050, 1), ("1188", 48000, 1)],
)
def test_our_framer_reads_the_header_as_it_was_meant(config: str, rate: int, channels: int) -> None:
    frame = adts_header(bytes.fromhex(config), 200) + bytes(200)
    framer = AdtsFramer()
    start, *frames = framer.feed(frame * 3) + framer.close()
    assert start == StreamStart("aac", rate, channels)
    assert frames == [Frame(frame, 1024)] * 3
