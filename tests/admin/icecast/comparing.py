"""A recorded answer of Icecast beside ours to the same request."""

from __future__ import annotations

import base64
import re

from tests.protocols.recorded import icecast
from tests.server.talk import ask
from tests.station import RunningStation

LOGINS = {
    b"admin:adminpw": b"admin:letmein",
    b"source:srcpw": b"source:sesame",
    b"relay:relaypw": b"relay:follow",
    b"admin:x": b"admin:x",
}
"""Those of the recordings, and what they are here."""

_COUNTERS = (
    b"connections|client_connections|clients|file_connections|listener_connections|"
    b"source_client_connections|source_total_connections|sources|total_bytes_read|"
    b"total_bytes_sent|listeners|listener_peak|Connected|ID"
)
_MASKS = [
    (rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}", b"ISO8601"),
    (rb"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}", b"RFC822"),
    (rb"<(" + _COUNTERS + rb")>\d+</", rb"<\1>N</"),
    (rb"<server_id>[^<]*<", b"<server_id>S<"),
    (rb"http://localhost:\d+/", b"http://localhost:PORT/"),
    (rb"Client \d+ removed", b"Client N removed"),
    # What the sources of the recordings and our files say of themselves in the stream.
    (rb"<(artist|title)>[^<]*</\1>", b""),
    (rb"<audio_bitrate>(45|128)000<", b"<audio_bitrate>N<"),
]
"""What no two runs have in common: times, counters, numbers of clients, name, port and music."""

_FOLLOWS = {"date", "server", "content-length"}
"""Headers that are not compared: Content-Length follows from the body."""

A_PAGE = b"(a page)"

Parts = dict[str, str | bytes]
"""`version`, `status`, `reason`, `body`, and the headers under their names in lower case."""


def parts_of(answer: bytes) -> Parts:
    """An answer, masked."""
    head, _, body = answer.partition(b"\r\n\r\n")
    line, *lines = head.decode().split("\r\n")
    parts: Parts = dict(zip(("version", "status", "reason"), line.split(" ", 2), strict=True))
    for header in lines:
        name, _, value = header.partition(":")
        if name.lower() not in _FOLLOWS:
            parts[name.lower()] = value.strip()
    for pattern, mask in _MASKS:
        body = re.sub(pattern, mask, body)
    parts["body"] = A_PAGE if body.startswith(b"<!DOCTYPE html>") else body
    return parts


def request(name: str, *, number: int = 0) -> bytes:
    """A recorded request with our passwords in it; `number` is that of the listener to kill."""
    sent, _ = icecast(name)
    for theirs, ours in LOGINS.items():
        sent = sent.replace(base64.b64encode(theirs), base64.b64encode(ours))
    return sent.replace(b"id=116 ", b"id=%d " % number)


async def replay(on: RunningStation, name: str, *, number: int = 0) -> tuple[Parts, Parts]:
    """Our answer to a recorded request, and Icecast's."""
    _, recorded = icecast(name)
    return parts_of(await ask(on.port, request(name, number=number))), parts_of(recorded)
