"""What the command line's arguments may be. Each raises argparse.ArgumentTypeError."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Callable
from datetime import datetime

_DIGITS = 9


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


def moment(text: str) -> float:
    """A time on this machine's clock unless it names a zone, in Unix seconds."""
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError, OSError):
        raise ArgumentTypeError("must be a time, as 2026-03-01 or '2026-03-01 06:00'") from None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _DIGITS
