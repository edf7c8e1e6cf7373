"""Icecast's admin interface: `/admin/…`, each command as XML and, with `.xsl`, as a page.

What is refused, and with which words, is as in Icecast 2.4.4: a command nobody knows before
the question who asks; with a mount, the mount's source may do what the administrator may.
Two things differ for safety. Commands that do something are not done for a page of another
site, for which a browser would give the administrator's password; and HEAD never does anything.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote

from radiocast.admin.icecast import documents, pages
from radiocast.admin.icecast.results import (
    Banned,
    Listeners,
    Mounts,
    Result,
    Statistics,
    TitleForm,
    Told,
)
from radiocast.mounts.mount import Mount
from radiocast.protocols.addresses import quote_path
from radiocast.protocols.basic_auth import parse_basic
from radiocast.protocols.http_head import RequestHead, parse_form
from radiocast.protocols.playlist_files import m3u
from radiocast.protocols.replies import NEVER_CACHED, Refusal, Reply, ice_response
from radiocast.protocols.response import ANY_ORIGIN, Response
from radiocast.protocols.text import decode_text, parse_number
from radiocast.protocols.title_update import UNKNOWN_MODE, UPDATED, mount_in
from radiocast.server.broadcast import Broadcast
from radiocast.server.passwords import Stranger, may_administrate, may_relay, standing
from radiocast.server.titles import update_title
from radiocast.server.users import manage_users
from radiocast.web.static import asset_url

logger = logging.getLogger(__name__)

ROOT = "/admin/"


@dataclass(frozen=True, slots=True)
class Asked:
    """A command and what it is about."""

    broadcast: Broadcast
    said: Mapping[str, bytes]
    """The parameters of the query and the form."""
    peer: str
    """The address it came from."""

    def text(self, name: str) -> str:
        """A parameter; empty: it is not there."""
        return decode_text(self.said.get(name, b""))


async def administer(
    head: RequestHead, body: bytes, broadcast: Broadcast, *, peer: str, where: str
) -> Response:
    """Do a command and answer it.

    `peer` is the address it came from, `where` how it reached us, as `http://radio.example:8000`.
    Raises PeerError for a mount that cannot be one.
    """
    command, as_page = _named(head.path)
    if command not in COMMANDS or (as_page and command in _NO_PAGES):
        return Refusal.UNKNOWN_COMMAND.value.response
    if head.method not in _METHODS or (head.method == "HEAD" and command in _EFFECTS):
        return Refusal.UNKNOWN_REQUEST.value.response
    asked = Asked(broadcast, head.query_bytes | parse_form(body), peer)
    path = mount_in(asked.said)
    if command == "metadata":
        result = _title(await update_title(head, body, broadcast, peer), path, as_page=as_page)
        return _written(result, broadcast, as_page=as_page)
    if command == "buildm3u" and path is not None:  # it shows what whoever asks knows already
        return _login_playlist(asked, path, where)
    credentials = parse_basic(head.header("authorization"))
    if command == _MOUNTS_TO_RELAY and path is None:
        if not may_relay(broadcast.config, credentials):
            return Refusal.WRONG_PASSWORD.value.response
        return _mounts_to_relay(broadcast)
    if not (
        may_administrate(broadcast.config, credentials)
        or (path is not None and await _is_source(path, head, peer, broadcast))
    ):
        return Refusal.WRONG_PASSWORD.value.response
    if command in _EFFECTS and head.header("sec-fetch-site") == "cross-site":
        return Refusal.FOREIGN_PAGE.value.response
    result = await _manage(path, asked) if command == _USERS else _run(command, path, asked)
    return _written(result, broadcast, as_page=as_page)


async def _is_source(path: str, head: RequestHead, peer: str, broadcast: Broadcast) -> bool:
    """Whether it is the mount's own source that asks."""
    credentials = parse_basic(head.header("authorization"))
    who = Stranger(credentials, peer, head.header("user-agent") or "")
    proved = await standing(broadcast.config, broadcast.guard, path, who)
    return proved.is_source_itself


async def _manage(path: str | None, asked: Asked) -> Result | Reply:
    """The users of a mount's file. The mount need not be on air, but somebody must know of it."""
    if path is None:
        return Refusal.NOT_WITHOUT_MOUNT.value
    users = asked.broadcast.guard.users_of(path)
    if users is None:
        if asked.broadcast.registry.get(path) is None:
            return Refusal.NO_SUCH_SOURCE.value
        return Refusal.NO_USERS.value
    return await manage_users(
        users,
        path,
        asked.text("action") or "list",
        asked.text("username"),
        asked.text("password"),
        by=asked.peer,
    )


def _named(path: str) -> tuple[str, bool]:
    """The command that a path names, and whether its result is wanted as a page."""
    name = path.removeprefix(ROOT)
    if not name:
        return "stats", True
    command = "stats" if name == "stats.xml" else name.removesuffix(".xsl")
    return command, name.endswith(".xsl")


def _run(command: str, path: str | None, asked: Asked) -> Result | Reply:
    if path is None:
        find_out = _OF_STATION.get(command)
        return find_out(asked) if find_out is not None else Refusal.NOT_WITHOUT_MOUNT.value
    mount = asked.broadcast.registry.get(path)
    if mount is None:
        return Refusal.NO_SUCH_SOURCE.value
    do = _OF_MOUNT.get(command)
    return do(asked, mount) if do is not None else Refusal.NOT_WITHOUT_MOUNT.value


def _written(result: Result | Reply, broadcast: Broadcast, *, as_page: bool) -> Response:
    if isinstance(result, Reply):
        return result.response
    if not as_page:
        headers = (*NEVER_CACHED, ANY_ORIGIN)
        return Response(200, documents.document(result), documents.CONTENT_TYPE, headers)
    frame = pages.Frame(
        station=broadcast.config.station.name,
        server_id=broadcast.dialect.server,
        icon=asset_url("favicon.svg"),
        styles=(asset_url("style.css"), asset_url("admin.css")),
    )
    policy = ("Content-Security-Policy", pages.CONTENT_SECURITY_POLICY)
    return Response(200, pages.page(result, frame), pages.CONTENT_TYPE, (policy, *NEVER_CACHED))


def _title(reply: Reply, path: str | None, *, as_page: bool) -> Result | Reply:
    if not as_page or reply.status != HTTPStatus.OK:
        return reply
    is_done = reply == ice_response(UPDATED, success=True)
    return Told(UPDATED if is_done else UNKNOWN_MODE, success=is_done, mount=path or "")


def _login_playlist(asked: Asked, path: str, where: str) -> Response:
    """A playlist with the listener's name and password in its address."""
    if not {"username", "password"} <= asked.said.keys():
        return Refusal.MISSING_PARAMETER.value.response
    scheme, _, host = where.partition("://")
    user, password = (
        quote(asked.text(name), safe="", errors="replace") for name in ("username", "password")
    )
    file = m3u(f"{scheme}://{user}:{password}@{host}{quote_path(path)}")
    name = ("Content-Disposition", "attachment; filename=listen.m3u")
    return Response(200, file.body, file.content_type, (*NEVER_CACHED, ANY_ORIGIN, name))


def _mounts_to_relay(broadcast: Broadcast) -> Response:
    """The paths that a slave shall have, too."""
    mounts = broadcast.statistics().mounts
    body = "".join(f"{mount.path}\r\n" for mount in mounts if not mount.hidden)
    return Response(200, body.encode(), _TEXT, (*NEVER_CACHED, ANY_ORIGIN))


def _statistics(asked: Asked) -> Result:
    return Statistics(asked.broadcast.statistics())


def _mounts(asked: Asked) -> Result:
    return Mounts(asked.broadcast.statistics().mounts, time.time())


def _bans(asked: Asked) -> Result:
    """Who is kept out for wrong passwords; with `lift`, somebody no longer."""
    bans = asked.broadcast.guard.bans
    told = None
    if address := asked.text("lift"):
        is_lifted = bans.lift(address)
        told = f"{address} {'may come in again' if is_lifted else 'was not banned'}"
        if is_lifted:
            logger.info("%s has lifted the ban of %s", asked.peer, address)
    return Banned(bans.listed(now=time.monotonic()), told)


def _statistics_of(asked: Asked, mount: Mount) -> Result:
    return Statistics(asked.broadcast.statistics(), only=mount.path)


def _listeners(asked: Asked, mount: Mount) -> Result:
    return Listeners(mount.path, asked.broadcast.listeners_of(mount))


def _title_form(_: Asked, mount: Mount) -> Result:
    return TitleForm(mount.path)


def _kill_listener(asked: Asked, mount: Mount) -> Result | Reply:
    if "id" not in asked.said:
        return Refusal.MISSING_PARAMETER.value
    number = parse_number(asked.text("id")) or 0  # nobody has that one
    if not asked.broadcast.kick_listener(mount, number):
        return Told(f"Client {number} not found", success=False, mount=mount.path)
    logger.info("%s: %s has kicked listener %d", mount.path, asked.peer, number)
    return Told(f"Client {number} removed", success=True, mount=mount.path)


def _kill_source(asked: Asked, mount: Mount) -> Result | Reply:
    if not asked.broadcast.kick_source(mount):
        return Refusal.NO_SUCH_SOURCE.value
    logger.info("%s: %s has kicked the source", mount.path, asked.peer)
    return Told("Source Removed", success=True)


def _move_listeners(asked: Asked, mount: Mount) -> Result | Reply:
    broadcast = asked.broadcast
    path = mount_in({"mount": asked.said.get("destination", b"")})
    if path is None:
        others = tuple(each for each in broadcast.statistics().mounts if each.path != mount.path)
        return Mounts(others, time.time(), moving_from=mount.path)
    there = broadcast.registry.get(path)
    if there is None:
        return Refusal.NO_SUCH_DESTINATION.value
    if there is mount:
        return Refusal.SAME_DESTINATION.value
    if there.source is None:
        return Refusal.DESTINATION_OFF_AIR.value
    if not broadcast.move_listeners(mount, there):
        problem = f"Players of {mount.path} cannot go on with {path}: their streams differ"
        return Told(problem, success=False, mount=mount.path)
    logger.info("%s: %s has moved the listeners to %s", mount.path, asked.peer, path)
    return Told(f"Clients moved from {mount.path} to {path}", success=True, mount=path)


_METHODS = ("GET", "HEAD", "POST")
_MOUNTS_TO_RELAY = "streamlist.txt"
_TEXT = "text/plain; charset=utf-8"
_NO_PAGES = {"buildm3u", _MOUNTS_TO_RELAY}
_USERS = "manageauth"
_BANS = "bans"
_EFFECTS = {"killclient", "killsource", "metadata", "moveclients", _USERS, _BANS}

_OF_STATION: Mapping[str, Callable[[Asked], Result]] = {
    "stats": _statistics,
    "listmounts": _mounts,
    "streamlist": _mounts,
    _BANS: _bans,
}
_OF_MOUNT: Mapping[str, Callable[[Asked, Mount], Result | Reply]] = {
    "stats": _statistics_of,
    "listclients": _listeners,
    "updatemetadata": _title_form,
    "killclient": _kill_listener,
    "killsource": _kill_source,
    "moveclients": _move_listeners,
}
COMMANDS = frozenset({"metadata", _USERS, *_NO_PAGES, *_OF_STATION, *_OF_MOUNT})
