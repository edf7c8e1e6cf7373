"""Decodes what was received, and wants not one word from the decoder."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from pathlib import Path

from tests.clients.processes import run
from tests.clients.sweep import RATE

FILTER = "pan=mono|c0=c0,asetpts=N/SR/TB"
"""The left channel. Times are counted afresh: ffmpeg complains where a chained Ogg stream begins
at zero again, not as a decoder but because its own output files cannot go back in time."""

AT_ONCE = 20
"""Bodies given to one ffmpeg: starting it costs more than decoding a few seconds."""


async def decode(body: bytes, directory: Path) -> array[int]:
    """The left channel's samples. Raises AssertionError if the decoder says anything."""
    [samples] = await decode_all([body], directory)
    return samples


async def decode_all(
    bodies: Sequence[bytes], directory: Path, *, seconds: float = 3600.0
) -> list[array[int]]:
    """The same of many, in fewer processes. What comes after `seconds` may be cut anywhere."""
    decoded: list[array[int]] = []
    for start in range(0, len(bodies), AT_ONCE):
        decoded += await _decode_batch(bodies[start : start + AT_ONCE], directory, seconds)
    return decoded


async def _decode_batch(
    bodies: Sequence[bytes], directory: Path, seconds: float
) -> list[array[int]]:
    command = ["ffmpeg", "-nostdin", "-y", "-v", "error"]
    outputs: list[str] = []
    for number, body in enumerate(bodies):
        heard, decoded = directory / f"heard-{number}", directory / f"decoded-{number}"
        heard.write_bytes(body)
        command += ["-i", str(heard)]
        outputs += ["-map", f"{number}:a", "-af", FILTER, "-ar", str(RATE)]
        outputs += ["-t", str(seconds), "-f", "s16le", str(decoded)]
    done = await run(command + outputs)
    said = done.stderr.decode()
    assert done.returncode == 0, said
    assert not said, said
    return [
        array("h", (directory / f"decoded-{number}").read_bytes()) for number in range(len(bodies))
    ]
