"""The SHOUTcast v1 source dialogue, seen from the server.

    source: password CRLF
    server: OK2 CRLF icy-caps:11 CRLF CRLF         (or: invalid password CRLF, and closes)
    source: icy-name:... CRLF ... CRLF             (headers, then an empty line)
    source: audio, until it closes

Only liquidsoap, edcast and BASS wait for OK2. libshout, butt and Mixxx send the
password, the headers and audio in one go, the first and the last with bare LFs,
and butt a Host header among them. libshout first connects just to say `!POKE`.

There is no place for a user, a mount or a stream's number, so clients put them
into the password line: `user:pw`, `pw:#sid`, `user:pw:#sid`, `/mount:pw`. A
password may hold a colon as well. So every reading of the line is given to the
caller, who tries them in turn.

Audiocast, the login of Icecast 1 (libshout, old darkice and edcast), differs in
its first line only: `SOURCE pw /mount`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum, auto

from radiocast.errors import PeerError
from radiocast.protocols.head_lines import HeadLines
from radiocast.protocols.http_head import clean_path, parse_headers
from radiocast.protocols.source_info import SourceInfo, source_info
from radiocast.protocols.text import decode_text, parse_number

_AUDIOCAST = re.compile(r"SOURCE (.+) (/\S*)", re.IGNORECASE)
_SID = re.compile(r"(.*):#([0-9]{1,9})", re.DOTALL)
_MOUNT = re.compile(r"(/[^:]+):(.+)", re.DOTALL)
_USER = re.compile(r"([^:]+):(.+)", re.DOTALL)
_DEFAULT_USER = "source"


@dataclass(frozen=True, slots=True)
class Login:
    """One reading of a password line."""

    password: str = field(repr=False)
    user: str = _DEFAULT_USER
    mount: str | None = None
    """None: the port's own mount."""
    sid: int | None = None


@dataclass(frozen=True, slots=True)
class PasswordGiven:
    """The source wants in: call `accept` or `refuse` before feeding more."""

    logins: tuple[Login, ...]
    """At most four readings, from the whole line as the password to the most divided."""


@dataclass(frozen=True, slots=True)
class HeadersGiven:
    """What the source says about itself. Its audio follows."""

    info: SourceInfo
    content_type: str
    """In lower case, without parameters; `audio/mpeg` if nothing was said."""
    metaint: int = 0
    """Bytes of audio between two blocks of ICY metadata in what follows; 0: there are none."""


@dataclass(frozen=True, slots=True)
class Audio:
    """Bytes of the stream, cut anywhere."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Poke:
    """libshout only looks whether somebody is here: close and say nothing."""


Event = PasswordGiven | HeadersGiven | Audio | Poke


class State(Enum):
    """Where the dialogue is."""

    PASSWORD = auto()
    VERDICT = auto()
    HEADERS = auto()
    AUDIO = auto()
    CLOSED = auto()


class ShoutcastSource:
    """One source connection. Feed it what arrives, send what it gives back."""

    def __init__(self, max_head: int = 8 * 1024) -> None:
        self.state = State.PASSWORD
        self._bytes = HeadLines(max_head)
        self._headers: list[bytes] = []

    def feed(self, data: bytes) -> list[Event]:
        """Take received bytes; give back what they mean.

        Raises PeerError where the password line or the headers are longer than
        `max_head` bytes in all, or not text.
        """
        match self.state:
            case State.PASSWORD:
                self._bytes.feed(data)
                return self._read_password()
            case State.VERDICT:
                raise AssertionError("accept or refuse the password first")
            case State.HEADERS:
                self._bytes.feed(data)
                return self._read_headers()
            case State.AUDIO:
                return [Audio(data)] if data else []
            case State.CLOSED:
                return []

    def accept(self) -> tuple[bytes, list[Event]]:
        """Let the source in: what to send it, and what it had already sent.

        Raises PeerError for headers, as `feed` does.
        """
        assert self.state is State.VERDICT, "nobody asked"
        self.state = State.HEADERS
        return b"OK2\r\nicy-caps:11\r\n\r\n", self._read_headers()

    def refuse(self, why: str = "invalid password") -> bytes:
        """What to send before closing. butt gives up on the default, and retries on all else."""
        assert self.state is State.VERDICT, "nobody asked"
        self.state = State.CLOSED
        return f"{why}\r\n".encode()

    def _read_password(self) -> list[Event]:
        line = self._bytes.next_line()
        if line is None:
            return []
        if line == b"!POKE":
            self.state = State.CLOSED
            return [Poke()]
        self.state = State.VERDICT
        return [PasswordGiven(_logins(decode_text(line)))]

    def _read_headers(self) -> list[Event]:
        while (line := self._bytes.next_line()) is not None:
            if line:
                self._headers.append(line)
                continue
            self.state = State.AUDIO
            headers = parse_headers(self._headers)
            said = dict(headers)
            given = HeadersGiven(
                source_info(headers),
                said.get("content-type", "").partition(";")[0].strip().lower() or "audio/mpeg",
                parse_number(said.get("icy-metaint", ""), digits=7) or 0,
            )
            rest = self._bytes.rest
            self._bytes = HeadLines(0)
            return [given, Audio(rest)] if rest else [given]
        return []


def _logins(line: str) -> tuple[Login, ...]:
    """Every way to read a password line, the least divided first."""
    logins = [Login(line)]
    if audiocast := _AUDIOCAST.fullmatch(line):
        return (*logins, Login(audiocast[1], mount=_mount(audiocast[2])))
    rest, mount, sid = line, None, None
    if found := _SID.fullmatch(rest):
        rest, sid = found[1], int(found[2])
        logins.append(Login(rest, sid=sid))
    if found := _MOUNT.fullmatch(rest):
        mount, rest = _mount(found[1]), found[2]
        logins.append(Login(rest, mount=mount, sid=sid))
    if found := _USER.fullmatch(rest):
        logins.append(Login(found[2], user=found[1], mount=mount, sid=sid))
    return tuple(logins)


def _mount(path: str) -> str | None:
    """The mount in a password line; None, the port's own, where it is no path."""
    try:
        return clean_path(path.encode())
    except PeerError:
        return None
