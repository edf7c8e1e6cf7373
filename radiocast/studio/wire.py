"""How station and studio worker talk: over the worker's stdin (commands) and stdout (reports).

A message is a head in JSON and a tail of bytes, with their lengths in front:

    a9 72 63 0a | head length, 4 bytes | tail length, 4 bytes | head, UTF-8 | tail

Numbers are big-endian. Whoever reads skips what is no message, counts it, and goes on with
the next magic number: a damaged command costs a command, not the station.

`head["type"]` names a class of `commands.py` or of `events.py` and `reports.py`; the other
members are its fields (enumerations by value, nested values as objects); a field of type
`bytes` is the tail. Times `at` are media time, in samples of the 48 kHz bus.

Station to worker:

* `Start` first of all: settings, streams, where media time begins, and where each stream's
  packets ended if another worker made them. `Configure` changes settings and streams later.
* `Load` the next track (in the place of one that was loaded before), `Skip` to it, `Lay` a
  jingle over what is on air.
* `Rest` while something is heard that does not come through the studio, and `Wake`.
* `LiveOpen`, `LiveAudio` (bytes as the encoder sent them), `LiveTitle`, `LiveClose`; `LiveResume`
  where another worker had the source on air.
* End of file: the worker exits.

Worker to station:

* the events of the mix (`events.py`): `NeedTrack` wants a `Load` as its answer; `TitleChanged`
  says what listeners are to be shown from which media time on.
* `StreamBegan`: the decoder set-up of what follows; for Ogg also at each title (a new link).
* `Packets`: frames or Ogg pages, and the media time that is heard with the first of them.
* `Spliced`: something is heard sooner; from its places on what was reported is void.
* `Resting`: there are no packets from here on.
* `LiveMixed`: how far a live source is mixed, for the worker that may have to take over.
* `Heartbeat` every second, `Problem` for what could not be done.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from struct import Struct
from typing import Any

MAGIC = b"\xa9rc\n"
MAX_HEAD = 1 << 16
MAX_TAIL = 1 << 20
_LENGTHS = Struct(">II")
_FRONT = len(MAGIC) + _LENGTHS.size


@dataclass(frozen=True, slots=True)
class Message:
    """What went over the wire."""

    head: dict[str, Any]
    tail: bytes = b""


@dataclass(frozen=True, slots=True)
class Garbage:
    """Bytes that are no message."""

    length: int


def pack(message: Message) -> bytes:
    """The message as bytes. Raises ValueError if it is longer than a reader takes."""
    head = json.dumps(message.head, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )
    if len(head) > MAX_HEAD or len(message.tail) > MAX_TAIL:
        raise ValueError(f"a message of {len(head)} and {len(message.tail)} bytes is too long")
    return MAGIC + _LENGTHS.pack(len(head), len(message.tail)) + head + message.tail


class Unpacker:
    """Bytes in, messages out."""

    max_buffered = _FRONT + MAX_HEAD + MAX_TAIL

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[Message | Garbage]:
        """Take the next bytes; give back the messages that are complete, and what was none."""
        self._buffer += data
        found: list[Message | Garbage] = []
        skipped = 0
        at = 0
        while True:
            start = self._next_magic(at)
            skipped += start - at
            at = start
            if not self._buffer.startswith(MAGIC, at) or len(self._buffer) - at < _FRONT:
                break
            head, tail = _LENGTHS.unpack_from(self._buffer, at + len(MAGIC))
            if head > MAX_HEAD or tail > MAX_TAIL:
                skipped, at = skipped + 1, at + 1
                continue
            end = at + _FRONT + head + tail
            if len(self._buffer) < end:
                break
            message = _parse(bytes(self._buffer[at + _FRONT : end]), head)
            if message is None:
                skipped, at = skipped + 1, at + 1
                continue
            if skipped:
                found.append(Garbage(skipped))
                skipped = 0
            found.append(message)
            at = end
        del self._buffer[:at]
        if skipped:
            found.append(Garbage(skipped))
        return found

    @property
    def buffered(self) -> int:
        """Bytes that wait for the rest of their message."""
        return len(self._buffer)

    def _next_magic(self, at: int) -> int:
        start = self._buffer.find(MAGIC, at)
        if start >= 0:
            return start
        for length in range(min(len(MAGIC) - 1, len(self._buffer) - at), 0, -1):
            if self._buffer.endswith(MAGIC[:length]):
                return len(self._buffer) - length
        return len(self._buffer)


def _parse(body: bytes, head_length: int) -> Message | None:
    try:
        head = json.loads(body[:head_length].decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError):
        return None
    return Message(head, body[head_length:]) if isinstance(head, dict) else None
