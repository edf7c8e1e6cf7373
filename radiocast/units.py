"""Quantities as an operator writes them: "64KiB", "15s", "2h". Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB

_BYTES: Mapping[str, float] = {
    "B": 1,
    "kB": 1000,
    "KiB": KIB,
    "MB": 1_000_000,
    "MiB": MIB,
    "GB": 1_000_000_000,
    "GiB": GIB,
}
_SECONDS: Mapping[str, float] = {"ms": 0.001, "s": 1, "min": 60, "h": 3600, "d": 86400}

# Twelve digits hold any size or duration a station can mean, and keep "9" * 10**6 cheap to refuse.
_QUANTITY = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,9})?) ?([A-Za-z]{1,3})")


def parse_size(text: str) -> int:
    """A number of bytes. Raises ValueError with a message for the operator.

    >>> parse_size("64KiB")
    65536
    """
    return round(_parse(text, _BYTES))


def parse_duration(text: str) -> float:
    """A number of seconds. Raises ValueError with a message for the operator.

    >>> parse_duration("1.5min")
    90.0
    """
    return _parse(text, _SECONDS)


def format_size(size: int) -> str:
    """The shortest way to write a number of bytes exactly; `parse_size` reads it back.

    >>> format_size(524288), format_size(16000), format_size(1500)
    ('512KiB', '16kB', '1500B')
    """
    for unit in ("GiB", "MiB", "KiB", "GB", "MB", "kB"):
        if size and size % int(_BYTES[unit]) == 0:
            return f"{size // int(_BYTES[unit])}{unit}"
    return f"{size}B"


def format_duration(seconds: float) -> str:
    """A duration for a message, to the millisecond.

    >>> format_duration(0.05), format_duration(15.0), format_duration(5400)
    ('50ms', '15s', '90min')
    """
    milliseconds = round(seconds * 1000)
    for unit in ("d", "h", "min", "s"):
        each = round(_SECONDS[unit] * 1000)
        if milliseconds and milliseconds % each == 0:
            return f"{milliseconds // each}{unit}"
    return f"{milliseconds}ms" if milliseconds else "0s"


def _parse(text: str, units: Mapping[str, float]) -> float:
    match = _QUANTITY.fullmatch(text)
    if match is None or match[2] not in units:
        raise ValueError(f"{text[:40]!r} is not a number followed by one of {', '.join(units)}")
    return float(match[1]) * units[match[2]]
