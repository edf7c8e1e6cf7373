"""The streams as XML and as JSON, as DNAS 2.6 writes them.

Text is UTF-8; what XML cannot say is left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from radiocast.admin.shoutcast.streams import (
    Fields,
    Server,
    Stream,
    listener_fields,
    metadata_fields,
    server_fields,
    song_fields,
    stream_fields,
)
from radiocast.mounts.statistics import ListenerStatistics
from radiocast.protocols.text import xml_text

XML = "text/xml; charset=utf-8"
JSON = "application/json; charset=utf-8"
SCRIPT = "text/javascript; charset=utf-8"

_CALLBACK = re.compile(r"[A-Za-z_$][A-Za-z0-9_$.]{0,99}")

LISTENERS, SONGS, METADATA = 3, 4, 5
"""The pages of `viewxml` and `viewjson`; nothing or 0 is all of them, any other the summary."""


@dataclass(frozen=True, slots=True)
class Document:
    """The same in both forms."""

    xml: str
    """What is inside of SHOUTCASTSERVER."""
    json: object


def stats(stream: Stream, version: str, *, now: float, source: bool = False) -> Document:
    """One stream."""
    fields: Fields = {**stream_fields(stream, now=now, source=source), "version": version}
    return Document(_elements(fields), fields)


def statistics(server: Server, *, now: float) -> Document:
    """All streams."""
    together = server_fields(server)
    each = [(stream.sid, stream_fields(stream, now=now)) for stream in server.streams]
    inside = "".join(f'<STREAM id="{sid}">{_elements(fields)}</STREAM>' for sid, fields in each)
    xml = f"<STREAMSTATS>{_elements(together)}{inside}</STREAMSTATS>"
    return Document(xml, {**together, "streams": [{"id": sid, **fields} for sid, fields in each]})


def songs(stream: Stream) -> Document:
    """What was played, newest first."""
    return _list("SONGHISTORY", "SONG", map(song_fields, stream.played))


def next_songs(stream: Stream) -> Document:
    """What will be played."""
    titles = "".join(
        f'<TITLE seq="{number}">{xml_text(title)}</TITLE>'
        for number, title in enumerate(stream.upcoming, 1)
    )
    told = [{"title": title} for title in stream.upcoming]
    return Document(f"<NEXTSONGS>{titles}</NEXTSONGS>", told)


def view(
    stream: Stream,
    listeners: Sequence[ListenerStatistics],
    version: str,
    *,
    page: int,
    now: float,
) -> Document:
    """What the operator is shown of a stream."""
    if page == LISTENERS:
        return _list("LISTENERS", "LISTENER", map(listener_fields, listeners))
    if page == SONGS:
        return songs(stream)
    if page == METADATA:
        fields = metadata_fields(stream)
        return Document(f"<SONGMETADATA>{_elements(fields)}</SONGMETADATA>", fields)
    summary = stats(stream, version, now=now, source=True)
    if page:
        return summary
    crowd, past = (view(stream, listeners, version, page=each, now=now) for each in (3, 4))
    # Scripts for DNAS 1.9 look for these; where one is missing they show the whole page.
    old: Fields = {
        "reportedlisteners": len(stream.crowd.addresses),
        "irc": "",
        "icq": "",
        "aim": "",
    }
    assert isinstance(summary.json, dict)
    together = {**summary.json, **old, "listeners": crowd.json, "songs": past.json}
    return Document(summary.xml + _elements(old) + crowd.xml + past.xml, together)


def as_xml(document: Document) -> bytes:
    """The whole of it."""
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes" ?>\n'
    return f"{head}<SHOUTCASTSERVER>{document.xml}</SHOUTCASTSERVER>\n".encode()


def as_json(document: Document) -> bytes:
    """The whole of it."""
    text = json.dumps(document.json, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")


def is_callback(name: str) -> bool:
    """Whether it can only be the name of a function."""
    return _CALLBACK.fullmatch(name) is not None


def as_script(document: Document, callback: str) -> bytes:
    """JSON-P: a call of the page's function `callback`, for pages of times before CORS.

    The comment keeps the name from being the beginning of a file of another kind.
    """
    return b"/**/%s(%s)" % (callback.encode(), as_json(document))


def _list(outer: str, inner: str, entries: Iterable[Fields]) -> Document:
    told = list(entries)
    inside = "".join(f"<{inner}>{_elements(fields)}</{inner}>" for fields in told)
    return Document(f"<{outer}>{inside}</{outer}>", told)


def _elements(fields: Fields) -> str:
    return "".join(
        f"<{name.upper()}>{xml_text(str(value))}</{name.upper()}>" for name, value in fields.items()
    )
