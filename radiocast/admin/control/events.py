"""Server-Sent Events: titles as they change, for web pages. Pure.

A page hears what was at the live edge a while ago. The first event tells where we are reached
and how far `behind` each stream begins, and `clock`, the time here; every event has `at`, the
time its title was at the live edge. A page that began to play when it read `clock` is then at
`clock - behind + audio.currentTime`, and shows each title when that reaches its `at`.
"""

from __future__ import annotations

from radiocast.admin.control.call import encode
from radiocast.admin.control.shapes import Shape

CONTENT_TYPE = "text/event-stream; charset=utf-8"

HEARTBEAT = 15.0
"""Seconds of nothing new until a comment is sent: proxies hang up on who says nothing for a
minute, and a listener who left is found when something is sent."""

BEAT = b":\n\n"

RETRY = b"retry: 3000\n\n"
"""Milliseconds until a browser comes back by itself."""


def event(name: str, number: object, data: Shape) -> bytes:
    """One event (WHATWG HTML, section 9.2). JSON has no line ends, so its data is one line."""
    return b"event: %s\nid: %s\ndata: %s\n\n" % (name.encode(), str(number).encode(), encode(data))
