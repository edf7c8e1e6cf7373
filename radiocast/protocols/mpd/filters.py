"""Which songs a client asks for: `artist "x"` as before 0.21, and `(artist == "x")` since.

`find` compares as it is written, `search` regardless of case. Regular expressions are refused:
one that never ends would stop the station. So is what our songs do not tell, as file times.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from radiocast.protocols.mpd.errors import Ack, MpdError
from radiocast.protocols.mpd.song import Song, find_tag

MAX_DEPTH = 16
"""Expressions within expressions."""

ANY = "any"
FILE = "file"
_FILE_NAMES = ("file", "filename")

_WORD = re.compile(r"[A-Za-z_-]+")
_OPERATOR = re.compile(r"==|!=|=~|!~|!?(?:contains|starts_with)(?![a-z_])")
_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"|\'((?:[^\'\\]|\\.)*)\'', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class How(Enum):
    """How a value is compared."""

    EQUALS = "=="
    CONTAINS = "contains"
    STARTS_WITH = "starts_with"

    def holds(self, value: str, wanted: str) -> bool:
        """Whether a `value` is what is `wanted`."""
        match self:
            case How.EQUALS:
                return value == wanted
            case How.CONTAINS:
                return wanted in value
            case How.STARTS_WITH:
                return value.startswith(wanted)


@dataclass(frozen=True, slots=True)
class Compare:
    """One of a song's values is as wanted."""

    what: str
    """A tag, ANY or FILE."""
    how: How
    wanted: str
    fold: bool
    """Whether upper and lower case are the same."""

    def matches(self, song: Song) -> bool:
        if self.what == FILE:
            values = [song.file]
        elif self.what == ANY:
            values = [value for _, value in song.tags]
        else:
            values = [song.value(self.what)]
        wanted = self.wanted.casefold() if self.fold else self.wanted
        return any(self.how.holds(v.casefold() if self.fold else v, wanted) for v in values)


@dataclass(frozen=True, slots=True)
class Below:
    """The song is in a directory, or is this very song."""

    directory: str

    def matches(self, song: Song) -> bool:
        where = self.directory
        return not where or song.file == where or song.file.startswith(f"{where}/")


@dataclass(frozen=True, slots=True)
class Not:
    """It is not so."""

    inner: Filter

    def matches(self, song: Song) -> bool:
        return not self.inner.matches(song)


@dataclass(frozen=True, slots=True)
class All:
    """It is all so. Of nothing: every song."""

    inner: tuple[Filter, ...] = ()

    def matches(self, song: Song) -> bool:
        return all(each.matches(song) for each in self.inner)


Filter = Compare | Below | Not | All


def parse_filter(arguments: Sequence[str], *, fold: bool) -> Filter:
    """The filter in some arguments, one expression or pairs of a tag and a value.

    `fold`: the command is a `search`. Raises MpdError.
    """
    parts: list[Filter] = []
    at = 0
    while at < len(arguments):
        if arguments[at].startswith("("):
            parts.append(_Parser(arguments[at], fold).parse())
            at += 1
        elif at + 1 < len(arguments):
            parts.append(_old(arguments[at], arguments[at + 1], fold))
            at += 2
        else:
            raise MpdError(Ack.ARGUMENT, "Incorrect number of filter arguments")
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def _old(what: str, wanted: str, fold: bool) -> Filter:
    if what.lower() == "base":
        return Below(wanted.strip("/"))
    return Compare(_subject(what), How.CONTAINS if fold else How.EQUALS, wanted, fold)


def _subject(word: str) -> str:
    if word.lower() == ANY:
        return ANY
    if word.lower() in _FILE_NAMES:
        return FILE
    if word.lower() in ("modified-since", "added-since", "audioformat", "prio"):
        raise MpdError(Ack.ARGUMENT, f"{word} is not known of songs here")
    try:
        return find_tag(word)
    except MpdError:
        raise MpdError(Ack.ARGUMENT, "Unknown filter type") from None


class _Parser:
    """Reads one expression from left to right."""

    def __init__(self, text: str, fold: bool) -> None:
        self._text = text
        self._fold = fold
        self._at = 0

    def parse(self) -> Filter:
        found = self._expression(0)
        if self._at < len(self._text):
            raise MpdError(Ack.ARGUMENT, "Unparsed garbage after expression")
        return found

    def _expression(self, depth: int) -> Filter:
        if depth > MAX_DEPTH:
            raise MpdError(Ack.ARGUMENT, "too many expressions within each other")
        self._expect("(")
        inner: Filter
        if self._skip("!"):
            inner = Not(self._expression(depth + 1))
        elif self._next() == "(":
            inner = self._conjunction(depth)
        else:
            inner = self._comparison()
        self._expect(")")
        return inner

    def _conjunction(self, depth: int) -> Filter:
        parts = [self._expression(depth + 1)]
        while self._next() != ")":
            if self._word() != "AND":
                raise MpdError(Ack.ARGUMENT, "'AND' expected")
            parts.append(self._expression(depth + 1))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _comparison(self) -> Filter:
        word = self._word()
        if word.lower() == "base":
            return Below(self._value().strip("/"))
        what = _subject(word)
        operator = _OPERATOR.match(self._text, self._at)
        if operator is None:
            raise MpdError(Ack.ARGUMENT, "'==' or '!=' expected")
        self._move_to(operator.end())
        if operator[0] in ("=~", "!~"):
            raise MpdError(Ack.ARGUMENT, "regular expressions are not supported: use contains")
        how = How(operator[0].removeprefix("!") if operator[0] != "!=" else "==")
        compare = Compare(what, how, self._value(), self._fold)
        return Not(compare) if operator[0].startswith("!") else compare

    def _word(self) -> str:
        match = _WORD.match(self._text, self._at)
        if match is None:
            raise MpdError(Ack.ARGUMENT, "Word expected")
        self._move_to(match.end())
        return match[0]

    def _value(self) -> str:
        match = _TEXT.match(self._text, self._at)
        if match is None:
            raise MpdError(Ack.ARGUMENT, "Quoted string expected")
        self._move_to(match.end())
        return _ESCAPED.sub(r"\1", match[1] if match[1] is not None else match[2])

    def _next(self) -> str:
        return self._text[self._at : self._at + 1]

    def _skip(self, char: str) -> bool:
        if self._next() != char:
            return False
        self._move_to(self._at + 1)
        return True

    def _expect(self, char: str) -> None:
        if not self._skip(char):
            raise MpdError(Ack.ARGUMENT, f"'{char}' expected")

    def _move_to(self, at: int) -> None:
        """Go on there, behind any space."""
        while self._text[at : at + 1] in (" ", "\t"):
            at += 1
        self._at = at
