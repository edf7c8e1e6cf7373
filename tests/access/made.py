"""A caller for these tests."""

from __future__ import annotations

from radiocast.access.asking import Caller
from radiocast.protocols.basic_auth import Credentials
from radiocast.protocols.http_head import RequestHead


def caller(
    target: str = "/live",
    *headers: tuple[str, str],
    mount: str = "/live",
    ip: str = "192.0.2.7",
    login: tuple[str, str] | None = None,
    number: int = 1,
) -> Caller:
    head = RequestHead("GET", target.encode(), "HTTP/1.1", headers)
    credentials = None if login is None else Credentials(*login)
    return Caller(mount, head, ip, credentials, number)
