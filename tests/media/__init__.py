"""Short real files, each by someone else's encoder; make.sh makes them again."""

from __future__ import annotations

from pathlib import Path

MEDIA = Path(__file__).parent


def media(name: str) -> bytes:
    """The bytes of one file."""
    return (MEDIA / name).read_bytes()
