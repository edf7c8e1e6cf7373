"""What arguments mean: numbers, switches, ranges and positions. All raise MpdError."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from radiocast.protocols.mpd.errors import Ack, MpdError

MAX_INT = 2**31 - 1

_INTEGER = re.compile(r"-?[0-9]{1,10}")
_RANGE = re.compile(r"([0-9]{1,10}):([0-9]{1,10})?")


@dataclass(frozen=True, slots=True)
class Span:
    """Positions from `start` up to, but without, `end`; None: all that follow."""

    start: int = 0
    end: int | None = None

    @property
    def is_single(self) -> bool:
        """Whether it is one position, and not "whatever is there"."""
        return self.end == self.start + 1

    def clipped(self, length: int) -> range:
        """What there is of it in a list of so many."""
        return range(self.start, length if self.end is None else min(self.end, length))


EVERYTHING = Span()


def parse_integer(text: str, least: int = 0, most: int = MAX_INT) -> int:
    """A whole number from `least` to `most`."""
    if not _INTEGER.fullmatch(text):
        raise MpdError(Ack.ARGUMENT, f"Integer expected: {text}")
    number = int(text)
    if number > most:
        raise MpdError(Ack.ARGUMENT, f"Number too large: {text}")
    if number < least:
        raise MpdError(Ack.ARGUMENT, f"Number too small: {text}")
    return number


def parse_number(text: str) -> float:
    """A number of seconds or decibels."""
    try:
        number = float(text)
    except ValueError:
        number = math.inf
    if math.isinf(number):
        raise MpdError(Ack.ARGUMENT, f"Float expected: {text}")
    return number


def parse_switch(text: str) -> bool:
    """0 or 1."""
    if text not in ("0", "1"):
        raise MpdError(Ack.ARGUMENT, f"Boolean (0/1) expected: {text}")
    return text == "1"


def parse_span(text: str) -> Span:
    """`START:END`, `START:` or one position; -1, from old clients, is everything."""
    if text == "-1":
        return EVERYTHING
    match = _RANGE.fullmatch(text)
    if match is None:
        if not _INTEGER.fullmatch(text):
            raise MpdError(Ack.ARGUMENT, f"Integer or range expected: {text}")
        start = parse_integer(text, most=MAX_INT - 1)
        return Span(start, start + 1)
    start = parse_integer(match[1])
    if match[2] is None:
        return Span(start)
    end = parse_integer(match[2])
    if end < start:
        raise MpdError(Ack.ARGUMENT, f"Malformed range: {text}")
    return Span(start, end)


def parse_position(text: str, current: int) -> int:
    """A position to insert at; `+N` is N behind the place after `current`, `-N` N before it."""
    sign, digits = text[:1], text[1:]
    if sign == "+":
        return current + 1 + parse_integer(digits, most=MAX_INT // 2)
    if sign == "-":
        return max(0, current - parse_integer(digits))
    return parse_integer(text)
