"""Whatever bytes come, a decoder gives sound or says why not, soon and in no other way."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.codecs.audio import LOUDEST, RATE, Audio
from radiocast.codecs.decode import FileDecoder, StreamDecoder
from radiocast.codecs.errors import CodecError
from radiocast.codecs.unpack.webm import unlaced
from tests.media import media
from tests.strategies import chunked, damaged

FILES = [
    "vbr-info-id3.mp3",
    "lc.aac",
    "vorbis-small-pages.ogg",
    "opus.opus",
    "flac.oga",
    "fixed.flac",
    "opus-file.webm",
    "vorbis.webm",
    "aac.mka",
    "gapless/aac-48000.m4a",
]
patient = settings(max_examples=8, deadline=timedelta(seconds=5))


def check(audio: Audio) -> None:
    assert audio.dtype == np.float32
    assert audio.shape[1] == 2
    assert not len(audio) or np.abs(audio).max() <= LOUDEST


@pytest.mark.parametrize("name", FILES)
@given(data=st.data())
@patient
def test_a_damaged_file_plays_or_says_why_not(name: str, data: st.DataObject) -> None:
    with TemporaryDirectory() as directory:
        path = Path(directory) / Path(name).name
        path.write_bytes(data.draw(damaged(media(name))))
        try:
            decoder = FileDecoder(path)
        except CodecError:
            return
        while len(audio := decoder.read(RATE)):
            check(audio)
        decoder.close()


@pytest.mark.parametrize("name", FILES[:-1])
@given(data=st.data())
@patient
def test_a_damaged_stream_is_heard_as_far_as_it_goes(name: str, data: st.DataObject) -> None:
    decoder = StreamDecoder("")
    with suppress(CodecError):
        for piece in data.draw(chunked(data.draw(damaged(media(name))), max_cuts=5)):
            check(decoder.feed(piece))
        check(decoder.close())


@given(st.binary(max_size=60), st.sampled_from([0, 2, 4, 6]))
def test_what_a_webm_block_holds_is_never_more_than_was_there(data: bytes, lacing: int) -> None:
    if lacing and not data:
        return
    assert sum(map(len, unlaced(data, lacing))) <= len(data)


@given(st.lists(st.binary(max_size=600), min_size=1, max_size=5))
def test_xiph_lacing_comes_apart_as_it_was_put_together(packets: list[bytes]) -> None:
    sizes = b"".join(b"\xff" * (len(p) // 255) + bytes([len(p) % 255]) for p in packets[:-1])
    assert unlaced(bytes([len(packets) - 1]) + sizes + b"".join(packets), 2) == packets


def test_fixed_and_ebml_lacing_come_apart_too() -> None:
    assert unlaced(b"\x02aabbcc", 4) == [b"aa", b"bb", b"cc"]
    assert unlaced(b"\x02aabbc", 4) == []
    # RFC 9559 section 10.3.3: 800, then 500 as a difference of -300, then the rest.
    sizes = b"\x02" + b"\x43\x20" + b"\x5e\xd3"
    packets = [b"a" * 800, b"b" * 500, b"c" * 1000]
    assert unlaced(sizes + b"".join(packets), 6) == packets
    assert unlaced(sizes + b"a" * 700, 6) == []
