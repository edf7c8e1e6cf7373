"""Lines and command lists, as clients write them and as nobody should."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.protocols.mpd.errors import MpdError, NotMpdError
from radiocast.protocols.mpd.requests import (
    MAX_ARGUMENTS,
    MAX_LINE,
    MAX_LIST,
    MAX_LIST_BYTES,
    Command,
    Request,
    RequestReader,
    parse_command,
    quote,
)
from tests.strategies import babble, chunked

ARGUMENTS = st.lists(
    st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=30),
    max_size=5,
)
WORDS = (
    b"command_list_begin\n",
    b"command_list_ok_begin\n",
    b"command_list_end\n",
    b'add "',
    b"\n",
)


def refusal(line: str | bytes) -> str:
    with pytest.raises(MpdError) as caught:
        parse_command(line if isinstance(line, bytes) else line.encode())
    return f"{caught.value.ack} {caught.value}"


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("ping", Command("ping")),
        ("ping \t\r", Command("ping")),
        ("add a/b.mp3", Command("add", ("a/b.mp3",))),
        ('add "a b.mp3"\t"2"', Command("add", ("a b.mp3", "2"))),
        ('find artist ""', Command("find", ("artist", ""))),
        # The protocol reference's own example of quoting within quoting.
        (
            r'find "(Artist == \"foo\\\'bar\\\"\")"',
            Command("find", (r'(Artist == "foo\'bar\"")',)),
        ),
        ('add "Þriðja ☀"', Command("add", ("Þriðja ☀",))),
    ],
)
def test_commands_are_read_as_the_reference_writes_them(line: str, command: Command) -> None:
    assert parse_command(line.encode()) == command


@pytest.mark.parametrize(
    ("line", "error"),  # the texts of MPD 0.23.12
    [
        ('add "a', "5 Missing closing '\"'"),
        ('add "a"b', "5 Space expected after closing '\"'"),
        ('add a"b', "5 Invalid unquoted character"),
        ("add 'a b'", "5 Invalid unquoted character"),
        ("Ping", "5 Letter expected"),
        ("ping-pong", "5 Space expected after the command"),
        (b"add \xff", "2 not UTF-8"),
        ("add" + " x" * (MAX_ARGUMENTS + 1), "2 Too many arguments"),
    ],
)
def test_lines_that_make_no_sense_are_refused_as_mpd_does(line: str | bytes, error: str) -> None:
    assert refusal(line) == error


@given(ARGUMENTS)
def test_a_quoted_argument_is_read_as_it_was(arguments: list[str]) -> None:
    line = " ".join(["add", *map(quote, arguments)])
    assert parse_command(line.encode()) == Command("add", tuple(arguments))


@given(babble((b'"', b"\\", b" ", b"add", b"'", b"\t")))
def test_whatever_a_line_holds_it_is_a_command_or_refused(line: bytes) -> None:
    with suppress(MpdError):
        command = parse_command(line)
        assert line.lstrip(b" \t\r").startswith(command.name.encode())


@given(st.data())
def test_requests_do_not_depend_on_how_bytes_arrive(data: st.DataObject) -> None:
    said = b'status\ncommand_list_ok_begin\nadd "x y"\nfoo\ncommand_list_end\nidle\nrest'
    reader = RequestReader()
    requests: list[Request] = []
    for piece in data.draw(chunked(said)):
        requests += reader.feed(piece)
    assert requests == [
        Request((b"status",)),
        Request((b'add "x y"', b"foo"), is_list=True, confirm_each=True),
        Request((b"idle",)),
    ]


def test_a_list_within_a_list_is_just_an_unknown_command() -> None:
    said = b"command_list_begin\ncommand_list_begin\ncommand_list_end\n"
    assert RequestReader().feed(said) == [Request((b"command_list_begin",), is_list=True)]


@pytest.mark.parametrize(
    "said",
    [
        b"POST /x HTTP/1.1\r\nHost: localhost:6600\r\n\r\nnext\n",
        b"\x16\x03\x01\x02\x00\n",
        b"\n",
        b" ping\n",
        b"command_list_begin\nGET /\ncommand_list_end\n",
        b"a" * (MAX_LINE + 1),
        b"a" * (MAX_LINE + 1) + b"\n",
    ],
)
def test_who_speaks_no_mpd_is_recognized_before_a_command_is_performed(said: bytes) -> None:
    with pytest.raises(NotMpdError):
        RequestReader().feed(said)


def test_a_command_list_is_bounded_in_commands_and_in_bytes() -> None:
    fits = b"command_list_begin\n" + b"ping\n" * MAX_LIST
    assert len(RequestReader().feed(fits + b"command_list_end\n")[0].lines) == MAX_LIST
    with pytest.raises(NotMpdError):
        RequestReader().feed(fits + b"ping\n")
    line = b"add " + b"x" * (MAX_LINE - 4) + b"\n"
    reader = RequestReader()
    reader.feed(b"command_list_begin\n")
    with pytest.raises(NotMpdError):
        reader.feed(line * (MAX_LIST_BYTES // MAX_LINE + 1))


@settings(max_examples=50)
@given(babble(WORDS))
def test_no_bytes_make_the_reader_fail_in_another_way(data: bytes) -> None:
    with suppress(NotMpdError):
        for request in RequestReader().feed(data):
            assert all(line[:1].islower() for line in request.lines)
