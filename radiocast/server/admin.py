"""Icecast's admin interface: `/admin/…`, each command as XML and, with `.xsl`, as a page; at the
level of 2.5 with `.json`, too.

What is refused, and with which words, is as in Icecast 2.4.4: a command nobody knows before
the question who asks; with a mount, the mount's source may do what the administrator may.
Two things differ for safety. Commands that do something are not done for a page of another
site, for which a browser would give the administrator's password; and HEAD never does anything.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from enum import Enum
from http import HTTPStatus
from urllib.parse import quote

from radiocast.admin.icecast import documents, modern, pages
from radiocast.admin.icecast.results import (
    Banned,
    Listeners,
    Mounts,
    Public,
    Result,
    Shown,
    Statistics,
    TitleForm,
    Told,
)
from radiocast.admin.status_json import rfc_822
from radiocast.mounts.mount import Mount
from radiocast.protocols.addresses import quote_path
from radiocast.protocols.basic_auth import parse_basic
from radiocast.protocols.http_head import RequestHead, parse_form
from radiocast.protocols.playlist_files import m3u
from radiocast.protocols.replies import NEVER_CACHED, Refusal, Reply, ice_response, success_page
from radiocast.protocols.reports import JSON_WARNING
from radiocast.protocols.response import ANY_ORIGIN, Response
from radiocast.protocols.text import parse_number
from radiocast.protocols.title_update import UNKNOWN_MODE, UPDATED, mount_in
from radiocast.server import housekeeping
from radiocast.server.asked import Asked
from radiocast.server.broadcast import Broadcast
from radiocast.server.passwords import (
    Standing,
    Stranger,
    may_administrate,
    may_relay,
    refusal,
    standing,
)
from radiocast.server.titles import update_title
from radiocast.server.users import manage_users
from radiocast.web.static import asset_url

logger = logging.getLogger(__name__)

ROOT = "/admin/"


class Form(Enum):
    """In what form a result is wanted."""

    XML = ""
    PAGE = ".xsl"
    JSON = ".json"


async def administer(
    head: RequestHead, body: bytes, broadcast: Broadcast, *, peer: str, where: str
) -> Response:
    """Do a command and answer it.

    `peer` is the address it came from, `where` how it reached us, as `http://radio.example:8000`.
    Raises PeerError for a mount that cannot be one.
    """
    dialect = broadcast.dialect
    command, form = _named(head.path)
    known = COMMANDS | NEW_COMMANDS if dialect.modern else COMMANDS
    if (
        command not in known
        or (form is not Form.XML and command in _NO_PAGES)
        or (form is Form.JSON and not dialect.modern)
    ):
        return Refusal.UNKNOWN_COMMAND.value.response
    if head.method not in _METHODS or (head.method == "HEAD" and command in _EFFECTS):
        return Refusal.UNKNOWN_REQUEST.value.response
    asked = Asked(broadcast, head.query_bytes | parse_form(body), peer, where)
    path = mount_in(asked.said)
    if command == "metadata":
        reply = await update_title(head, body, broadcast, peer)
        return _written(_title(reply, path), broadcast, form)
    if command == housekeeping.PUBLIC:
        return _written(housekeeping.public_statistics(asked, path), broadcast, form)
    if command == "buildm3u" and path is not None:  # it shows what whoever asks knows already
        return _login_playlist(asked, path, where)
    credentials = parse_basic(head.header("authorization"))
    if command == _MOUNTS_TO_RELAY and path is None:
        config = broadcast.config
        if not (may_relay(config, credentials) or may_administrate(config, credentials)):
            return Refusal.WRONG_PASSWORD.value.response
        return _mounts_to_relay(broadcast)
    if not may_administrate(broadcast.config, credentials):
        proved = Standing.NOBODY if path is None else await _proved(path, head, peer, broadcast)
        if not proved.is_source_itself:
            return refusal(broadcast.config, proved, credentials).value.response
    if command in _EFFECTS and head.header("sec-fetch-site") == "cross-site":
        return Refusal.FOREIGN_PAGE.value.response
    result = await _manage(path, asked) if command == _USERS else _run(command, path, asked)
    return _written(result, broadcast, form)


async def _proved(path: str, head: RequestHead, peer: str, broadcast: Broadcast) -> Standing:
    """What whoever asks is to the mount."""
    credentials = parse_basic(head.header("authorization"))
    who = Stranger(credentials, peer, head.header("user-agent") or "")
    return await standing(broadcast.config, broadcast.guard, path, who)


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


def _named(path: str) -> tuple[str, Form]:
    """The command that a path names, and in what form its result is wanted."""
    name = path.removeprefix(ROOT)
    if not name:
        return "stats", Form.PAGE
    if name == "stats.xml":
        return "stats", Form.XML
    form = next(form for form in (Form.PAGE, Form.JSON, Form.XML) if name.endswith(form.value))
    return name.removesuffix(form.value), form


def _run(command: str, path: str | None, asked: Asked) -> Result | Reply:
    if path is None:
        find_out = _OF_STATION.get(command) or housekeeping.OF_SERVER.get(command)
        return find_out(asked) if find_out is not None else Refusal.NOT_WITHOUT_MOUNT.value
    mount = asked.broadcast.registry.get(path)
    if mount is None:
        return Refusal.NO_SUCH_SOURCE.value
    do = _OF_MOUNT.get(command) or _NEW_OF_MOUNT.get(command)
    return do(asked, mount) if do is not None else Refusal.NOT_WITHOUT_MOUNT.value


def _written(result: Result | Reply, broadcast: Broadcast, form: Form) -> Response:
    if isinstance(result, Reply):
        return result.response
    if form is Form.XML and isinstance(result, Told) and result.as_html:
        return success_page(result.message).response
    headers = (*NEVER_CACHED, ANY_ORIGIN)
    if form is Form.JSON:
        return Response(200, modern.in_json(result), modern.JSON, (*headers, JSON_WARNING))
    if form is Form.XML:
        if broadcast.dialect.modern or isinstance(result, Public | Shown):
            return Response(200, modern.in_xml(result), documents.CONTENT_TYPE, headers)
        return Response(200, documents.document(result), documents.CONTENT_TYPE, headers)
    frame = pages.Frame(
        station=broadcast.config.station.name,
        server_id=broadcast.dialect.server,
        icon=asset_url("favicon.svg"),
        styles=(asset_url("style.css"), asset_url("admin.css")),
    )
    policy = ("Content-Security-Policy", pages.CONTENT_SECURITY_POLICY)
    return Response(200, pages.page(result, frame), pages.CONTENT_TYPE, (policy, *NEVER_CACHED))


def version_page(broadcast: Broadcast) -> Response:
    """What everybody may know of the server, as a page."""
    station = broadcast.config.station
    shown = {
        "version": broadcast.dialect.server,
        "server_start": rfc_822(broadcast.started),
        "host": station.host,
        "location": station.location,
        "admin": station.admin,
    }
    result = Shown("Server", "8cdfc150-094d-42f7-9c61-f9fb9a6e07e7", (shown,))
    return _written(result, broadcast, Form.PAGE)


def _title(reply: Reply, path: str | None) -> Result | Reply:
    if reply.status != HTTPStatus.OK:
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
    return Statistics(asked.statistics())


def _mounts(asked: Asked) -> Result:
    return Mounts(asked.statistics().mounts, time.time())


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
    return Statistics(asked.statistics(), only=mount.path)


def _listeners(asked: Asked, mount: Mount) -> Result:
    return Listeners(mount.path, asked.broadcast.audience.of(mount))


def _title_form(_: Asked, mount: Mount) -> Result:
    return TitleForm(mount.path, mount.content_type)


def _kill_listener(asked: Asked, mount: Mount) -> Result | Reply:
    if "id" not in asked.said:
        return Refusal.MISSING_PARAMETER.value
    number = parse_number(asked.text("id")) or 0  # nobody has that one
    if not asked.broadcast.audience.kick(mount, number):
        return Told(f"Client {number} not found", success=False, mount=mount.path)
    logger.info("%s: %s has kicked listener %d", mount.path, asked.peer, number)
    return Told(f"Client {number} removed", success=True, mount=mount.path)


def _kill_source(asked: Asked, mount: Mount) -> Result | Reply:
    if not asked.broadcast.kick_source(mount):
        return Refusal.NO_SUCH_SOURCE.value
    logger.info("%s: %s has kicked the source", mount.path, asked.peer)
    return Told("Source Removed", success=True)


def _set_fallback(asked: Asked, mount: Mount) -> Result | Reply:
    fallback = mount_in({"mount": asked.said.get("fallback", b"")})
    if fallback is None:
        return Refusal.MISSING_PARAMETER.value
    asked.broadcast.registry.fallbacks.set(mount.path, fallback)
    logger.info("%s: %s has made %s its fallback", mount.path, asked.peer, fallback)
    return Told("Fallback configured", success=True, mount=mount.path, as_html=True)


def _end_recording(asked: Asked, mount: Mount) -> Result | Reply:
    if asked.text("action") != "kill":
        return Refusal.NO_SUCH_ACTION.value
    if mount.recording is not None:
        mount.recording.cancel()
        logger.info("%s: %s has ended the recording", mount.path, asked.peer)
    return Told("Dump file killed.", success=True, mount=mount.path)


def _move_listeners(asked: Asked, mount: Mount) -> Result | Reply:
    broadcast = asked.broadcast
    path = mount_in({"mount": asked.said.get("destination", b"")})
    if path is None:
        others = tuple(each for each in asked.statistics().mounts if each.path != mount.path)
        return Mounts(others, time.time(), moving_from=mount.path)
    there = broadcast.registry.get(path)
    if there is None:
        return Refusal.NO_SUCH_DESTINATION.value
    if there is mount:
        return Refusal.SAME_DESTINATION.value
    if there.source is None:
        return Refusal.DESTINATION_OFF_AIR.value
    if not broadcast.audience.move(mount, there):
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
_EFFECTS = {
    "dumpfilecontrol",
    "fallbacks",
    "killclient",
    "killsource",
    "metadata",
    "moveclients",
    _USERS,
    _BANS,
    *housekeeping.EFFECTS,
}

_OF_STATION: Mapping[str, Callable[[Asked], Result | Reply]] = {
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
    "fallbacks": _set_fallback,
}
_NEW_OF_MOUNT: Mapping[str, Callable[[Asked, Mount], Result | Reply]] = {
    "dumpfilecontrol": _end_recording,
}
NEW_COMMANDS = frozenset({housekeeping.PUBLIC, *housekeeping.OF_SERVER, *_NEW_OF_MOUNT})
"""Those that there are since 2.5."""
COMMANDS = frozenset({"metadata", _USERS, *_NO_PAGES, *_OF_STATION, *_OF_MOUNT})
