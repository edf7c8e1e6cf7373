"""How much of the past a log keeps."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Retention:
    """The newest block is always kept, whatever the bounds say."""

    max_bytes: int
    """Bytes of blocks; the log holds at most one block more than this."""
    max_seconds: float = 0.0
    """Wall-clock age of the oldest block; 0: by bytes alone."""
