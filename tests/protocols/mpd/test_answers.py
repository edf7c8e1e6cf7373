"""Answers: lines whatever is in them, and a bound."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.protocols.mpd.answers import MAX_ANSWER, OK, Answer, encode_error
from radiocast.protocols.mpd.errors import Ack, MpdError

ANYTHING = st.text(st.characters())  # lone surrogates too: file names have them


def test_an_answer_is_pairs_and_its_end() -> None:
    answer = Answer()
    answer.add_all([("volume", 50), ("Title", "Þriðja ☀")])
    answer.add_binary(b"a\nOK\n")
    answer.end(OK)
    assert answer.to_bytes() == "volume: 50\nTitle: Þriðja ☀\nbinary: 5\na\nOK\n\nOK\n".encode()


@given(ANYTHING)
def test_a_value_is_one_line_of_utf8(value: str) -> None:
    answer = Answer()
    answer.add("Title", value)
    line = answer.to_bytes().decode()
    assert line.startswith("Title: ")
    assert line.index("\n") == len(line) - 1


@given(ANYTHING)
def test_an_error_is_one_line_of_utf8(text: str) -> None:
    line = encode_error(MpdError(Ack.NO_EXIST, text), "play", 3).decode()
    assert line.startswith("ACK [50@3] {play} ")
    assert line.index("\n") == len(line) - 1


def test_an_answer_has_an_end() -> None:
    answer = Answer()
    lines = [("file", "x" * 1000)] * (MAX_ANSWER // 1000 + 1)
    with pytest.raises(MpdError, match="too long"):
        answer.add_all(lines)
    assert len(answer.to_bytes()) <= MAX_ANSWER
