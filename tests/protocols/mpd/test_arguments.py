"""Numbers, ranges and positions."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.protocols.mpd.arguments import (
    Span,
    parse_integer,
    parse_number,
    parse_position,
    parse_span,
    parse_switch,
)
from radiocast.protocols.mpd.errors import MpdError


def test_a_range_is_that_of_the_reference() -> None:
    assert parse_span("3") == Span(3, 4)
    assert parse_span("2:5") == Span(2, 5)
    assert parse_span("2:") == Span(2)
    assert parse_span("-1") == Span()
    assert list(parse_span("2:5").clipped(4)) == [2, 3]
    assert list(parse_span("9:").clipped(4)) == []
    assert parse_span("7:8").is_single
    assert not parse_span("7:").is_single


@pytest.mark.parametrize("text", ["", ":", ":3", "a:b", "3:1", "-2", "1:2:3", "99999999999", "٣"])
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(MpdError):
        parse_span(text)


def test_positions_may_be_relative_to_what_is_heard() -> None:
    assert parse_position("4", current=2) == 4
    assert parse_position("+0", current=2) == 3
    assert parse_position("+1", current=2) == 4
    assert parse_position("-0", current=2) == 2
    assert parse_position("-5", current=2) == 0


@given(st.text(max_size=12))
def test_any_text_is_understood_or_refused(text: str) -> None:
    for parse in (parse_integer, parse_number, parse_span, parse_switch):
        with suppress(MpdError):
            assert parse(text) is not None


def test_numbers_keep_to_their_bounds() -> None:
    assert parse_integer("-5", -100) == -5
    for text in ("-1", "2147483648", "1.5", ""):
        with pytest.raises(MpdError):
            parse_integer(text)
    assert parse_number("-17.5") == -17.5
    assert [parse_switch("0"), parse_switch("1")] == [False, True]
    with pytest.raises(MpdError, match="Boolean"):
        parse_switch("2")
