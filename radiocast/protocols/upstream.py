"""Asking another server for a stream, and what it answers: HTTP/1.0, HTTP/1.1, or `ICY 200 OK`.

The request is that of a player that wants titles. HTTP/1.1 is asked for, as ffmpeg and all
browsers do: there are proxies that turn HTTP/1.0 away, and chunks can be undone. SHOUTcast v1
answers `ICY 200 OK` with headers like those of HTTP, which h11 does not take.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass

from radiocast.errors import PeerError
from radiocast.protocols.basic_auth import Credentials
from radiocast.protocols.head_lines import HeadLines
from radiocast.protocols.http_head import parse_headers
from radiocast.protocols.source_info import SourceInfo, source_info
from radiocast.protocols.text import decode_text, one_line, parse_number
from radiocast.protocols.via import servers_in

MAX_HEAD = 16 * 1024
"""Bytes of an answer's head."""

_STATUS = re.compile(rb"(?:HTTP/[0-9]\.[0-9]|ICY) +([1-5][0-9]{2})(?: +(.*))?", re.IGNORECASE)
_REDIRECTS = (301, 302, 303, 307, 308)
_PLAYLISTS = ("mpegurl", "scpls", "pls+xml", "xspf+xml")
_SAYS_LITTLE = ("text/plain", "application/octet-stream", "binary/octet-stream", "")


@dataclass(frozen=True, slots=True)
class ResponseHead:
    """A status line and its headers."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...] = ()
    """Lower-case names and their values, in the order they came."""

    def header(self, name: str) -> str:
        """The first value of the header `name` (lower case); empty: there is none."""
        return next((value for known, value in self.headers if known == name), "")

    def header_words(self, name: str) -> list[str]:
        """Every comma-separated word of all headers `name`, in lower case."""
        values = ",".join(value for known, value in self.headers if known == name)
        return [word for part in values.split(",") if (word := part.strip().lower())]


@dataclass(frozen=True, slots=True)
class Stream:
    """There it is."""

    content_type: str
    """In lower case, without parameters; `audio/mpeg` if nothing was said."""
    info: SourceInfo
    metaint: int
    """Bytes of audio between two blocks of metadata; 0: there are none."""
    chunked: bool
    via: tuple[str, ...]
    """The servers of our kind it comes by."""


@dataclass(frozen=True, slots=True)
class Moved:
    """It is somewhere else."""

    location: str


@dataclass(frozen=True, slots=True)
class Playlist:
    """It is not the stream yet but a file that says where it is."""

    chunked: bool


class ResponseReader:
    """Reads one response head, however it is cut; what came before the last word (100, 103)
    is passed over."""

    def __init__(self, *, interim: bool = False) -> None:
        """`interim`: give the 1xx as well."""
        self._interim = interim
        self._bytes = HeadLines(MAX_HEAD)
        self._lines: list[bytes] = []

    @property
    def rest(self) -> bytes:
        """What followed the head."""
        return self._bytes.rest

    def feed(self, data: bytes) -> ResponseHead | None:
        """Take received bytes; None: the head goes on. Raises PeerError for what is none."""
        self._bytes.feed(data)
        while (line := self._bytes.next_line()) is not None:
            if line:
                self._lines.append(line)
            elif self._lines:
                head = _parse(self._lines)
                self._lines = []
                if head.status >= 200 or self._interim:
                    return head
        return None


def listen_request(
    target: str,
    authority: str,
    *,
    agent: str,
    titles: bool,
    credentials: Credentials | None = None,
    others: Iterable[tuple[str, str]] = (),
) -> bytes:
    """The request for a stream. `others` are headers besides."""
    headers = [("Host", authority), ("User-Agent", agent), ("Accept", "*/*")]
    if titles:
        headers.append(("Icy-MetaData", "1"))
    if credentials is not None:
        headers.append(authorization(credentials))
    return request_bytes(f"GET {target} HTTP/1.1", [*headers, *others, ("Connection", "close")])


def request_bytes(line: str, headers: Iterable[tuple[str, str]]) -> bytes:
    """A request's head. No value can end its line."""
    lines = [line, *(f"{name}: {one_line(value)}" for name, value in headers)]
    return "\r\n".join([*lines, "", ""]).encode(errors="replace")


def authorization(credentials: Credentials) -> tuple[str, str]:
    """The header that proves who we are (RFC 7617)."""
    pair = f"{credentials.user}:{credentials.password}".encode(errors="replace")
    return ("Authorization", f"Basic {b64encode(pair).decode()}")


def meaning(head: ResponseHead, target: str) -> Stream | Moved | Playlist:
    """What an answer to a request for `target` says. Raises PeerError for a refusal."""
    if head.status in _REDIRECTS and head.header("location"):
        return Moved(head.header("location"))
    if head.status != 200:
        raise PeerError(f"it says {head.status} {head.reason}".rstrip())
    codings = head.header_words("transfer-encoding")
    if any(coding not in ("chunked", "identity") for coding in codings):
        raise PeerError(f"its transfer coding is {', '.join(codings)}")
    chunked = "chunked" in codings
    content_type = head.header("content-type").partition(";")[0].strip().lower()
    if _is_playlist(content_type, target):
        return Playlist(chunked)
    if content_type.startswith(("text/", "image/")):
        raise PeerError(f"it sends {content_type}, which is no stream")
    return Stream(
        content_type=content_type or "audio/mpeg",
        info=source_info(head.headers),
        metaint=parse_number(head.header("icy-metaint"), digits=9) or 0,
        chunked=chunked,
        via=servers_in(head.header_words("via")),
    )


def _is_playlist(content_type: str, target: str) -> bool:
    if content_type.endswith(_PLAYLISTS):
        return True
    named = target.partition("?")[0].lower().endswith((".m3u", ".m3u8", ".pls", ".xspf"))
    return named and content_type in _SAYS_LITTLE


def _parse(lines: list[bytes]) -> ResponseHead:
    found = _STATUS.fullmatch(lines[0])
    if found is None:
        raise PeerError(f"its answer is not HTTP: {lines[0][:40]!r}")
    return ResponseHead(
        status=int(found[1]),
        reason=one_line(decode_text(found[2] or b""))[:80],
        headers=parse_headers(lines[1:]),
    )
