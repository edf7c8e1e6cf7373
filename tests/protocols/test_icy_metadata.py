from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from radiocast.formats import Title
from radiocast.protocols.icy_metadata import EMPTY_BLOCK, MAX_TEXT, interleave, metadata_block
from tests.icy import strip

# As ffmpeg, gst and MPD read it: from the first quote to the first "';".
BEGIN, END = "StreamTitle='", "';"


def shown(block: bytes) -> str:
    """The title a player shows for a block."""
    text = block[1:].rstrip(b"\0").decode()
    assert text.startswith(BEGIN)
    return text[len(BEGIN) : text.index(END)]


def test_a_block_is_what_icecast_sends() -> None:
    assert metadata_block(None) == b"\x01StreamTitle='';\0"
    assert metadata_block(Title("Artist - Title")) == (b"\x02StreamTitle='Artist - Title';\0\0\0")
    assert metadata_block(Title("T", url="http://x/")) == (
        b"\x03StreamTitle='T';StreamUrl='http://x/';" + b"\0" * 10
    )


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Don't - Björk's Jóga", "Don't - Björk's Jóga"),
        ("It's a 'quote'; x", "It's a 'quote’; x"),  # noqa: RUF001
        ("'\x00; a\nb\x85", "’; a b"),  # noqa: RUF001
        ("ends with '", "ends with '"),
        (";begins", " ;begins"),
        ("日本", "日本"),
        ("\ud800", "?"),
    ],
)
def test_players_show_the_whole_title(text: str, title: str) -> None:
    assert shown(metadata_block(Title(text))) == title


def test_an_address_cannot_end_itself() -> None:
    block = metadata_block(Title("t", url="http://x/';StreamTitle='other"))
    assert block.count(b"';") == 2
    assert b"%27;StreamTitle=%27other" in block


def test_a_long_title_is_cut_between_two_characters() -> None:
    block = metadata_block(Title("a" + "é" * 2000, url="http://x/"))
    assert len(block) == 1 + MAX_TEXT
    assert shown(block) == "a" + "é" * ((MAX_TEXT - len(BEGIN) - len(END) - 1) // 2)
    assert b"StreamUrl" not in block


@given(st.text(max_size=3000), st.text(max_size=100))
@settings(max_examples=100)
@example("x" * (MAX_TEXT - 15), "u")
@example("';" * 1000, "';")
@example(";", ";")
def test_every_block_is_sound(text: str, url: str) -> None:
    block = metadata_block(Title(text, url=url))
    assert len(block) == 1 + block[0] * 16 <= 1 + MAX_TEXT
    said = block[1:].rstrip(b"\0")
    assert len(block) - 1 - len(said) < 16
    assert said.endswith(b"';")
    assert b"\0" not in said
    name, *others, nothing = said.split(b"';")  # as GStreamer reads it
    assert name.startswith(b"StreamTitle='")
    assert all(other.startswith(b"StreamUrl='") for other in others)
    assert len(others) <= 1
    assert nothing == b""
    said.decode()


@given(
    st.binary(max_size=300),
    st.integers(1, 40),
    st.data(),
    st.lists(st.integers(0, 300), max_size=6),
)
@settings(max_examples=200)
def test_players_get_the_audio_back_wherever_it_was_cut(
    audio: bytes, metaint: int, data: st.DataObject, cuts: list[int]
) -> None:
    block = metadata_block(Title("a"))
    until, body, blocks = metaint, b"", 0
    bounds = sorted(min(cut, len(audio)) for cut in cuts)
    for start, end in zip([0, *bounds], [*bounds, len(audio)], strict=True):
        with_title = data.draw(st.booleans())
        piece, until = interleave(
            audio[start:end], metaint, until, block if with_title else EMPTY_BLOCK
        )
        assert 0 < until <= metaint
        due = len(piece) > end - start
        blocks += due and with_title
        body += piece
    found, texts = strip(body, metaint)
    assert found == audio
    assert [text for _, text in texts] == ["StreamTitle='a';"] * blocks
    assert all(position % metaint == 0 for position, _ in texts)


def test_the_first_block_due_has_the_title_and_later_ones_nothing() -> None:
    assert interleave(b"abcdefgh", 3, 2, b"T") == (b"abTcde\0fgh\0", 3)
    assert interleave(b"abcd", 3, 0, b"T") == (b"Tabc\0d", 2)
    assert interleave(b"ab", 3, 3, b"T") == (b"ab", 1)
    assert interleave(b"", 3, 2, b"T") == (b"", 2)
