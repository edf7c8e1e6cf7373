"""Addresses that are good for a while, for stations without a web server that could be asked.

A site that has the secret makes links: `/live?expires=UNIX&signature=HEX`. The signature is
HMAC-SHA256 of path, expiry, name and address, a line each; name and address stay empty unless
the link has `user=` or `ip=`, and then it is good under that name, or from there, alone. Or it
makes JSON Web Tokens (RFC 7519, HS256). Pure: the time is given.
"""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import urlencode

import jwt

from radiocast.access.asking import Admitted, Caller, Denied
from radiocast.protocols.addresses import quote_path
from radiocast.protocols.forwarded import parse_address
from radiocast.protocols.http_head import RequestHead
from radiocast.protocols.text import has_controls, parse_number

ALGORITHM = "HS256"
BEARER = "bearer "


def signature(secret: str, path: str, expires: int, user: str = "", ip: str = "") -> str:
    """What proves that whoever made a link has the secret."""
    said = f"{path}\n{expires}\n{user}\n{ip}".encode()
    return hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()


def signed_path(secret: str, path: str, expires: int, user: str = "", ip: str = "") -> str:
    """The path of a mount with a query that opens it until `expires` (Unix seconds)."""
    query = {"expires": str(expires)}
    query |= {name: value for name, value in (("user", user), ("ip", ip)) if value}
    query["signature"] = signature(secret, path, expires, user, ip)
    return f"{quote_path(path)}?{urlencode(query)}"


def token_of(head: RequestHead) -> str | None:
    """The JSON Web Token of a request: `Authorization: Bearer` or, for players, `?token=`."""
    said = head.header("authorization") or ""
    if said.lower().startswith(BEARER):
        return said[len(BEARER) :].strip()
    return head.query.get("token")


def check(secret: str, caller: Caller, *, now: float) -> Admitted | Denied:
    """Whether what a request has with it opens the mount. `now` in Unix seconds."""
    token = token_of(caller.head)
    if token is not None:
        return _check_token(secret, token, caller, now)
    query = caller.head.query
    given = query.get("signature")
    expires = parse_number(query.get("expires", ""), digits=12)
    if given is None or expires is None:
        return _denied("no signed address and no token")
    user, ip = query.get("user", ""), query.get("ip", "")
    if has_controls(user + ip):  # a line end would let one part pass for another
        return _denied("control characters in a signed address")
    expected = signature(secret, caller.mount, expires, user, ip)
    if not hmac.compare_digest(expected.encode(), given.lower().encode()):
        return _denied("a signature that is not ours, or not for this mount")
    if expires <= now:
        return _denied("an address that has run out")
    return _bound(user or None, ip, caller)


def _check_token(secret: str, token: str, caller: Caller, now: float) -> Admitted | Denied:
    # The times are checked here, with our clock: PyJWT knows its own alone.
    try:
        claims = jwt.decode(
            token,
            secret,
            algorithms=[ALGORITHM],
            options={
                "verify_exp": False,
                "verify_nbf": False,
                "verify_iat": False,
                "verify_aud": False,
                "verify_sub": False,
            },
        )
    except (jwt.PyJWTError, ValueError):
        return _denied("a token that is not ours")
    expires, begins = claims.get("exp"), claims.get("nbf", 0)
    if not isinstance(expires, int | float) or not isinstance(begins, int | float):
        return _denied("a token that does not say until when it is good")
    if not begins <= now < expires:
        return _denied("a token that has run out, or is not good yet")
    mounts = claims.get("mount", caller.mount)
    if caller.mount not in (mounts if isinstance(mounts, list) else [mounts]):
        return _denied("a token for another mount")
    user, ip = claims.get("sub"), claims.get("ip", "")
    return _bound(None if user is None else str(user), str(ip), caller)


def _bound(user: str | None, ip: str, caller: Caller) -> Admitted | Denied:
    if ip and parse_address(ip) != parse_address(caller.ip):
        return _denied("made for another address")
    return Admitted(user)


def _denied(reason: str) -> Denied:
    return Denied(reason, by_password=False)
