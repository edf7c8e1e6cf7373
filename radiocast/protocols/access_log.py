"""Lines of the access log, as Icecast writes them, so that the same programs read them.

    192.0.2.1 - fred [22/Nov/2026:13:57:07 +0000] "GET /live HTTP/1.0" 200 66049 "-" "VLC" 12

That is the combined format with the duration in seconds at its end. The query
is left out: encoders put passwords there.
"""

from __future__ import annotations

from radiocast.protocols.http_date import log_date
from radiocast.protocols.http_head import RequestHead
from radiocast.protocols.text import one_line

_UNSAFE = str.maketrans(dict.fromkeys('!"`\\', "."))


def access_line(
    head: RequestHead,
    *,
    ip: str,
    user: str | None,
    status: int,
    sent: int,
    duration: float,
    now: float,
    utc_offset: int = 0,
) -> str:
    """One line without its end. `sent` in bytes, heads and metadata included (for a
    source: what it was answered); `duration` in seconds; `now` is when it ended, in
    Unix seconds, `utc_offset` in seconds east of Greenwich."""
    request = f"{_word(head.method)} {_word(head.path)} {_word(head.version)}"
    return (
        f"{_word(ip)} - {_word(user)} [{log_date(now, utc_offset)}] "
        f'"{request}" {status} {sent} '
        f'"{_quoted(head.header("referer"))}" "{_quoted(head.header("user-agent"))}" '
        f"{int(duration)}"
    )


def _quoted(text: str | None) -> str:
    """Text between quotation marks: nothing in it can end them, or the line."""
    return one_line(text or "").translate(_UNSAFE) or "-"


def _word(text: str | None) -> str:
    """Text between spaces: nothing in it can end it either."""
    return "".join("." if c.isspace() else c for c in _quoted(text))
