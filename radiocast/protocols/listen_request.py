"""A listener's request: which mount, with titles or without, or only a playlist file.

SHOUTcast players ask for the one stream of a server in many ways: `/;`,
`/;stream.mp3`, `/;stream.nsv&type=mp3`, `/?sid=1`, `/stream/1/`. They mean the
default mount, unless a mount of that very name exists; the server knows.

Range is read and then ignored on live mounts. To an open range, a 206 makes
ffmpeg and mpv seek. The two-byte probe of iOS (`bytes=0-1`) gets 200 as well:
after a 206 the player asks again without Icy-MetaData and never shows a title.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from radiocast.protocols.basic_auth import Credentials, parse_basic
from radiocast.protocols.http_head import RequestHead
from radiocast.protocols.text import parse_number

_PLAYLIST = re.compile(r"(/.+)\.(m3u|pls|xspf|vclt)", re.IGNORECASE | re.DOTALL)
_SHOUTCAST_PATH = re.compile(r"/(?:stream/?|stream/([0-9]{1,9})/?|listen)?", re.IGNORECASE)
_RANGE = re.compile(r"bytes\s*=\s*([0-9]{0,18})\s*-\s*([0-9]{0,18})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ByteRange:
    """One range of bytes, both ends included (RFC 9110 section 14.1.2)."""

    first: int | None
    """None: the last `last` bytes."""
    last: int | None
    """None: to the end."""


@dataclass(frozen=True, slots=True)
class ListenRequest:
    """What a listener asked for."""

    mount: str
    """Path of the mount, without what SHOUTcast players and playlist names add."""
    shoutcast_default: bool
    """If no mount has that path, the default mount is meant."""
    sid: int | None
    """SHOUTcast's number of the stream, where one was given."""
    playlist: str | None
    """`m3u`, `pls`, `xspf` or `vclt`, unless a mount has the whole path for its name."""
    icy: bool
    """The player takes titles between the audio."""
    head_only: bool
    range: ByteRange | None
    user_agent: str
    referer: str
    credentials: Credentials | None

    @classmethod
    def from_head(cls, head: RequestHead) -> ListenRequest:
        """Read a GET or HEAD."""
        before, semicolon, _ = head.path.partition("/;")
        playlist = None if semicolon else _PLAYLIST.fullmatch(head.path)
        mount = playlist[1] if playlist else before or "/"
        icy = head.header("icy-metadata") == "1"
        sid = head.query.get("sid", "")
        shoutcast = _SHOUTCAST_PATH.fullmatch(mount)
        if shoutcast and shoutcast[1]:
            sid = shoutcast[1]
        # A browser asks for `/` too, but wants the page: it sends neither sid nor Icy-MetaData.
        page = mount == "/" and not (semicolon or sid or icy)
        return cls(
            mount=mount,
            shoutcast_default=shoutcast is not None and not page,
            sid=parse_number(sid, digits=9),
            playlist=playlist[2].lower() if playlist else None,
            icy=icy,
            head_only=head.method == "HEAD",
            range=_range(head.header("range")),
            user_agent=head.header("user-agent") or "",
            referer=head.header("referer") or "",
            credentials=parse_basic(head.header("authorization")),
        )


def _range(value: str | None) -> ByteRange | None:
    """A single range; None for none, several, or one that makes no sense."""
    found = _RANGE.fullmatch(value or "")
    if not found or not (found[1] or found[2]):
        return None
    first, last = (int(end) if end else None for end in found.groups())
    backwards = first is not None and last is not None and last < first
    return None if backwards else ByteRange(first, last)
