"""A call of the API as a value, and what can be wrong with it. Pure."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from radiocast.errors import RadiocastError
from radiocast.protocols.http_head import RequestHead
from radiocast.protocols.response import ANY_ORIGIN, Response

JSON = "application/json; charset=utf-8"

MAX_KEY = 4096
"""Characters of what names a track: Linux's longest path."""

MAX_FIELD = 1000
"""Characters of a text in a body."""

MAX_WORDS = 200
"""Characters of a search."""

CHALLENGE = ("WWW-Authenticate", 'Basic realm="radiocast", charset="UTF-8"')
"""What goes with a 401: browsers then ask for the password."""

_FRESH = (("Cache-Control", "no-cache, no-store"), ("X-Content-Type-Options", "nosniff"))
_LATEST = datetime.max.replace(tzinfo=UTC).timestamp() - 86400


class CallError(RadiocastError):
    """The call cannot be answered. Says why, to whoever called."""

    def __init__(self, status: int, problem: str, *headers: tuple[str, str]) -> None:
        self.status = status
        self.headers = headers
        super().__init__(problem)


@dataclass(frozen=True, slots=True)
class Call:
    """A request for something under /api."""

    head: RequestHead
    body: bytes
    caller: str
    """The address it came from."""
    is_admin: bool
    """Whether it came with the administrator's password."""
    site: str
    """Where we were reached, as `http://radio.example:8000`."""

    def text(self, name: str, longest: int = MAX_WORDS) -> str:
        """A parameter of the query; empty: it is not there. Raises CallError."""
        value = self.head.query.get(name, "").strip()
        if len(value) > longest:
            raise CallError(400, f"{name} is longer than {longest} characters")
        return value

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        """A number in the query. Raises CallError."""
        value = self.text(name)
        if not value:
            return default
        if not (value.isascii() and value.isdigit() and len(value) <= 9):
            raise CallError(400, f"{name} must be a whole number")
        if not least <= int(value) <= most:
            raise CallError(400, f"{name} must be from {least} to {most}")
        return int(value)

    def moment(self, name: str, default: float) -> float:
        """A time in the query, in Unix seconds: these or ISO 8601, UTC if it names no zone.
        Raises CallError."""
        value = self.text(name)
        if not value:
            return default
        try:
            seconds = float(value)
        except ValueError:
            seconds = _from_iso(name, value)
        if not (math.isfinite(seconds) and 0 <= seconds <= _LATEST):
            raise CallError(400, f"{name} is no time that can be")
        return seconds

    def fields(self, *names: str) -> Mapping[str, object]:
        """The JSON object in the body, which has no other fields than these. Raises CallError."""
        try:
            found = json.loads(self.body or b"{}")
        except (ValueError, RecursionError):
            raise CallError(400, "the body is no JSON") from None
        if not isinstance(found, dict):
            raise CallError(400, "the body is no JSON object")
        if unknown := [name for name in found if name not in names]:
            known = ", ".join(names)
            raise CallError(400, f"there is no field {unknown[0][:40]!r} here, only {known}")
        return found

    def field(self, value: object, name: str) -> str:
        """A field that must be a text. Raises CallError."""
        if not isinstance(value, str) or len(value) > MAX_FIELD:
            raise CallError(400, f"{name} must be a text of up to {MAX_FIELD} characters")
        return value


def key_in(fields: Mapping[str, object]) -> str:
    """What names a track: its `id`, `key` or `path`. Raises CallError."""
    given = [value for name in ("id", "key", "path") if (value := fields.get(name)) is not None]
    if len(given) != 1:
        raise CallError(400, "which track? give its id, its key or its path")
    if not isinstance(given[0], str) or not 0 < len(given[0]) <= MAX_KEY:
        raise CallError(400, f"a track is named by a text of up to {MAX_KEY} characters")
    return given[0]


def position_in(fields: Mapping[str, object]) -> int | None:
    """A place in the queue, 0 being next; None: it is not there. Raises CallError."""
    value = fields.get("position")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 10**9:
        raise CallError(400, "position must be a whole number, 0 being next")
    return value


def answer(value: object, status: int = 200) -> Response:
    """`value` as JSON, for pages of every site: browsers give them no private answers, because
    they send no password along unless the header names the very site."""
    return Response(status, encode(value), JSON, (*_FRESH, ANY_ORIGIN))


def refuse(error: CallError) -> Response:
    """What was wrong, as JSON."""
    body = encode({"error": str(error)})
    return Response(error.status, body, JSON, (*error.headers, *_FRESH, ANY_ORIGIN))


def encode(value: object) -> bytes:
    """`value` as JSON in UTF-8. Names of files that are not UTF-8 have surrogates: written as
    backslash, u and four digits they are just what JSON has for them."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace")


def _from_iso(name: str, value: str) -> float:
    try:
        found = datetime.fromisoformat(value)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        problem = f"{name} must be a time as 2026-03-01T06:00:00Z, or Unix seconds"
        raise CallError(400, problem) from None
