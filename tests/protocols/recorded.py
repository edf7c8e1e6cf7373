"""The recorded conversations, and the ways to cut them."""

from __future__ import annotations

import random
from pathlib import Path

TRANSCRIPTS = Path(__file__).parent.parent / "transcripts"


def client(name: str) -> bytes:
    """What a client sent: `clients/…` or `reconstructed/…`."""
    return (TRANSCRIPTS / f"{name}.bin").read_bytes()


ICECASTS = {"2.4": TRANSCRIPTS / "icecast-2.4.4", "2.5": TRANSCRIPTS / "icecast-2.5.0"}
"""Where the recordings of each level are."""


def icecast(name: str, level: str = "2.4") -> tuple[bytes, bytes]:
    """A request and what Icecast answered."""
    at = ICECASTS[level]
    asked = at / f"{name}.client.bin"
    if not asked.exists():  # the same as of the other
        asked = ICECASTS["2.4"] / f"{name}.client.bin"
    return asked.read_bytes(), (at / f"{name}.server.bin").read_bytes()


def icecast_names(level: str) -> set[str]:
    """Everything that was recorded."""
    return {path.name.removesuffix(".server.bin") for path in ICECASTS[level].glob("*.server.bin")}


def names(folder: str) -> set[str]:
    return {f"{folder}/{path.stem}" for path in (TRANSCRIPTS / folder).glob("*.bin")}


def cuttings(data: bytes) -> list[list[bytes]]:
    """`data` whole, byte by byte and cut at random (the same way every time)."""
    chance = random.Random(len(data))
    cuts = [[data], [data[i : i + 1] for i in range(len(data))]]
    for most in (10, 100, 1000):
        pieces, position = [], 0
        while position < len(data):
            size = chance.randint(0, most)
            pieces.append(data[position : position + size])
            position += size
        cuts.append(pieces)
    return cuts
