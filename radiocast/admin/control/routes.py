"""Which call goes where: a table, and how a path is looked up in it. Pure."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from urllib.parse import unquote_to_bytes

from radiocast.admin.control.call import Call, CallError
from radiocast.admin.control.schema import Parameter, Reply, Schema
from radiocast.protocols.response import Response
from radiocast.protocols.text import decode_text

NUMBER = "{number}"
"""A segment of a route's path that stands for any number."""

NAME = "{name}"
"""A segment that stands for any text."""

MOUNT = "{mount}"
"""A segment that stands for a mount's path, its slashes as %2F; the first may be left out."""

LONGEST_NUMBER = 9


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
    """Gets the call, and what NUMBER (as int), NAME and MOUNT stand for in the path."""
    reply: Reply
    query: tuple[Parameter, ...] = ()
    body: Schema | None = None
    """What is to be sent; None: nothing."""
    refuses: tuple[int, ...] = ()
    """Statuses of what may be wrong besides what may be with every such call."""
    private: bool = True
    """Whether the administrator is told more than others."""


@dataclass(frozen=True, slots=True)
class Found:
    """The route of a call, and what stands in its path."""

    route: Route
    values: tuple[int | str, ...]


def find(routes: Sequence[Route], call: Call, why_not: str = "") -> Found:
    """The route of a call. Raises CallError: 404, with `why_not` behind it, or 405 with what is
    allowed."""
    method = "GET" if call.head.method == "HEAD" else call.head.method
    allowed: set[str] = set()
    # Not of the decoded path: a slash in a mount's name would part it.
    given = call.head.origin_form.partition(b"?")[0].split(b"/")
    segments = [decode_text(unquote_to_bytes(each)) for each in given if each]
    for route in routes:
        values = _match(route.path, segments)
        if values is not None:
            if route.method == method:
                return Found(route, values)
            allowed |= {route.method, "HEAD"} if route.method == "GET" else {route.method}
    if not allowed:
        raise CallError(404, f"there is nothing of this name; /api tells what there is{why_not}")
    methods = ", ".join(sorted(allowed))
    raise CallError(405, f"that can be asked by {methods} only", ("Allow", methods))


def _match(pattern: str, given: list[str]) -> tuple[int | str, ...] | None:
    """What stands for the names in `pattern`; None: it is another path."""
    wanted = [each for each in pattern.split("/") if each]
    if len(wanted) != len(given):
        return None
    values: list[int | str] = []
    for want, have in zip(wanted, given, strict=True):
        if want == NUMBER:
            if not (have.isascii() and have.isdigit() and len(have) <= LONGEST_NUMBER):
                return None
            values.append(int(have))
        elif want == NAME:
            values.append(have)
        elif want == MOUNT:
            values.append("/" + have.lstrip("/"))
        elif want != have:
            return None
    return tuple(values)
