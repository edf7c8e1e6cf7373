"""Streams of other servers, and ours sent to them: `[relays.NAME]`, `[master]`, `[pushes.NAME]`.
Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from radiocast.config.fields import (
    Conflict,
    SettingError,
    Table,
    choice,
    duration,
    flag,
    optional,
    password,
    path_of_mount,
    setting,
    several,
    text,
    user,
)


def web_address(url: str) -> str:
    """An address on the web. Raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url[:60]!r} is no address on the web")
    _ = parts.port  # raises ValueError for what is none
    return url


def address(value: object) -> str:
    """An address on the web, or nothing."""
    written = text(value)
    try:
        return web_address(written) if written else ""
    except ValueError as exc:
        raise SettingError(str(exc), 'as "http://radio.example:8000/live"') from None


def own_address(value: object) -> str:
    """An IP address, or nothing."""
    written = text(value)
    try:
        return str(ip_address(written)) if written else ""
    except ValueError:
        raise SettingError("must be an address of this machine", 'as "192.0.2.1"') from None


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayConfig(Table):
    """A stream of another server that is heard here, too."""

    url: str = setting("", address)
    """Where it is, as `http://radio.example:8000/live`."""

    backups: tuple[str, ...] = setting((), several(web_address, '["http://other.example/live"]'))
    """Where it is otherwise: tried in turn when the one before fails."""

    mount: str | None = setting(None, optional(path_of_mount))
    """Where it is heard here; None: at the same path as there."""

    on_demand: bool = setting(False, flag)
    """Whether it is only fetched while somebody listens."""

    titles: bool = setting(True, flag)
    """Whether to ask for ICY titles."""

    user: str = setting("", text)
    """The name we give there; empty: none."""

    password: str = setting("", text, secret=True)
    """And the password."""

    bind: str = setting("", own_address)
    """The address of this machine that we come from; empty: the system's choice."""

    @property
    def path(self) -> str:
        """Where it is heard here."""
        return self.mount or unquote(urlsplit(self.url).path)

    def conflicts(self) -> list[Conflict]:
        if not self.url:
            return [Conflict(("mount", "backups"), "a relay has a url")]
        try:
            path_of_mount(self.path)
        except SettingError:
            return [Conflict(("url",), "a mount here cannot have that path", 'as mount = "/live"')]
        return []


@dataclass(frozen=True, slots=True, kw_only=True)
class MasterConfig(Table):
    """Another server all of whose mounts are relayed here."""

    url: str = setting("", address)
    """The server, as `http://radio.example:8000`; empty: none."""

    user: str = setting("relay", user)
    """The name it knows us by."""

    password: str | None = setting(None, optional(password), secret=True)
    """And the password."""

    interval: float = setting(120.0, duration(1, 86400))
    """Seconds between two looks at its list of mounts."""

    on_demand: bool = setting(False, flag)
    """Whether they are only fetched while somebody listens."""


class PushProtocol(StrEnum):
    """How we send."""

    PUT = "put"
    SOURCE = "source"
    SHOUTCAST = "shoutcast"


@dataclass(frozen=True, slots=True, kw_only=True)
class PushConfig(Table):
    """A mount of ours that is sent to another server."""

    mount: str | None = setting(None, optional(path_of_mount))
    """Ours."""

    url: str = setting("", address)
    """Theirs, as `http://radio.example:8000/live`."""

    user: str = setting("source", user)
    """The name we give there."""

    password: str | None = setting(None, optional(password), secret=True)
    """And the password."""

    protocol: PushProtocol = setting(PushProtocol.PUT, choice(PushProtocol))
    """As newer encoders do, as older ones do, or as SHOUTcast v1 encoders do."""

    titles: bool = setting(True, flag)
    """Whether titles are sent, too."""

    def conflicts(self) -> list[Conflict]:
        if not self.mount or not self.url:
            return [Conflict(("url", "mount"), "a push has a mount and a url")]
        is_shoutcast = self.protocol is PushProtocol.SHOUTCAST
        if not is_shoutcast and urlsplit(self.url).path in ("", "/"):
            return [Conflict(("url",), "it names no mount there", "as http://there.example/live")]
        return []
