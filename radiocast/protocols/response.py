"""A whole HTTP answer as a value: whoever sends it adds server, date and length."""

from __future__ import annotations

from dataclasses import dataclass

from radiocast.protocols.reports import Report

ANY_ORIGIN = ("Access-Control-Allow-Origin", "*")
"""The header that lets pages of other sites read an answer."""


@dataclass(frozen=True, slots=True)
class Response:
    """A whole answer."""

    status: int
    body: bytes = b""
    content_type: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    report: Report | None = None
    """What Icecast 2.5 says instead; None: the same."""
