"""Which call goes where: a table, and how a path is looked up in it. Pure."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from radiocast.admin.control.call import Call, CallError
from radiocast.protocols.response import Response

NUMBER = "{number}"
"""A segment of a route's path that stands for any number."""

NAME = "{name}"
"""A segment that stands for any text."""

_LONGEST_NUMBER = 9


class Access(Enum):
    """Who may call."""

    EVERYBODY = "everybody"
    """Browsers too, for pages of any site."""
    LISTENERS = "listeners"
    """Everybody, if the operator lets listeners ask for tracks."""
    ADMIN = "admin"
    """Whoever has the administrator's password."""


@dataclass(frozen=True, slots=True)
class Route:
    """One thing that can be called."""

    method: str
    """`GET` answers HEAD, too."""
    path: str
    access: Access
    about: str
    """What it does, in a line."""
    handler: Callable[..., Awaitable[Response]]
    """Gets the call, and what NUMBER (as int) and NAME stand for in the path."""


@dataclass(frozen=True, slots=True)
class Found:
    """The route of a call, and what stands in its path."""

    route: Route
    values: tuple[int | str, ...]


def find(routes: Sequence[Route], call: Call) -> Found:
    """The route of a call. Raises CallError: 404, or 405 with what is allowed."""
    method = "GET" if call.head.method == "HEAD" else call.head.method
    allowed: set[str] = set()
    for route in routes:
        values = _match(route.path, call.head.path)
        if values is not None:
            if route.method == method:
                return Found(route, values)
            allowed |= {route.method, "HEAD"} if route.method == "GET" else {route.method}
    if not allowed:
        raise CallError(404, "there is nothing of this name; /api tells what there is")
    methods = ", ".join(sorted(allowed))
    raise CallError(405, f"that can be asked by {methods} only", ("Allow", methods))


def _match(pattern: str, path: str) -> tuple[int | str, ...] | None:
    """What stands in `path` for the names in `pattern`; None: it is another path."""
    wanted, given = pattern.split("/"), path.rstrip("/").split("/")
    if len(wanted) != len(given):
        return None
    values: list[int | str] = []
    for want, have in zip(wanted, given, strict=True):
        if want == NUMBER:
            if not (have.isascii() and have.isdigit() and len(have) <= _LONGEST_NUMBER):
                return None
            values.append(int(have))
        elif want == NAME:
            values.append(have)
        elif want != have:
            return None
    return tuple(values)
