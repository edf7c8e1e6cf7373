"""Who may listen, and who may send, by other means than one password: `[auth.NAME]`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from radiocast.config.fields import (
    Conflict,
    SettingError,
    Table,
    choice,
    duration,
    flag,
    optional,
    password,
    setting,
    several,
    text,
)

SHORTEST_SECRET = 32
"""Characters of a secret: as many bytes as the digest has (RFC 7518 section 3.2)."""


def secret(value: object) -> str:
    """What links and tokens are signed with: long enough that nobody guesses it."""
    checked = password(value)
    if len(checked) < SHORTEST_SECRET:
        hint = "openssl rand -hex 32 makes one"
        raise SettingError(f"must have at least {SHORTEST_SECRET} characters", hint)
    return checked


def endpoint(value: object) -> str:
    """An address on the web, or nothing."""
    checked = text(value)
    hint = 'as "https://example.org/listener-add"'
    try:
        parts = urlsplit(checked)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if checked and not usable:
        raise SettingError("must be an address that begins with http:// or https://", hint)
    return checked


_SECRET = optional(secret)


class AuthKind(StrEnum):
    """How somebody proves who they are."""

    HTPASSWD = "htpasswd"
    URL = "url"
    SIGNED = "signed"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthConfig(Table):
    """One way of finding out who may listen. Mounts name it as their `auth`."""

    kind: AuthKind = setting(AuthKind.HTPASSWD, choice(AuthKind))
    """Htpasswd: names and passwords in a file. Url: a web server is asked. Signed: the
    address itself, or a JSON Web Token, says until when it is good."""

    file: str = setting("", text)
    """Htpasswd: the file."""

    duplicates: bool = setting(True, flag)
    """Htpasswd: whether a name may listen more than once at one time."""

    listener_add: str = setting("", endpoint)
    """Url: what is asked for each listener that comes; empty: all may."""

    listener_remove: str = setting("", endpoint)
    """Url: what is told of each listener that goes."""

    stream_auth: str = setting("", endpoint)
    """Url: what is asked for each source; empty: passwords count as elsewhere."""

    mount_add: str = setting("", endpoint)
    """Url: what is told when a source comes."""

    mount_remove: str = setting("", endpoint)
    """Url: what is told when it goes."""

    user: str = setting("", text)
    """Url: the name we give to that web server."""

    password: str = setting("", text, secret=True)
    """Url: and the password."""

    allow_header: str = setting("icecast-auth-user: 1", text)
    """Url: the header of its answer that means yes."""

    time_header: str = setting("icecast-auth-timelimit:", text)
    """Url: the header that tells how many seconds the listener may stay."""

    forward: tuple[str, ...] = setting((), several(str, '["cookie"]'))
    """Url: headers of the listener's request that are passed on."""

    forward_prefix: str = setting("", text)
    """Url: what their names begin with then."""

    timeout: float = setting(10.0, duration(0.1, 600))
    """Url: seconds it may take; then the answer is no."""

    secret: str | None = setting(None, _SECRET, secret=True)
    """Signed: what addresses and tokens (HS256) are signed with. At least 32 characters."""

    @property
    def is_asked_or_told(self) -> bool:
        """Url: whether there is any address."""
        asked = self.listener_add or self.stream_auth
        return bool(asked or self.listener_remove or self.mount_add or self.mount_remove)

    def conflicts(self) -> list[Conflict]:
        if self.kind is AuthKind.HTPASSWD and not self.file:
            return [Conflict(("kind", "file"), "htpasswd needs a file")]
        if self.kind is AuthKind.URL and not self.is_asked_or_told:
            example = 'listener_add = "https://example.org/listener-add"'
            return [Conflict(("kind",), "url needs an address that is asked or told", example)]
        if self.kind is AuthKind.SIGNED and self.secret is None:
            return [Conflict(("kind",), "signed needs a secret", "openssl rand -hex 32 makes one")]
        return []
