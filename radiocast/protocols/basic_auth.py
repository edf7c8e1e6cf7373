"""HTTP Basic credentials (RFC 7617), as encoders and players send them."""

from __future__ import annotations

import binascii
from dataclasses import dataclass, field

from radiocast.protocols.text import decode_text


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who somebody says they are. Never printed whole: the password has no repr."""

    user: str
    password: str = field(repr=False)


def parse_basic(value: str | None) -> Credentials | None:
    """The credentials of an Authorization header; None where there are none. Never raises.

    The user's name ends at the first colon; the password may hold more of them.
    """
    scheme, _, encoded = (value or "").strip().partition(" ")
    if scheme.lower() != "basic":
        return None
    encoded = encoded.strip().rstrip("=")
    encoded += "=" * (-len(encoded) % 4)  # some clients forget the padding
    try:
        decoded = binascii.a2b_base64(encoded.encode("ascii"), strict_mode=True)
    except (ValueError, UnicodeEncodeError):
        return None
    user, colon, password = decoded.partition(b":")
    return Credentials(decode_text(user), decode_text(password)) if colon else None
