"""What the analyser finds, and how it travels: one line of JSON for each answer. Pure.

The station imports this, and needs no codecs for it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured. Times in seconds from the first sample that `FileDecoder` gives."""

    loudness: float | None
    """Integrated, in LUFS (EBU R128), as on the bus; None: nothing but silence, or not found."""
    peak: float
    """The highest sample; 1.0 is full scale."""
    cue_in: float
    cue_out: float | None
    """None: not found. The file is longer than anything is measured, or of a kind the meter
    cannot take."""
    start_next: float | None
    """None: not found, as `cue_out`."""


@dataclass(frozen=True, slots=True)
class Unplayable:
    """Nothing of the file can be decoded."""

    problem: str


@dataclass(frozen=True, slots=True)
class Working:
    """Ready for a path, or still at work on one."""


Answer = Measured | Unplayable | Working


def to_line(answer: Answer) -> bytes:
    """One answer, with the line's end."""
    return json.dumps(asdict(answer)).encode() + b"\n"


def parse_answer(line: bytes) -> Answer:
    """The answer of one line. Raises ValueError."""
    values = json.loads(line)
    if not isinstance(values, dict):
        raise ValueError("no answer")
    try:
        if "loudness" in values:
            return Measured(**values)
        return Unplayable(**values) if values else Working()
    except TypeError as error:
        raise ValueError(str(error)) from None
