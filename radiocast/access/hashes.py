"""Passwords as a file keeps them: read as others have written them, written with scrypt.

New ones are written with scrypt (RFC 7914), which Python's own library has, with 16 MiB and about
50 ms each: whoever steals the file guesses a few thousand times slower than against Apache's MD5,
and a million times slower than against Icecast's, which is plain MD5 without salt. argon2 would be
as good, and one more dependency. bcrypt is read because `htpasswd -B` writes it. `$apr1$` is not:
no library that is kept up reads it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re

import bcrypt

_MD5 = re.compile(r"[0-9a-fA-F]{32}")
_BCRYPT = re.compile(r"\$2[aby]\$[0-9]{2}\$.{53}")
_SCRYPT = re.compile(r"\$scrypt\$ln=([0-9]{1,2}),r=([0-9]{1,2}),p=([0-9]{1,2})\$([^$]+)\$([^$]+)")

LOG_COST, BLOCK_SIZE, PARALLEL = 14, 8, 1
SALT = 16
"""Bytes of salt."""
DIGEST = 32
MAX_MEMORY = 128 * 1024 * 1024
"""Bytes one check may take: what a file asks for beyond that is refused."""

NOBODY = f"$scrypt$ln={LOG_COST},r={BLOCK_SIZE},p={PARALLEL}${'A' * 22}${'A' * 43}"
"""What a name that is not there is checked against, so that it takes as long. No password is
known to have this digest."""


def make_hash(password: str, salt: bytes) -> str:
    """A password as it is written now, in the PHC string format. Takes 50 ms.

    `salt`: SALT bytes of chance.
    """
    digest = _scrypt(password, salt, LOG_COST, BLOCK_SIZE, PARALLEL)
    cost = f"ln={LOG_COST},r={BLOCK_SIZE},p={PARALLEL}"
    return f"$scrypt${cost}${_encode(salt)}${_encode(digest)}"


def is_right(password: str, stored: str) -> bool:
    """Whether this is the password. May take 50 ms and more. Never raises."""
    if _MD5.fullmatch(stored):
        given = hashlib.md5(password.encode(errors="replace"), usedforsecurity=False)
        return hmac.compare_digest(given.hexdigest(), stored.lower())
    try:
        if _BCRYPT.fullmatch(stored):
            # bcrypt looks at 72 bytes, and Apache's htpasswd cuts there without a word.
            return bcrypt.checkpw(password.encode()[:72], stored.encode())
        if found := _SCRYPT.fullmatch(stored):
            log_cost, block_size, parallel = (int(number) for number in found.groups()[:3])
            expected = _decode(found[5])
            digest = _scrypt(password, _decode(found[4]), log_cost, block_size, parallel)
            return hmac.compare_digest(digest, expected)
    except (ValueError, binascii.Error, UnicodeError):
        pass  # something that only looks like a hash
    return False


def is_cheap(stored: str) -> bool:
    """Whether a check takes no time worth a thread."""
    return _MD5.fullmatch(stored) is not None


def is_known(stored: str) -> bool:
    """Whether a password that is kept so can be checked at all."""
    return any(kind.fullmatch(stored) for kind in (_MD5, _BCRYPT, _SCRYPT))


def _scrypt(password: str, salt: bytes, log_cost: int, block_size: int, parallel: int) -> bytes:
    return hashlib.scrypt(
        password.encode(errors="surrogatepass"),
        salt=salt,
        n=1 << log_cost,
        r=block_size,
        p=parallel,
        maxmem=MAX_MEMORY,
        dklen=DIGEST,
    )


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
