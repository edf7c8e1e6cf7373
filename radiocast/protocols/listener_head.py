"""The head before an endless stream, and what a browser asks before it (CORS).

No length: the end of the connection is the end of the body. Any
length becomes a wrong duration in MPD, Chromium and Firefox; chunks are noise
to old players.
"""

from __future__ import annotations

from collections.abc import Iterable

from radiocast.config.fields import Header
from radiocast.protocols.dialect import Dialect
from radiocast.protocols.http_head import RequestHead
from radiocast.protocols.replies import NEVER_CACHED, Refusal
from radiocast.protocols.response import ANY_ORIGIN
from radiocast.protocols.source_info import SourceInfo

_EXPOSED = (
    "icy-br, icy-description, icy-genre, icy-metaint, icy-name, icy-pub, icy-url, ice-audio-info"
)


def listener_head(
    *,
    mount: str,
    content_type: str,
    info: SourceInfo,
    metaint: int | None,
    dialect: Dialect,
    now: float,
    more: Iterable[Header] = (),
    others: Iterable[tuple[str, str]] = (),
) -> bytes:
    """The head of a 200, in Icecast's order; `now` in Unix seconds, `more` are the mount's own.

    `metaint` is for listeners who asked for titles; None or 0: no titles. The
    name is always there, for want of another the mount's: VLC only asks for titles
    where it sees one. `others` are headers besides.
    """
    public = None if info.public is None else str(int(info.public))
    said = (
        ("icy-br", info.bitrate),
        ("ice-audio-info", info.audio_info),
        ("icy-description", info.description),
        ("icy-genre", info.genre),
        ("icy-name", info.name or mount),
        ("icy-pub", public),
        ("icy-url", info.url),
        ("icy-metaint", str(metaint) if metaint else None),
    )
    headers = (
        ("Content-Type", content_type),
        *NEVER_CACHED,
        ANY_ORIGIN,
        ("Access-Control-Expose-Headers", _EXPOSED),
    )
    spoken = (*((name, value) for name, value in said if value), *others)
    return dialect.head(200, "OK", headers, now=now, on_air=True, more=more, last=spoken)


def preflight() -> tuple[tuple[str, str], ...]:
    """Headers of the 204 that lets a page of any origin listen with `fetch`."""
    return (
        ANY_ORIGIN,
        ("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS"),
        ("Access-Control-Allow-Headers", "Origin, Accept, Authorization, Icy-MetaData, Range"),
        ("Access-Control-Max-Age", "86400"),
    )


def answer_options(
    head: RequestHead, dialect: Dialect, *, now: float, on_air: bool = False
) -> tuple[int, bytes]:
    """What OPTIONS gets before the connection is closed: the status, and all its bytes.
    `now` in Unix seconds.

    `OPTIONS *` is libshout looking for a way to TLS (RFC 2817). A 400 makes it go
    on in plain text, or with a ClientHello where it must; after 404 or 501 it
    gives up, after 426 it asks again for ever. For all others this is a preflight.
    There is no Allow header at 2.4 on purpose: libshout would take PUT and POST from it
    and change its whole dialogue.
    """
    if head.path == "*" or head.header("upgrade"):
        return dialect.refusal(Refusal.NO_UPGRADE.value, now=now, asked=head)
    said = dialect.head(204, "No Content", preflight(), now=now, asked=head, on_air=on_air)
    return 204, said
