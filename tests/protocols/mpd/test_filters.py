"""Which songs a filter finds: what MPD 0.23.12 answered for the same songs."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.protocols.mpd.errors import MpdError
from radiocast.protocols.mpd.filters import MAX_DEPTH, parse_filter
from radiocast.protocols.mpd.query import parse_query, parse_tally
from radiocast.protocols.mpd.song import TAGS, Song
from tests.strategies import babble


def make_song(file: str, duration: float = 10.0, **tags: str) -> Song:
    return Song(file, tuple((name.capitalize(), value) for name, value in tags.items()), duration)


SONGS = [
    make_song("rock/cbr.mp3"),
    make_song("rock/A/1.flac", artist="Sigur Rós", title="Þriðja ☀", album="Ágætis"),
    make_song("rock/A/2.ogg", artist="Guest", title='It\'s "so" \\ so', album="Ágætis"),
    make_song("jingles/x.mp3", artist="sigur rós", title="other"),
]
CBR, SIGUR, GUEST, LOWER = SONGS


def found(*arguments: str, fold: bool = False) -> list[Song]:
    wanted = parse_filter(arguments, fold=fold)
    return [song for song in SONGS if wanted.matches(song)]


@pytest.mark.parametrize(
    ("arguments", "songs"),
    [
        (("artist", "Sigur Rós"), [SIGUR]),
        (("artist", "Sigur"), []),
        (("artist", "Guest", "album", "Ágætis"), [GUEST]),
        (("any", "Ágætis"), [SIGUR, GUEST]),
        (("file", "rock/cbr.mp3"), [CBR]),
        (("base", "rock"), [CBR, SIGUR, GUEST]),
        (("base", "rock/A/"), [SIGUR, GUEST]),
        (("base", ""), SONGS),
        (("base", "roc"), []),
        (("base", "rock/cbr.mp3"), [CBR]),
        (('(artist == "Sigur Rós")',), [SIGUR]),
        (("(artist == 'Sigur Rós')",), [SIGUR]),
        (('(Artist != "Sigur Rós")',), [CBR, GUEST, LOWER]),
        (('(!(artist == "Sigur Rós"))',), [CBR, GUEST, LOWER]),
        (('(artist contains "sigur")',), [LOWER]),
        (('(artist !contains "sigur")',), [CBR, SIGUR, GUEST]),
        (('(artist starts_with "Gu")',), [GUEST]),
        (('((artist == "Sigur Rós") AND (title contains "It"))',), []),
        (('((artist == "Sigur Rós") AND (title contains "ðj"))',), [SIGUR]),
        (('((base "rock") AND (!(album == "")))',), [SIGUR, GUEST]),
        (('(album == "")',), [CBR, LOWER]),
        (('(albumartist == "Guest")',), [GUEST]),
        (('(artist == "Guest")', "album", "Ágætis"), [GUEST]),
        ((r"""(title == 'It\'s "so" \\ so')""",), [GUEST]),
        ((r"""( title  ==  "It's \"so\" \\ so" )""",), [GUEST]),
        (("(((artist == 'Guest')))",), [GUEST]),
    ],
)
def test_find_compares_as_it_is_written(arguments: tuple[str, ...], songs: list[Song]) -> None:
    assert found(*arguments) == songs


@pytest.mark.parametrize(
    ("arguments", "songs"),
    [
        (("artist", "SIGUR"), [SIGUR, LOWER]),
        (("artist", ""), SONGS),
        (("filename", "CBR"), [CBR]),
        (('(artist == "sigur rós")',), [SIGUR, LOWER]),
        (("artist", "sigur", "album", "ÁGÆTIS"), [SIGUR]),
    ],
)
def test_search_does_not_mind_case(arguments: tuple[str, ...], songs: list[Song]) -> None:
    assert found(*arguments, fold=True) == songs


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("artist",), "Incorrect number of filter arguments"),
        (("foo", "bar"), "Unknown filter type"),
        (("(artist = 'x')",), "'==' or '!=' expected"),
        (("(artist == 'x'",), "'\\)' expected"),
        (("(artist == 'x') x",), "Unparsed garbage"),
        (("(artist == x)",), "Quoted string expected"),
        (("((artist == 'x') OR (artist == 'y'))",), "'AND' expected"),
        (("(artist =~ '(a+)+$')",), "regular expressions"),
        (("(modified-since '2020-01-01')",), "not known"),
        (("(" * (MAX_DEPTH + 2),), "within each other"),
        (("()",), "Word expected"),
    ],
)
def test_what_makes_no_sense_or_cannot_be_told_is_refused(
    arguments: tuple[str, ...], error: str
) -> None:
    with pytest.raises(MpdError, match=error):
        parse_filter(arguments, fold=False)


@given(babble((b"(", b")", b"artist", b"==", b"!", b"AND", b'"', b"'x'", b"base", b" ", b"\\")))
def test_any_expression_is_a_filter_or_refused(expression: bytes) -> None:
    with suppress(MpdError):
        wanted = parse_filter([f"({expression.decode('latin-1')}"], fold=True)
        assert wanted.matches(CBR) in (True, False)


@given(st.text())
def test_a_quoted_value_is_compared_as_it_was(value: str) -> None:
    quoted = value.replace("\\", "\\\\").replace('"', '\\"')
    wanted = parse_filter([f'(title == "{quoted}")'], fold=False)
    assert wanted.matches(make_song("x", title=value))
    assert not wanted.matches(make_song("x", title=f"{value}!"))


def test_a_query_sorts_and_cuts_out_what_is_wanted() -> None:
    query = parse_query(["base", "rock", "sort", "-Artist", "window", "0:2"], fold=False)
    assert query.select(SONGS) == [SIGUR, GUEST]
    query = parse_query(["base", "", "sort", "title", "position", "+1"], fold=False)
    assert query.select(SONGS) == [CBR, GUEST, LOWER, SIGUR]
    assert query.position == "+1"
    assert parse_query(["any", "", "window", "9:"], fold=True).select(SONGS) == []


@pytest.mark.parametrize("arguments", [["sort", "title"], ["any", "", "sort", "mtime"]])
def test_a_query_that_makes_no_sense_is_refused(arguments: list[str]) -> None:
    with pytest.raises(MpdError):
        parse_query(arguments, fold=False)


def test_songs_are_grouped_in_order() -> None:
    tally = parse_tally(["base", "rock", "group", "album", "group", "Artist"])
    assert tally.groups == ("Album", "Artist")
    assert tally.group(SONGS) == {
        ("", ""): [CBR],
        ("Ágætis", "Guest"): [GUEST],
        ("Ágætis", "Sigur Rós"): [SIGUR],
    }
    with pytest.raises(MpdError, match="Conflicting"):
        parse_tally(["group", "album", "group", "Album"])


def test_a_song_is_told_with_the_tags_a_client_wants() -> None:
    assert GUEST.pairs({"Artist"}) == [
        ("file", "rock/A/2.ogg"), ("Artist", "Guest"), ("Time", 10), ("duration", "10.000"),
    ]  # fmt: skip
    assert [name for name, _ in SIGUR.pairs()] == [
        "file", "Artist", "Title", "Album", "Time", "duration",
    ]  # fmt: skip
    assert all(name in TAGS for name, _ in SIGUR.tags)
