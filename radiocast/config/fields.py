"""How one setting is declared and read: a default, a parser, and whether it is secret. Pure.

A parser takes what TOML gave and returns the typed value, or raises `SettingError`
in the operator's terms. Nothing said about a secret quotes it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import Field, dataclass, field
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any, TypeVar

from radiocast.units import format_duration, format_size, parse_duration, parse_size

T = TypeVar("T")
N = TypeVar("N", int, float)
E = TypeVar("E", bound=StrEnum)
Parser = Callable[[object], T]
Network = IPv4Network | IPv6Network

MAX_TEXT = 500
"""Characters in one text setting: they all end up in response heads and pages."""

MAX_CIPHERS = 4000
"""Characters in a list of ciphers: Icecast's own has a thousand."""

MAX_ENTRIES = 200
"""Entries in one list: more is a mistake."""

_UNFIT = {"Cc", "Cs", "Zl", "Zp"}  # controls, lone surrogates, line and paragraph separators


_HEADER = re.compile(r"(?:([1-5][0-9]{2}) )?([!#$%&'*+.^_`|~0-9A-Za-z-]+): *(.*)")


class SettingError(ValueError):
    """The value cannot be used. Carries what is wrong and how to write it."""

    def __init__(self, problem: str, hint: str = "") -> None:
        self.problem = problem
        self.hint = hint
        super().__init__(problem)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Settings of one table that are right one by one but not together."""

    keys: tuple[str, ...]
    problem: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Header:
    """A header that an operator adds to responses."""

    name: str
    value: str
    status: int | None = None
    """The only status it goes with; None: with all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What every table of settings has; its fields are declared with `setting`."""

    def conflicts(self) -> list[Conflict]:
        """What the settings of this table say against each other."""
        return []


def setting(default: T, parser: Parser[T], *, secret: bool = False) -> T:
    """Declare a setting. A secret one is left out of the dataclass's repr."""
    return field(default=default, repr=not secret, metadata={"parser": parser})


def parser_of(declared: Field[Any]) -> Parser[Any]:
    """The parser a setting was declared with."""
    parser: Parser[Any] = declared.metadata["parser"]
    return parser


def optional(parser: Parser[T]) -> Parser[T | None]:
    """A setting that may be left out: None then, and TOML has no way to write None."""
    return parser


def text(value: object) -> str:
    """Text on one line."""
    return _text(value, MAX_TEXT)


def ciphers(value: object) -> str:
    """A list of ciphers, as OpenSSL has it."""
    return _text(value, MAX_CIPHERS)


def _text(value: object, most: int) -> str:
    if not isinstance(value, str):
        raise SettingError("must be text", 'in quotes, as "text"')
    if any(unicodedata.category(character) in _UNFIT for character in value):
        raise SettingError("must not contain line breaks or other control characters")
    if len(value) > most:
        raise SettingError(f"is longer than {most} characters")
    return value


def password(value: object) -> str:
    """Something to prove oneself with: never empty."""
    checked = text(value)
    if not checked:
        raise SettingError("must not be empty", "leave it out to have one generated, or inherited")
    return checked


def user(value: object) -> str:
    """A user name, as HTTP Basic authentication can carry it."""
    checked = text(value)
    if not checked or ":" in checked:
        raise SettingError("must be a name without a colon", "a colon ends the name on the wire")
    return checked


def path_of_mount(value: object) -> str:
    """The path of a mount."""
    checked = text(value)
    if not checked.startswith("/") or checked == "/":
        raise SettingError("a mount's path begins with / and has a name", 'as "/live"')
    if any(character in " ?#%" for character in checked):
        raise SettingError("a mount's path has no space, ?, # or %", "encoders would escape them")
    if checked == "/admin" or checked.startswith("/admin/"):
        raise SettingError("/admin is radiocast's own", "choose another path")
    return checked


def several(parse: Callable[[str], T], example: str) -> Parser[tuple[T, ...]]:
    """A list of texts, each with a meaning."""

    def parse_all(value: object) -> tuple[T, ...]:
        if not isinstance(value, list):
            raise SettingError("must be a list", f"as {example}")
        if len(value) > MAX_ENTRIES:
            raise SettingError(f"has more than {MAX_ENTRIES} entries")
        try:
            return tuple(parse(text(each)) for each in value)
        except ValueError as exc:
            raise SettingError(str(exc), f"as {example}") from None

    return parse_all


def charset(name: str) -> str:
    """The name of a charset that Python reads as text. Raises ValueError."""
    try:
        b"a".decode(name)
    except (LookupError, UnicodeError, ValueError):
        raise ValueError(f"{name[:40]!r} is no charset") from None
    return name


def header(line: str) -> Header:
    """A header of a response, as `Name: value`; `404 Name: value` goes with that status alone.

    Raises ValueError.

    >>> header("X-Frame-Options: DENY")
    Header(name='X-Frame-Options', value='DENY', status=None)
    """
    found = _HEADER.fullmatch(line)
    if found is None:
        raise ValueError(f"{line[:40]!r} is no header")
    status, name, value = found.groups()
    return Header(name, value, int(status) if status else None)


def network(written: str) -> Network:
    """An address or a network, as `10.0.0.0/8`. Raises ValueError."""
    return ip_network(written, strict=False)


def flag(value: object) -> bool:
    """Yes or no."""
    if not isinstance(value, bool):
        raise SettingError("must be true or false", "without quotes")
    return value


def choice(kind: type[E]) -> Parser[E]:
    """One of a few words."""
    words = ", ".join(f'"{member.value}"' for member in kind)

    def parse(value: object) -> E:
        for member in kind:
            if value == member.value:
                return member
        raise SettingError(f"must be one of {words}")

    return parse


def whole(least: int, most: int, hint: str = "") -> Parser[int]:
    """A whole number."""

    def parse(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise SettingError("must be a whole number", hint or f"from {least} to {most}")
        _check_range(value, least, most, str, hint)
        return value

    return parse


def size(least: int, most: int, hint: str = "") -> Parser[int]:
    """A number of bytes: "64KiB", or a whole number."""

    def parse(value: object) -> int:
        if isinstance(value, str):
            value = _quantity(parse_size, value, 'as "64KiB"')
        if isinstance(value, bool) or not isinstance(value, int):
            raise SettingError("must be a size", 'as "64KiB", or a whole number of bytes')
        _check_range(value, least, most, format_size, hint)
        return value

    return parse


def duration(least: float, most: float, hint: str = "") -> Parser[float]:
    """A number of seconds: "15s", "500ms", or a plain number."""

    def parse(value: object) -> float:
        if isinstance(value, str):
            value = _quantity(parse_duration, value, 'as "15s"')
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise SettingError("must be a duration", 'as "15s", or a number of seconds')
        _check_range(value, least, most, format_duration, hint)
        return float(value)

    return parse


def _quantity(parse: Callable[[str], T], value: str, hint: str) -> T:
    try:
        return parse(value)
    except ValueError as exc:
        raise SettingError(str(exc), hint) from None


def _check_range(value: N, least: N, most: N, write: Callable[[N], str], hint: str) -> None:
    # Written so that TOML's nan is out of range too.
    if not least <= value <= most:
        raise SettingError(f"must be from {write(least)} to {write(most)}", hint)
