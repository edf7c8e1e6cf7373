"""Who may listen, and who may send, by other means than one password: `[auth.NAME]`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from radiocast.config.fields import (
    Conflict,
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

_SECRET = optional(password)


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

    listener_add: str = setting("", text)
    """Url: what is asked for each listener that comes; empty: all may."""

    listener_remove: str = setting("", text)
    """Url: what is told of each listener that goes."""

    stream_auth: str = setting("", text)
    """Url: what is asked for each source; empty: passwords count as elsewhere."""

    mount_add: str = setting("", text)
    """Url: what is told when a source comes."""

    mount_remove: str = setting("", text)
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
    """Signed: what addresses and tokens (HS256) are signed with."""

    def conflicts(self) -> list[Conflict]:
        if self.kind is AuthKind.HTPASSWD and not self.file:
            return [Conflict(("kind", "file"), "htpasswd needs a file")]
        if self.kind is AuthKind.SIGNED and self.secret is None:
            return [Conflict(("kind",), "signed needs a secret", 'secret = "..."')]
        return []
