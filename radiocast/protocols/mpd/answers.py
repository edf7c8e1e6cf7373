"""What a server sends: pairs, pictures, and `OK` or `ACK` at the end."""

from __future__ import annotations

from collections.abc import Iterable

from radiocast.protocols.mpd.errors import Ack, MpdError

GREETING = b"OK MPD 0.23.5\n"
"""The version of the protocol, by which clients tell what they may use. 0.23.5 is what the
last 0.23 says, the release of today's Debian."""

OK = b"OK\n"
LIST_OK = b"list_OK\n"

MAX_ANSWER = 8 * 1024 * 1024
"""Bytes of one answer: MPD's own limit."""


class Answer:
    """One answer while it is written. All methods raise MpdError when it gets too long."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def add(self, name: str, value: object) -> None:
        """One line."""
        text = str(value)
        if not text.isprintable():  # tags and file names hold anything, line feeds too
            text = "".join(c if c.isprintable() or c > "\x9f" else " " for c in text)
        self._append(f"{name}: {text}\n".encode("utf-8", "backslashreplace"))

    def add_all(self, pairs: Iterable[tuple[str, object]]) -> None:
        """Many lines."""
        for name, value in pairs:
            self.add(name, value)

    def add_line(self, line: str) -> None:
        """A line that is no pair: only the oldest of commands answer so."""
        self._append(f"{line}\n".encode("utf-8", "backslashreplace"))

    def add_binary(self, data: bytes) -> None:
        """Bytes as they are."""
        self._append(b"binary: %d\n%b\n" % (len(data), data))

    def end(self, ending: bytes) -> None:
        """Confirm what was written."""
        self._append(ending)

    def to_bytes(self) -> bytes:
        """All of it."""
        return b"".join(self._parts)

    def _append(self, part: bytes) -> None:
        self._size += len(part)
        if self._size > MAX_ANSWER:
            raise MpdError(Ack.SYSTEM, "the answer is too long: ask for less of it")
        self._parts.append(part)


def encode_error(error: MpdError, command: str, index: int) -> bytes:
    """The end of an answer that went wrong at the command of that `index` in its list."""
    text = " ".join(str(error).split())
    line = f"ACK [{error.ack.value}@{index}] {{{command}}} {text}\n"
    return line.encode("utf-8", "backslashreplace")
