from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.formats import Title
from radiocast.protocols.icy_metadata import EMPTY_BLOCK, interleave, metadata_block
from radiocast.protocols.icy_stream import Block, IcyDemuxer, title_in
from tests.strategies import chunked


def taken_apart(pieces: list[bytes], metaint: int) -> tuple[bytes, list[tuple[int, bytes]]]:
    """The audio, and each block with the bytes of audio before it."""
    demuxer = IcyDemuxer(metaint)
    audio, blocks = b"", []
    for piece in pieces:
        for found in demuxer.feed(piece):
            if isinstance(found, Block):
                blocks.append((len(audio), found.text))
            else:
                assert found
                audio += found
    return audio, blocks


@given(st.data(), st.integers(1, 200), st.binary(max_size=1000))
@settings(max_examples=300)
def test_any_cut_of_any_stream_comes_apart_alike(
    data: st.DataObject, metaint: int, audio: bytes
) -> None:
    texts = data.draw(st.lists(st.sampled_from(["", "a", "Björk - Jóga", "x" * 3000]), max_size=9))
    blocks = [metadata_block(Title(text)) if text else EMPTY_BLOCK for text in texts]
    body, expected = b"", []
    for start in range(0, len(audio), metaint):
        piece = audio[start : start + metaint]
        body += piece
        if len(piece) == metaint:
            block = blocks.pop(0) if blocks else EMPTY_BLOCK
            body += block
            if block != EMPTY_BLOCK:
                expected.append((start + metaint, block[1:].rstrip(b"\0")))
    found = taken_apart(data.draw(chunked(body)), metaint)
    assert found == (audio, expected)
    assert found == taken_apart([bytes([byte]) for byte in body], metaint)


@given(st.data(), st.integers(1, 20_000), st.binary(max_size=9000))
def test_no_bytes_make_it_stumble_or_keep_more_than_a_block(
    data: st.DataObject, metaint: int, body: bytes
) -> None:
    demuxer = IcyDemuxer(metaint)
    for piece in data.draw(chunked(body)):
        demuxer.feed(piece)
        assert len(demuxer._text) <= demuxer.max_buffered


@given(st.text(max_size=60), st.text(alphabet="abc/:.%", max_size=20))
def test_what_we_say_ourselves_is_read_back(text: str, url: str) -> None:
    block = metadata_block(Title(text, url=url))
    said = title_in(block[1:].rstrip(b"\0"))
    assert said is not None
    shown = block[1:].rstrip(b"\0").split(b"StreamTitle='")[1].split(b"';")[0].decode().strip()
    assert said.text == shown
    assert said.url == url


@given(st.binary(max_size=300))
def test_no_text_makes_it_stumble(text: bytes) -> None:
    title_in(text)
    title_in(b"StreamTitle='" + text)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (b"StreamTitle='';", ""),
        (b"StreamTitle='Rock 'n' Roll';StreamUrl='';", "Rock 'n' Roll"),
        (b"StreamTitle='It';s here';StreamUrl='http://x/';", "It';s here"),
        (b"StreamTitle='a - text=\"b\" song_spot=\"M\"';StreamUrl='null';", None),
        (b"StreamTitle='no end", "no end"),
        (b"StreamTitle='no semicolon'", "no semicolon"),
        (b"StreamTitle='Caf\xe9';", "Café"),
        ("StreamTitle='Café';".encode(), "Café"),
        (b"StreamTitle='a\nb';", "a b"),
        (b"adw_ad='true';StreamTitle='x';", "x"),
    ],
)
def test_titles_are_read_as_servers_write_them(text: bytes, title: str | None) -> None:
    said = title_in(text)
    assert said is not None
    assert said.text == (title if title is not None else 'a - text="b" song_spot="M"')


def test_a_block_without_a_title_says_none() -> None:
    assert title_in(b"StreamUrl='http://x/';") is None


def test_the_operator_may_know_the_charset() -> None:
    title = "Кино".encode("koi8-r")
    assert title_in(b"StreamTitle='" + title + b"';", "koi8-r") == Title("Кино")


def test_it_takes_apart_what_our_own_listeners_get() -> None:
    body, until = interleave(b"abcdefgh", 3, 3, metadata_block(Title("t")))
    assert until == 1
    assert taken_apart([body], 3) == (b"abcdefgh", [(3, b"StreamTitle='t';")])
