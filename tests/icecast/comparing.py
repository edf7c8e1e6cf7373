"""A recorded answer of Icecast beside ours to the same request."""

from __future__ import annotations

import base64
import json
import re

from tests.protocols.recorded import icecast
from tests.server.talk import Talk

LOGINS = {
    b"admin:adminpw": b"admin:letmein",
    b"source:srcpw": b"source:sesame",
    b"relay:relaypw": b"relay:follow",
}
"""Those of the recordings, and what they are here."""

_COUNTERS = (
    b"connections|client_connections|clients|file_connections|listener_connections|"
    b"source_client_connections|source_relay_connections|source_total_connections|sources|"
    b"total_bytes_read|total_bytes_sent|listeners|listener_peak|Connected|ID|connected|id"
)
_UUID = rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_MASKS = [
    (rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}", b"ISO8601"),
    (rb"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}", b"RFC822"),
    (rb"<(" + _COUNTERS + rb")>\d+</", rb"<\1>N</"),
    (rb'"(' + _COUNTERS + rb')":\d+', rb'"\1":0'),
    (rb"(EVENT \S+ (?:" + _COUNTERS + rb")) \d+", rb"\1 N"),
    (rb"<server_id>[^<]*<", b"<server_id>S<"),
    (rb'"server_id":"[^"]*"', b'"server_id":"S"'),
    (rb"(EVENT \S+ server_id) .*", rb"\1 S"),
    (rb"<instance_uuid>" + _UUID, b"<instance_uuid>U"),
    (rb'"instance_uuid":"' + _UUID, b'"instance_uuid":"U'),
    (rb"://(localhost|127\.0\.0\.1|changed\.example):\d+/", rb"://\1:PORT/"),
    (rb'"id":"\d+"', b'"id":"N"'),
    (rb"Client \d+ removed", b"Client N removed"),
    # What the sources of the recordings and our files say of themselves in the stream.
    (rb"<(artist|title)>[^<]*</\1>", b""),
    ("(Vorbis|Opus) Artist|Ärtist".encode(), b"ARTIST"),
    (b"(Vorbis|Opus|Flac) Title|Titel", b"TITLE"),
    (rb'"encoder":"[^"]*",', b""),
    (rb',"server":"Icecast 2.5.0"', b""),
    (rb"<encoder>.*?</encoder>", b""),
    (rb'"audio_(channels|samplerate)":\d+', rb'"audio_\1":0'),
    (rb"<audio_(channels|samplerate)>\d+<", rb"<audio_\1>N<"),
    # What has played before.
    (rb'"playlist":.*?,"metadata"', b'"playlist":"P","metadata"'),
    (rb"<playlist .*?</playlist>", b"<playlist/>"),
    (rb'<listener id="\d+">', b'<listener id="N">'),
    (rb"<audio_bitrate>(45|128)000<", b"<audio_bitrate>N<"),
    (rb'"audio_bitrate":(45|128)000', b'"audio_bitrate":0'),
]
"""What no two runs have in common: times, counters, numbers of clients, name, port and music."""

OK2 = b"OK2\r\nicy-caps:11\r\n\r\n"

_FOLLOWS = {"date", "server", "etag", "last-modified"}
"""Headers whose values are not compared. Nor is Content-Length, where there is a body to which it
belongs: of a stream it would be made up."""

Parts = dict[str, object]
"""`version`, `status`, `reason`, `body`, and the headers under their names in lower case; of a
stream's head also `order`, their names, because old players read it line by line. Of what is no
HTTP there is only a body; a body that was not kept is none of the parts."""


def parts_of(answer: bytes, *, whole: bool = True) -> Parts:
    """An answer, masked. `whole`: with its body."""
    if answer.startswith(OK2):
        return {**(parts_of(rest) if (rest := answer[len(OK2) :]) else {}), "login": "OK2"}
    head, blank, body = answer.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/") or not blank:
        return {"body": answer}
    line, *lines = head.decode().split("\r\n")
    parts: Parts = dict(zip(("version", "status", "reason"), line.split(" ", 2), strict=True))
    headers = [(name.lower(), value.strip()) for name, _, value in map(_cut, lines)]
    is_stream = any(name.startswith("icy-") for name, _ in headers)
    for name, value in headers:
        if name not in _FOLLOWS and (is_stream or name != "content-length"):
            value = value.lower() if name == "connection" else value  # RFC 9110 section 7.6.1
            parts[name] = f"{parts[name]}, {value}" if name in parts else value
    if str(parts.get("icy-name")).startswith("/"):
        parts["icy-name"] = "(the mount)"
    if is_stream:
        parts["order"] = tuple(dict.fromkeys(name for name, _ in headers))
    if whole:
        parts["body"] = _masked(body)
    return parts


def _cut(line: str) -> tuple[str, str, str]:
    return line.partition(":")


def _masked(body: bytes) -> object:
    """JSON as what it means, everything else as its bytes."""
    for pattern, mask in _MASKS:
        body = re.sub(pattern, mask, body)
    try:
        return json.loads(body) if body[:1] in b"{[" and body else body
    except ValueError:
        return body


def request(level: str, name: str, *, number: int = 0) -> bytes:
    """A recorded request with our passwords in it; `number` is that of the listener to kill."""
    sent, _ = icecast(name, level)
    for theirs, ours in LOGINS.items():
        sent = sent.replace(base64.b64encode(theirs), base64.b64encode(ours))
        sent = sent.replace(theirs.partition(b":")[2], ours.partition(b":")[2])
    return re.sub(rb"id=11\d ", b"id=%d " % number, sent)


async def hear(peer: Talk, wanted: Parts) -> bytes:
    """An answer, as far as it can be compared with the one that is wanted."""
    answer = b""
    if wanted == {"body": b""}:  # nothing, until it is over
        await peer.end()
    while b"\r\n\r\n" not in answer:
        data = await peer.read_some(65536)
        if not data:
            return answer
        answer += data
    head, blank, body = answer.partition(b"\r\n\r\n")
    wanted_body = wanted.get("body")
    if "login" in wanted:
        return answer + await peer.read_all() if "status" in wanted else answer
    length = re.search(rb"\r\ncontent-length: *(\d+)", head, re.IGNORECASE)
    if "body" not in wanted or wanted_body == b"":
        return head + blank
    if "status" not in wanted or wanted["status"] == "100":  # no HTTP, or twice
        assert isinstance(wanted_body, bytes)
        size = len(wanted_body) - len(answer if "status" not in wanted else body)
    elif length is not None:
        size = int(length[1]) - len(body)
    else:
        return answer + await peer.read_all()
    return (answer + await peer.read(size)) if size > 0 else answer[: len(answer) + size]
