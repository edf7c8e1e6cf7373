"""What the command line's arguments may be. Each raises argparse.ArgumentTypeError."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Callable
from datetime import datetime

from radiocast.units import parse_duration

_DIGITS = 9

LONGEST = 3652 * 86400.0
"""Seconds that a duration may be."""


def port(text: str) -> int:
    """A TCP port; 0: any."""
    if not (_is_number(text) and int(text) <= 65535):
        raise ArgumentTypeError("must be a number from 0 to 65535")
    return int(text)


def number(text: str) -> int:
    """A number, 0 included."""
    if not _is_number(text):
        raise ArgumentTypeError("must be a number")
    return int(text)


def count(most: int) -> Callable[[str], int]:
    """How many there are to be."""

    def read(text: str) -> int:
        if not (_is_number(text) and 0 < int(text) <= most):
            raise ArgumentTypeError(f"must be a number from 1 to {most}")
        return int(text)

    return read


def duration(text: str) -> float:
    """So many seconds, as "90s", "2h" or "30d"; more than none."""
    try:
        seconds = parse_duration(text)
    except ValueError:
        raise ArgumentTypeError("must be a duration, as 90s, 2h or 30d") from None
    if not 0 < seconds <= LONGEST:
        raise ArgumentTypeError("must be more than nothing, and ten years at most")
    return seconds


def moment(text: str) -> float:
    """A time on this machine's clock unless it names a zone, in Unix seconds."""
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError, OSError):
        raise ArgumentTypeError("must be a time, as 2026-03-01 or '2026-03-01 06:00'") from None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _DIGITS
