"""Somebody who wants to listen, and what is said to that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from radiocast.protocols.basic_auth import Credentials
from radiocast.protocols.http_head import RequestHead


@dataclass(frozen=True, slots=True)
class Caller:
    """Who wants to listen, and to what."""

    mount: str
    """The path of the mount that is meant."""
    head: RequestHead
    ip: str
    credentials: Credentials | None
    number: int
    """What this listener will be called by."""

    @property
    def user_agent(self) -> str:
        """The player; empty: it did not say."""
        return self.head.header("user-agent") or ""


def _nothing(_: float) -> None:
    """Nobody wants to know that the listener left."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """Yes."""

    user: str | None = None
    """Under which name; None: no name was needed."""
    time_limit: float | None = None
    """Seconds it may stay; None: as the mount says."""
    left: Callable[[float], None] = _nothing
    """To be called once, with the seconds it stayed."""
    number: int = 0
    """What it was called by when that was asked; 0: nobody was asked."""


@dataclass(frozen=True, slots=True)
class Denied:
    """No."""

    reason: str
    """For the log."""
    message: str = ""
    """For the listener, from a web server; empty: the usual one."""
    wrong_password: bool = False
    """Whether that was a guess at a password, and counts as one."""
    by_password: bool = True
    """Whether a name and a password would help."""


class Authenticator(Protocol):
    """A way of finding out who may listen."""

    async def admit(self, caller: Caller) -> Admitted | Denied:
        """Whether this one may. Whatever goes wrong means no."""
        ...


def listener_credentials(head: RequestHead, basic: Credentials | None) -> Credentials | None:
    """The listener's name and password: from the Authorization header or, for players that have
    none, `?user=&pass=` as Icecast-KH takes them."""
    query = head.query
    if basic is None and "user" in query and "pass" in query:
        return Credentials(query["user"], query["pass"])
    return basic
