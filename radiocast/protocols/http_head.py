"""HTTP heads for peers that h11 cannot serve: reading theirs, writing ours.

Encoders write `SOURCE /live ICE/1.0` with bare LFs and no Host (edcast), raw
UTF-8 in the target (butt), headers whose value is Latin-1. Some are not HTTP at
all: a SHOUTcast password line or a TLS ClientHello on the plain port. So the
head of every connection is read here. What h11 can then take over is given to
it by `normalised`; endless bodies get their head from `response_head`, because
h11 would answer any HTTP/1.1 listener in chunks, which old players play as noise.

What is refused is what could mean two things: `..` in paths, lengths that
contradict each other, transfer codings that nobody here can undo.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from radiocast.errors import PeerError
from radiocast.protocols.head_lines import HeadLines
from radiocast.protocols.text import decode_text, has_controls, one_line

_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110 section 5.6.2
_VERSION = re.compile(rb"(?:HTTP|ICE)/[0-9]\.[0-9]", re.IGNORECASE)
_AUTHORITY = re.compile(rb"[a-z][a-z0-9+.-]*://[^/?]*", re.IGNORECASE)
_LENGTH = re.compile(r"[0-9]{1,18}")
_SLASHES = re.compile("/+")
_TLS_HANDSHAKE = b"\x16"  # RFC 8446 section 5.1: the first byte of a ClientHello's record
_OWN_LENGTH = ("SOURCE", "PUT")  # a source's body ends with its connection, whatever it declared


@dataclass(frozen=True, slots=True)
class RequestHead:
    """A request line and its headers. Raises PeerError for a path that is never served."""

    method: str
    """In upper case: `GET`, `SOURCE` …"""
    target: bytes
    """As it came, without the blanks round it: may hold spaces and raw UTF-8."""
    version: str
    """In upper case: `HTTP/1.0`, `HTTP/1.1`, `ICE/1.0` …"""
    headers: tuple[tuple[str, str], ...] = ()
    """Lower-case names and their values, in the order they came."""
    alias: str = ""
    """The path that the operator lets the one in the target stand for; empty: none."""
    path: str = field(init=False)
    """Percent-decoded, with one slash in front and no doubled ones; `*` stays `*`."""

    def __post_init__(self) -> None:
        path = self.alias or clean_path(self.origin_form.partition(b"?")[0])
        object.__setattr__(self, "path", path)

    @property
    def origin_form(self) -> bytes:
        """The target without scheme and host, which proxies send (RFC 9112 section 3.2.2).

        Begins with a slash, given or not, or is `*`.
        """
        authority = _AUTHORITY.match(self.target)
        origin = self.target[authority.end() :] if authority else self.target
        return origin if origin == b"*" or origin.startswith(b"/") else b"/" + origin

    @property
    def query_bytes(self) -> dict[str, bytes]:
        """The query's parameters, undecoded but for %XX: see `parse_form`."""
        return parse_form(self.origin_form.partition(b"?")[2])

    @property
    def query(self) -> dict[str, str]:
        """The query's parameters as text, for those whose charset nobody disputes."""
        return {name: decode_text(value) for name, value in self.query_bytes.items()}

    def header(self, name: str) -> str | None:
        """The first value of the header `name` (lower case), or None."""
        return next((value for known, value in self.headers if known == name), None)

    def header_words(self, name: str) -> list[str]:
        """Every comma-separated word of all headers `name`, in lower case."""
        values = ",".join(value for known, value in self.headers if known == name)
        return [word for part in values.split(",") if (word := part.strip().lower())]


@dataclass(frozen=True, slots=True)
class NotHttp:
    """The first line ended and is no HTTP request line; or it is TLS."""

    first_line: bytes
    """Without its line end; empty for TLS."""
    received: bytes
    """Everything fed so far: feed it to whoever understands it."""
    tls: bool = False
    """The first byte is that of a TLS ClientHello."""


class HeadReader:
    """Reads one request head, however it is cut.

    Lines may end with CRLF or LF, as each likes. Lines that are no header are
    skipped and control characters in values dropped; empty lines before the
    request line count for nothing (RFC 9112 section 2.2).
    """

    def __init__(self, max_head: int = 16 * 1024) -> None:
        self._bytes = HeadLines(max_head)
        self._lines: list[bytes] = []
        self._finished = False

    @property
    def rest(self) -> bytes:
        """What followed the head, once there is one: the body, or its beginning."""
        assert self._finished, "there is no head yet"
        return self._bytes.rest

    def feed(self, data: bytes) -> RequestHead | NotHttp | None:
        """Take received bytes; None: the head goes on.

        Raises PeerError: 400 for what makes no sense, 414 or 431 for a target or
        headers beyond `max_head`, 501 and 505 for codings and versions we do not speak.
        """
        assert not self._finished, "the head is over"
        self._bytes.feed(data)
        if self._bytes.first_byte == _TLS_HANDSHAKE:
            return NotHttp(b"", self._bytes.received, tls=True)
        while (line := self._bytes.next_line()) is not None:
            if not self._lines and line and not _is_request_line(line):
                return NotHttp(line, self._bytes.received)
            if line:
                self._lines.append(line)
            elif self._lines:
                self._finished = True
                return _parse(self._lines)
        return None


def parse_headers(lines: Iterable[bytes]) -> tuple[tuple[str, str], ...]:
    """Header lines as (lower-case name, value). A line that is no header is skipped.

    A line that begins with a blank continues the value before it (RFC 9112
    section 5.2). Values are UTF-8 or, failing that, Windows-1252.
    """
    headers: list[tuple[str, bytes]] = []
    for line in lines:
        if line[:1] in (b" ", b"\t"):
            if headers:
                name, value = headers[-1]
                headers[-1] = (name, value + b" " + line.strip())
            continue
        raw_name, colon, value = line.partition(b":")
        raw_name = raw_name.rstrip(b" \t")
        if colon and _TOKEN.fullmatch(raw_name):
            headers.append((raw_name.decode("ascii").lower(), value))
    return tuple((name, one_line(decode_text(value))) for name, value in headers)


def parse_form(encoded: bytes) -> dict[str, bytes]:
    """Parameters of a query or of an urlencoded body: lower-case names, decoded values.

    Of equal names the last counts, as in Icecast. Names lose their case because
    BASS.NET writes `Url=`.
    """
    parameters = {}
    for pair in encoded.split(b"&"):
        name, _, value = pair.partition(b"=")
        if name:
            parameters[_unquote_plus(name).decode("latin-1").lower()] = _unquote_plus(value)
    return parameters


def clean_path(encoded: bytes) -> str:
    """A percent-encoded path as text: one leading slash, none doubled.

    Raises PeerError for `.` and `..` segments, which have no business here, and
    for control characters, which would end a header or a log line.
    """
    if encoded == b"*":
        return "*"
    path = decode_text(unquote_to_bytes(encoded))
    if has_controls(path):
        raise PeerError("control characters in the path")
    segments = path.split("/")
    if "." in segments or ".." in segments:
        raise PeerError("dots for a path segment")
    return _SLASHES.sub("/", f"/{path}")


def normalised(head: RequestHead) -> bytes:
    """The head again, so that h11 takes it and means by it what we mean.

    The target is percent-encoded and in origin form, Host stands there once
    (empty when the client sent none), and only a framing h11 knows is kept.
    """
    version = b"1.0" if head.version in ("HTTP/1.0", "ICE/1.0") else b"1.1"
    lines = [b"%s %s HTTP/%s" % (head.method.encode("ascii"), _quoted(head.origin_form), version)]
    lines.append(f"host: {head.header('host') or ''}".encode())
    if "chunked" in head.header_words("transfer-encoding"):
        lines.append(b"transfer-encoding: chunked")
    elif lengths := head.header_words("content-length"):
        lines.append(f"content-length: {lengths[0]}".encode())
    ours = ("host", "transfer-encoding", "content-length")
    lines += [f"{name}: {value}".encode() for name, value in head.headers if name not in ours]
    return b"\r\n".join([*lines, b"", b""])


def response_head(
    status: int, reason: str, headers: Iterable[tuple[str, str]], version: str = "HTTP/1.0"
) -> bytes:
    """The bytes of a response head, in UTF-8. No value can end its line.

    `icy-*` names get no blank after the colon, as SHOUTcast and Icecast write
    them: streamripper takes the blank for a part of the station's name.
    """
    lines = [f"{version} {status} {one_line(reason)}"]
    for name, value in headers:
        if not _TOKEN.fullmatch(name.encode()):
            raise ValueError(f"not a header name: {name!r}")
        blank = "" if name.startswith("icy-") else " "
        lines.append(f"{name}:{blank}{one_line(value)}")
    return "\r\n".join([*lines, "", ""]).encode(errors="replace")


def _split_request_line(line: bytes) -> tuple[bytes, bytes, bytes]:
    """Method, target (which may hold spaces) and version; not searched with one
    expression, which would take quadratic time for a line full of spaces."""
    method, _, rest = line.partition(b" ")
    target, _, version = rest.rstrip(b" ").rpartition(b" ")
    return method, target.strip(b" "), version


def _is_request_line(line: bytes) -> bool:
    method, target, version = _split_request_line(line)
    known = _TOKEN.fullmatch(method) and _VERSION.fullmatch(version)
    return bool(known and target and b"\r" not in target and b"\t" not in target)


def _parse(lines: list[bytes]) -> RequestHead:
    method, target, version = _split_request_line(lines[0])
    head = RequestHead(
        method=method.decode("ascii").upper(),
        target=target,
        version=version.decode("ascii").upper(),
        headers=parse_headers(lines[1:]),
    )
    if not head.version.startswith(("HTTP/1.", "ICE/1.")):
        raise PeerError(f"{head.version} is not spoken here", status=505)
    if head.method not in _OWN_LENGTH:
        _check_framing(head)
    return head


def _check_framing(head: RequestHead) -> None:
    """Refuse a body whose end we and a proxy in front of us might see in two places."""
    codings = head.header_words("transfer-encoding")
    if any(coding not in ("chunked", "identity") for coding in codings):
        raise PeerError(f"transfer coding {', '.join(codings)}", status=501)
    lengths = set(head.header_words("content-length"))
    if len(lengths) > 1 or not all(map(_LENGTH.fullmatch, lengths)):
        raise PeerError("no sense in the Content-Length")


def _unquote_plus(encoded: bytes) -> bytes:
    return unquote_to_bytes(encoded.replace(b"+", b" "))


def _quoted(target: bytes) -> bytes:
    return b"".join(bytes([b]) if 0x21 <= b <= 0x7E else b"%%%02X" % b for b in target)
