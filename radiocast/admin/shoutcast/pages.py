"""The pages of DNAS 1.9 that scripts take apart with regular expressions: to the letter."""

from __future__ import annotations

from datetime import datetime, tzinfo

from radiocast.admin.shoutcast.streams import Stream
from radiocast.protocols.text import one_line, xml_text

BARE_HTML = "text/html"
"""Of `/7.html`: node-internet-radio hangs up on any parameter. It is UTF-8 nevertheless."""

HTML = "text/html; charset=utf-8"
TEXT = "text/plain; charset=utf-8"

_SEVEN = '<HTML><meta http-equiv="Pragma" content="no-cache"></head><body>{}</body></html>'
"""Scripts cut off just this, so it stays as it is, with the `<head>` that is missing."""


def seven(stream: Stream) -> bytes:
    """Seven values: listeners, whether it is on air, the most listeners there were and may be,
    unique listeners, the bitrate, the title. Commas in the title are its own: it is the last."""
    mount = stream.mount
    values = (
        mount.listeners if mount else 0,
        int(mount is not None),
        mount.listener_peak if mount else 0,
        stream.max_listeners,
        len(stream.crowd.addresses),
        stream.bitrate,
        xml_text(stream.title),
    )
    return _SEVEN.format(",".join(map(str, values))).encode()


def current_song(stream: Stream) -> bytes:
    """The title as it is."""
    return one_line(stream.title).encode(errors="replace")


def played(stream: Stream, station: str, zone: tzinfo | None) -> bytes:
    """A table of what was played, newest first. `zone`: whose clock; None: this machine's."""
    rows = [
        f"<tr><td>{datetime.fromtimestamp(each.at, zone):%H:%M:%S}</td>"
        f"<td>{xml_text(each.title.text)}</td>{'' if number else '<td><b>Current Song</b></td>'}"
        "</tr>"
        for number, each in enumerate(stream.played)
    ]
    table = (
        "<table border=0 cellpadding=2 cellspacing=2>"
        f"<tr><td>Played @</td><td><b>Song Title</b></td></tr>{''.join(rows)}</table>"
    )
    title = f"<title>{xml_text(station)} - Song History</title>"
    return f"<html><head>{title}</head><body>{table}</body></html>".encode()
