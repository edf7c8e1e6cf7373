"""Addresses on the web, as an operator writes them. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit

from radiocast.protocols.basic_auth import Credentials

_PORTS = {"http": 80, "https": 443}
_SAFE = "/!$&'()*+,;=:@~-._?%"  # what may stand in a target (RFC 3986), and what is escaped already


@dataclass(frozen=True, slots=True)
class WebAddress:
    """Where a request goes."""

    scheme: str
    """`http` or `https`."""
    host: str
    """A name in ASCII, or an IP address without brackets."""
    port: int
    target: str
    """Path and query, as the request line has them."""
    credentials: Credentials | None = field(default=None, repr=False)
    """What stands before an @; None: nothing."""

    @classmethod
    def parse(cls, url: str) -> WebAddress:
        """Read an address. Raises ValueError with a message an operator can use.

        >>> WebAddress.parse("https://example.org/add?x=1").target
        '/add?x=1'
        """
        parts = urlsplit(url)  # raises ValueError for a bracket that is left open
        if parts.scheme not in _PORTS:
            raise ValueError("must begin with http:// or https://")
        try:
            host = (parts.hostname or "").encode("idna").decode("ascii")
        except UnicodeError:
            host = ""
        if not host or any(not "!" <= character <= "~" for character in host):
            raise ValueError("has no host that could be asked")
        target = quote(parts.path or "/", safe=_SAFE)
        if parts.query:
            target += "?" + quote(parts.query, safe=_SAFE)
        return cls(
            scheme=parts.scheme,
            host=host,
            port=_PORTS[parts.scheme] if parts.port is None else parts.port,
            target=target,
            credentials=_credentials(parts.username, parts.password),
        )

    @property
    def authority(self) -> str:
        """What the Host header says (RFC 9110 section 7.2)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


def _credentials(user: str | None, password: str | None) -> Credentials | None:
    return None if user is None else Credentials(unquote(user), unquote(password or ""))
