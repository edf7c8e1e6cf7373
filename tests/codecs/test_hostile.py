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
