"""The files the pages need, kept in memory: there is no path from a request to the disk."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent."""

    body: bytes
    content_type: str
    etag: str
    """Quotes included, as the ETag header has it (RFC 9110 §8.8.3)."""


_PREFIX = "/static/"
_CONTENT_TYPES = {
    "admin.css": "text/css; charset=utf-8",
    "favicon.svg": "image/svg+xml",
    "player.js": "text/javascript; charset=utf-8",
    "style.css": "text/css; charset=utf-8",
}


def _load(name: str, content_type: str) -> Asset:
    body = resources.files("radiocast.web").joinpath("static", name).read_bytes()
    return Asset(body, content_type, f'"{hashlib.sha256(body).hexdigest()[:16]}"')


_ASSETS = {_PREFIX + name: _load(name, kind) for name, kind in _CONTENT_TYPES.items()}


def asset(path: str) -> Asset | None:
    """What is at this path of the station (`/static/style.css`, without the query); None: nothing.

    >>> asset("/static/../static.py")
    """
    return _ASSETS.get(path)


def asset_url(name: str) -> str:
    """The address of a file for use in a page. It changes with the file, so that a
    browser may keep what it got. Raises KeyError if there is no such file."""
    path = _PREFIX + name
    version = _ASSETS[path].etag.strip('"')
    return f"{path}?v={version}"
