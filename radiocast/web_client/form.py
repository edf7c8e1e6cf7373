"""Forms as Icecast sends them. Pure."""

from __future__ import annotations

from collections.abc import Iterable

FORM = "application/x-www-form-urlencoded"
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")


def escape(text: str) -> str:
    """Everything but ASCII letters and digits as %xx, in lower case, as Icecast writes it.

    >>> escape("/live.mp3?x=a b")
    '%2flive%2emp3%3fx%3da%20b'
    """
    encoded = text.encode(errors="replace")
    return "".join(chr(byte) if byte in _PLAIN else f"%{byte:02x}" for byte in encoded)


def form_body(fields: Iterable[tuple[str, str]], *, escape_action: bool = False) -> bytes:
    """The body of a POST. Names stand there as they are.

    So does the value of `action` with Icecast 2.4; 2.5 escapes it like the others.
    """
    pairs = [
        (name, value if name == "action" and not escape_action else escape(value))
        for name, value in fields
    ]
    return "&".join(f"{name}={value}" for name, value in pairs).encode()
