from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.protocols.http_head import RequestHead
from radiocast.protocols.selection import Selection, Version, select

MODIFIED = 784111777.5  # RFC 9110's own example: Sun, 06 Nov 1994 08:49:37 GMT
FILE = Version(19, MODIFIED, '"abc"')
DATE = "Sun, 06 Nov 1994 08:49:37 GMT"
LATER = "Sun, 06 Nov 1994 08:49:38 GMT"
EARLIER = "Sun, 06 Nov 1994 08:49:36 GMT"
WHOLE = Selection(200, 0, 19)


def ask(*headers: tuple[str, str], method: str = "GET", file: Version = FILE) -> Selection:
    return select(RequestHead(method, b"/hello.txt", "HTTP/1.1", headers), file)


@pytest.mark.parametrize(
    ("asked", "got"),
    [
        ("bytes=6-", Selection(206, 6, 13)),
        ("bytes=0-0", Selection(206, 0, 1)),
        ("bytes=18-18", Selection(206, 18, 1)),
        ("bytes=5-9", Selection(206, 5, 5)),
        ("bytes=10-999", Selection(206, 10, 9)),
        ("bytes=-5", Selection(206, 14, 5)),
        ("bytes=-999", Selection(206, 0, 19)),
        ("bytes=0-", Selection(206, 0, 19)),
        ("bytes=19-", Selection(416)),
        ("bytes=500-600", Selection(416)),
        ("bytes=-0", Selection(416)),
        ("bytes=9-5", WHOLE),
        ("bytes=0-1,3-4", WHOLE),
        ("bytes=-", WHOLE),
        ("items=0-1", WHOLE),
        ("nonsense", WHOLE),
    ],
)
def test_ranges(asked: str, got: Selection) -> None:
    assert ask(("range", asked)) == got


def test_a_range_of_a_head_is_no_range() -> None:
    assert ask(("range", "bytes=6-"), method="HEAD") == WHOLE


def test_no_range_of_an_empty_file_can_be_had() -> None:
    empty = Version(0, MODIFIED, '"0"')
    assert ask(file=empty) == Selection(200, 0, 0)
    assert ask(("range", "bytes=0-"), file=empty) == Selection(416)
    assert ask(("range", "bytes=-5"), file=empty) == Selection(416)


@pytest.mark.parametrize(
    ("tags", "status"),
    [
        ('"abc"', 304),
        ('W/"abc"', 304),
        ('"x", W/"y" , "abc"', 304),
        ("*", 304),
        ('"abcd"', 200),
        ('"ab", "c"', 200),
        ("abc", 200),
        ("", 200),
    ],
)
def test_a_client_that_knows_the_tag_is_not_sent_the_file_again(tags: str, status: int) -> None:
    assert ask(("if-none-match", tags)).status == status
    assert ask(("if-none-match", tags), method="HEAD").status == status


@pytest.mark.parametrize(
    ("date", "status"),
    [(DATE, 304), (LATER, 304), (EARLIER, 200), ("yesterday", 200), ("", 200)],
)
def test_a_client_that_knows_the_date_is_not_either(date: str, status: int) -> None:
    assert ask(("if-modified-since", date)).status == status


def test_tags_count_before_dates() -> None:
    assert ask(("if-none-match", '"other"'), ("if-modified-since", LATER)) == WHOLE


@pytest.mark.parametrize(
    ("condition", "status"),
    [('"abc"', 206), (DATE, 206), ('W/"abc"', 200), ('"old"', 200), (LATER, 200), ("", 200)],
)
def test_a_range_is_of_the_state_that_the_client_has_a_part_of(condition: str, status: int) -> None:
    assert ask(("range", "bytes=6-"), ("if-range", condition)).status == status


def test_who_has_it_all_needs_no_range_of_it() -> None:
    assert ask(("range", "bytes=6-"), ("if-none-match", '"abc"')) == Selection(304)


NAMES = st.sampled_from(["range", "if-range", "if-none-match", "if-modified-since"])
VALUES = st.one_of(st.text(max_size=30), st.from_regex(r"bytes=\d{0,20}-\d{0,20}", fullmatch=True))


@given(st.lists(st.tuples(NAMES, VALUES), max_size=4), st.integers(0, 1000))
def test_whatever_is_asked_what_is_sent_lies_within_the_file(
    headers: list[tuple[str, str]], size: int
) -> None:
    got = ask(*headers, file=Version(size, MODIFIED, '"abc"'))
    assert got.status in (200, 206, 304, 416)
    assert 0 <= got.first <= got.first + got.size <= size
    if got.status == 206:
        assert got.size > 0
