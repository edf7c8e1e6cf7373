"""Where a mount is heard: its path and address as a URL (RFC 3986) needs them."""

from __future__ import annotations

from urllib.parse import quote

_SAFE = "/!$&'()*+,;=:@~-._"  # pchar and "/" of RFC 3986 §3.3: no player misreads those


def quote_path(path: str) -> str:
    """A mount's path as it stands in a URL or a link on our own pages.

    A link to `//x/y` would lead to the host x; `/.//x/y` is the same path on ours.

    >>> quote_path("/Café live.mp3")
    '/Caf%C3%A9%20live.mp3'
    """
    quoted = quote(path, safe=_SAFE, errors="replace")
    return "/." + quoted if quoted.startswith("//") else quoted


def listen_url(host: str, port: int, path: str) -> str:
    """The whole address of a mount, the port always written out, as Icecast does.

    >>> listen_url("radio.example", 8000, "/live.mp3")
    'http://radio.example:8000/live.mp3'
    >>> listen_url("::1", 8000, "/live.mp3")
    'http://[::1]:8000/live.mp3'
    """
    return f"http://{f'[{host}]' if ':' in host else host}:{port}{quote_path(path)}"
