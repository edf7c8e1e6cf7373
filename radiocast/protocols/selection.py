"""What of a file a request gets: all of it, a range, or word that it has not changed.

Conditions and ranges of HTTP (RFC 9110 sections 13 and 14). Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from radiocast.protocols.http_date import http_date
from radiocast.protocols.http_head import RequestHead
from radiocast.protocols.listen_request import ListenRequest

_TAGS = re.compile(r'(?:W/)?("[^"]*")')


@dataclass(frozen=True, slots=True)
class Version:
    """Which state of a file it is."""

    size: int
    """In bytes."""
    modified: float
    """Unix seconds."""
    etag: str
    """Quotes included. A strong one: equal tags mean equal bytes."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What is sent of a file."""

    status: int
    """200, 206, 304 or 416."""
    first: int = 0
    """The offset of the first byte."""
    size: int = 0
    """How many bytes from there on."""


def select(head: RequestHead, version: Version) -> Selection:
    """What a GET or HEAD gets.

    Of several ranges in one request nothing is made: the whole file is, as the standard allows.
    """
    if _is_known(head, version):
        return Selection(304)
    asked = ListenRequest.from_head(head).range if head.method == "GET" else None
    if asked is None or not _still_holds(head.header("if-range"), version):
        return Selection(200, 0, version.size)
    last = version.size - 1
    if asked.first is None:  # the last so many bytes
        first = max(0, version.size - (asked.last or 0))
    else:
        first = asked.first
        last = last if asked.last is None else min(asked.last, last)
    if first > last:
        return Selection(416)
    return Selection(206, first, last - first + 1)


def _is_known(head: RequestHead, version: Version) -> bool:
    """Whether the client has this very state (RFC 9110 section 13.2.2): tags count before dates."""
    tags = head.header("if-none-match")
    if tags is not None:
        # "A recipient MUST use the weak comparison function" (section 13.1.2).
        return tags.strip() == "*" or version.etag in _TAGS.findall(tags)
    since = _moment(head.header("if-modified-since"))
    return since is not None and int(version.modified) <= since


def _still_holds(condition: str | None, version: Version) -> bool:
    """If-Range: a range is only good for the state the client has a part of. A weak tag or a date
    that is not the very one says nothing certain (section 13.1.5)."""
    return condition is None or condition in (version.etag, http_date(version.modified))


def _moment(date: str | None) -> float | None:
    """An HTTP date as Unix seconds; None: there is none, or it makes no sense."""
    try:
        return parsedate_to_datetime(date).timestamp() if date else None
    except (ValueError, OverflowError):
        return None
