"""Which finite answer a request gets: pages, statistics, playlists, title updates."""

from __future__ import annotations

import logging
from collections.abc import Callable

from radiocast.admin import status_json
from radiocast.protocols import playlist_files
from radiocast.protocols.addresses import listen_url, quote_path
from radiocast.protocols.http_head import RequestHead
from radiocast.protocols.listen_request import ListenRequest
from radiocast.protocols.replies import NEVER_CACHED, Refusal, Reply
from radiocast.protocols.title_update import TitleUpdate
from radiocast.server.broadcast import Broadcast
from radiocast.server.finite import Response
from radiocast.server.passwords import may_set_title
from radiocast.web import status_page
from radiocast.web.static import asset

logger = logging.getLogger(__name__)

ANY_ORIGIN = ("Access-Control-Allow-Origin", "*")
A_DAY = ("Cache-Control", "public, max-age=86400")


def answer(head: RequestHead, body: bytes, broadcast: Broadcast, *, secure: bool) -> Response:
    """The answer to a request that is for no mount. Title updates take effect here."""
    if head.path in ("/admin/metadata", "/admin.cgi"):
        return _of(_update_title(head, body, broadcast))
    if head.path.startswith("/admin/"):  # libshout asks for /admin/!POKE and wants a 400
        return _of(Refusal.UNKNOWN_COMMAND.value)
    if head.method not in ("GET", "HEAD"):
        return _of(Refusal.UNKNOWN_REQUEST.value)
    page = PAGES.get(head.path)
    if page is not None:
        return page(head, broadcast)
    return (
        _static(head) or _playlist(head, broadcast, secure=secure) or _of(Refusal.NOT_FOUND.value)
    )


def is_ours(path: str) -> bool:
    """Whether we serve this path ourselves, so that no source may have it for its mount."""
    return path in PAGES or path in ("*", "/admin.cgi") or path.startswith(("/admin/", "/static/"))


def _status_page(_: RequestHead, broadcast: Broadcast) -> Response:
    return Response(
        200,
        status_page.status_page(broadcast.statistics()),
        status_page.CONTENT_TYPE,
        (("Content-Security-Policy", status_page.CONTENT_SECURITY_POLICY), *NEVER_CACHED),
    )


def _status_json(head: RequestHead, broadcast: Broadcast) -> Response:
    body = status_json.status_json(broadcast.statistics(), only=head.query.get("mount"))
    return Response(200, body, status_json.CONTENT_TYPE, (*NEVER_CACHED, ANY_ORIGIN))


PAGES: dict[str, Callable[[RequestHead, Broadcast], Response]] = {
    "/": _status_page,
    "/status-json.xsl": _status_json,
}


def _static(head: RequestHead) -> Response | None:
    found = asset(head.path)
    if found is None:
        return None
    headers = (("ETag", found.etag), A_DAY)
    if head.header("if-none-match") == found.etag:
        return Response(304, headers=headers)
    return Response(200, found.body, found.content_type, headers)


def _playlist(head: RequestHead, broadcast: Broadcast, *, secure: bool) -> Response | None:
    """A file that tells a player where a mount is, under the name the request reached us by."""
    request = ListenRequest.from_head(head)
    mount = broadcast.registry.get(request.mount)
    if request.playlist is None or mount is None:
        return None
    url = _url(head, mount.path, broadcast, secure=secure)
    match request.playlist:
        case "m3u":
            file = playlist_files.m3u(url, mount.info.name)
        case "pls":
            file = playlist_files.pls(url, mount.info.name)
        case _:
            file = playlist_files.xspf(url, mount.info, mount.log.titles.latest())
    return Response(200, file.body, file.content_type, (*NEVER_CACHED, ANY_ORIGIN))


def _url(head: RequestHead, path: str, broadcast: Broadcast, *, secure: bool) -> str:
    host = head.header("host")
    if host:
        return f"{'https' if secure else 'http'}://{host}{quote_path(path)}"
    return listen_url(broadcast.config.station.host, broadcast.port, path)


def _update_title(head: RequestHead, body: bytes, broadcast: Broadcast) -> Reply:
    """Set a mount's title.

    Icecast also wants the request to come from the source's own address, which
    cuts off every encoder that has two (IPv4 and IPv6); the password is enough.
    """
    read = (
        TitleUpdate.from_admin_cgi if head.path == "/admin.cgi" else TitleUpdate.from_admin_metadata
    )
    update = read(head, body)
    path = update.mount
    if path is None and head.path == "/admin.cgi":
        path = broadcast.config.listen.shoutcast_mount
    if not may_set_title(broadcast.config, path or "", update.credentials):
        if update.credentials is None and update.problem is not None and head.path == "/admin.cgi":
            return update.problem
        return Refusal.WRONG_PASSWORD.value
    if update.problem is not None:
        return update.problem
    mount = broadcast.registry.get(path) if path is not None else None
    if path is None:
        return Refusal.MISSING_PARAMETER.value
    if mount is None:
        return Refusal.NO_SUCH_SOURCE.value
    autodj = broadcast.autodj
    if autodj is not None and path in autodj.paths:
        autodj.title_live(path, update.title)
        return update.success
    if mount.set_title(update.title):
        logger.info("%s: now playing %s", path, update.title.text if update.title else "(nothing)")
    return update.success


def _of(reply: Reply) -> Response:
    return Response(reply.status, reply.body, reply.content_type, reply.terms)
