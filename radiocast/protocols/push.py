"""Sending a stream to another server, seen from the encoder.

    PUT /live HTTP/1.1           with Expect: 100-continue, as butt and ffmpeg do
    SOURCE /live HTTP/1.0        as libshout does
    password CRLF                SHOUTcast v1: OK2, icy headers, audio

The body of a PUT is neither sized nor in chunks, against RFC 9112: Icecast 2.4 plays chunks to
its listeners. A server may say 100 before it has looked at the password, and no more than that.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote, urlencode

from radiocast.errors import PeerError
from radiocast.formats import Title
from radiocast.protocols.basic_auth import Credentials
from radiocast.protocols.head_lines import HeadLines
from radiocast.protocols.source_info import SourceInfo
from radiocast.protocols.text import decode_text, one_line
from radiocast.protocols.upstream import ResponseReader, authorization, request_bytes

DEFAULT_USER = "source"

_MAX_LINE = 1024


def push_request(
    method: str,
    target: str,
    authority: str,
    *,
    agent: str,
    credentials: Credentials,
    content_type: str,
    info: SourceInfo,
    others: Iterable[tuple[str, str]] = (),
) -> bytes:
    """The head of a `PUT` or `SOURCE`. `others` are headers besides."""
    is_put = method == "PUT"
    public = "" if info.public is None else str(int(info.public))
    said = (
        ("Ice-Name", info.name),
        ("Ice-Description", info.description),
        ("Ice-Genre", info.genre),
        ("Ice-URL", info.url),
        ("Ice-Public", public),
        ("Ice-Bitrate", info.bitrate),
        ("Ice-Audio-Info", info.audio_info),
    )
    headers = [
        ("Host", authority),
        authorization(credentials),
        ("User-Agent", agent),
        ("Content-Type", content_type),
        *((name, value) for name, value in said if value),
        *others,
    ]
    if is_put:
        headers += [("Expect", "100-continue"), ("Connection", "close")]
    return request_bytes(f"{method} {target} HTTP/{'1.1' if is_put else '1.0'}", headers)


class PushAnswers:
    """What a server says to a PUT or SOURCE, while it is being sent to."""

    def __init__(self) -> None:
        self._reader = ResponseReader(interim=True)

    def feed(self, data: bytes) -> bool:
        """Take received bytes; whether they let us send. Raises PeerError where they refuse."""
        allowed = False
        head = self._reader.feed(data)
        while head is not None:
            if head.status >= 300:
                raise PeerError(f"it says {head.status} {head.reason}".rstrip())
            allowed = True
            head = self._reader.feed(b"")
        return allowed


def shoutcast_password(credentials: Credentials) -> bytes:
    """The first line to a SHOUTcast v1 server. A user is said by the servers' own custom."""
    user = "" if credentials.user == DEFAULT_USER else f"{credentials.user}:"
    return f"{one_line(user + credentials.password)}\r\n".encode(errors="replace")


def shoutcast_headers(content_type: str, info: SourceInfo) -> bytes:
    """What follows once the server has said OK2. DNAS wants a name, a bitrate and `icy-pub`."""
    headers = (
        ("icy-name", info.name or "radiocast"),
        ("icy-genre", info.genre or "various"),
        ("icy-url", info.url),
        ("icy-pub", str(int(bool(info.public)))),
        ("icy-br", info.bitrate or "128"),
        ("content-type", content_type),
    )
    lines = [f"{name}:{one_line(value)}" for name, value in headers if value]
    return "\r\n".join([*lines, "", ""]).encode(errors="replace")


class ShoutcastAnswers:
    """What a SHOUTcast v1 server says to a password."""

    def __init__(self) -> None:
        self._lines = HeadLines(_MAX_LINE)
        self._allowed = False

    def feed(self, data: bytes) -> bool:
        """As `PushAnswers.feed`. What it says once it has let us in is nothing to us."""
        if not self._allowed:
            self._lines.feed(data)
            line = self._lines.next_line()
            if line is not None and not line.upper().startswith(b"OK"):
                raise PeerError(f"it says {one_line(decode_text(line))[:80]}")
            self._allowed = line is not None
        return self._allowed


def title_target(path: str, title: Title | None) -> str:
    """What is asked for to tell Icecast the title of the mount at `path`, percent-encoded."""
    text = title.text if title is not None else ""
    said = (("mode", "updinfo"), ("mount", path), ("charset", "UTF-8"), ("song", text))
    return f"/admin/metadata?{_query(said)}"


def shoutcast_title_target(credentials: Credentials, title: Title | None) -> str:
    """The same for SHOUTcast v1, whose password stands in the address."""
    text, url = (title.text, title.url) if title is not None else ("", "")
    said = (("mode", "updinfo"), ("pass", credentials.password), ("song", text), ("url", url))
    user = () if credentials.user == DEFAULT_USER else (("user", credentials.user),)
    return f"/admin.cgi?{_query((*said, *user))}"


def _query(pairs: tuple[tuple[str, str], ...]) -> str:
    return urlencode(pairs, quote_via=quote, errors="replace")
