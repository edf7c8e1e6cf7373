from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.protocols.text import decode_text, has_controls, one_line, parse_number


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"Bj\xc3\xb6rk", "Björk"),
        (b"Bj\xf6rk", "Björk"),
        (b"It\x92s 5 \x80", "It’s 5 €"),  # noqa: RUF001
        (b"\x81\xf6", "\x81ö"),  # 0x81 means nothing in Windows-1252
        (b"", ""),
    ],
)
def test_text_is_utf8_or_what_windows_calls_latin_1(data: bytes, text: str) -> None:
    assert decode_text(data) == text


@given(st.binary())
def test_all_bytes_are_some_text(data: bytes) -> None:
    assert isinstance(decode_text(data), str)


@given(st.text())
def test_utf8_stays_what_it_was(text: str) -> None:
    assert decode_text(text.encode()) == text


@given(st.text())
def test_one_line_is_one_line(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert line == line.strip() == one_line(line)
    assert not has_controls(line)


def test_words_stay_apart_where_a_line_ended() -> None:
    assert one_line("\ta\r\nb\x00c\x1b\x7fd\u2028e ") == "a  bcd e"


@pytest.mark.parametrize("text", ["", "+1", "-1", "1_0", " 1", "1.0", "٣", "²", "1" * 19])
def test_only_plain_numbers_are_numbers(text: str) -> None:
    assert parse_number(text) is None


def test_a_plain_number_is_read() -> None:
    assert parse_number("0128") == 128
    assert parse_number("1234", digits=3) is None
