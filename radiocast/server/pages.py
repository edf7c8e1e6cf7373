"""Which finite answer a request gets: pages, statistics, playlists, commands, the API."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from radiocast.admin import metrics, status_json
from radiocast.admin.control.api import is_of_api
from radiocast.admin.control.call import Call
from radiocast.admin.control.public import EVENTS
from radiocast.mounts.mount import Mount
from radiocast.protocols import playlist_files
from radiocast.protocols.addresses import listen_url, quote_path
from radiocast.protocols.basic_auth import parse_basic
from radiocast.protocols.http_head import RequestHead
from radiocast.protocols.listen_request import ListenRequest
from radiocast.protocols.replies import NEVER_CACHED, Refusal
from radiocast.protocols.response import ANY_ORIGIN, Response
from radiocast.protocols.source_request import SOURCE_METHODS
from radiocast.server.admin import administer, version_page
from radiocast.server.broadcast import Broadcast
from radiocast.server.measure import measure
from radiocast.server.passwords import may_administrate
from radiocast.server.shoutcast import administer_shoutcast, shoutcast_page
from radiocast.web import status_page
from radiocast.web.static import asset

A_DAY = ("Cache-Control", "public, max-age=86400")


async def answer(
    head: RequestHead, body: bytes, broadcast: Broadcast, *, peer: str, secure: bool
) -> Response:
    """The answer to a request that is for no mount. Commands and calls take effect here.

    `peer` is the address it came from, `secure` whether by TLS.
    """
    broadcast.registry.traffic.requests += 1
    response = await _answer(head, body, broadcast, peer=peer, secure=secure)
    if response.status == HTTPStatus.UNAUTHORIZED and response.was_guess and _said_password(head):
        broadcast.guard.note_wrong_password(peer)
    on_air = broadcast.registry.get(head.path) is not None
    return broadcast.dialect.finished(response, head, on_air=on_air)


async def _answer(
    head: RequestHead, body: bytes, broadcast: Broadcast, *, peer: str, secure: bool
) -> Response:
    if is_of_api(head.path):
        return await _call(head, body, broadcast, peer, secure=secure)
    if head.path == "/admin.cgi":
        return await administer_shoutcast(head, body, broadcast, peer=peer)
    if head.path.startswith("/admin/"):  # libshout asks for /admin/!POKE and wants a 400
        where = site(head, broadcast, secure=secure)
        return await administer(head, body, broadcast, peer=peer, where=where)
    if head.method not in ("GET", "HEAD"):
        return Refusal.UNKNOWN_REQUEST.value.response
    page = PAGES.get(head.path)
    if page is not None:
        return page(head, broadcast, secure)
    if head.path == "/index.html" and (own := await _file(head, broadcast)):
        return own
    return (
        _static(head, broadcast)
        or shoutcast_page(head, broadcast)
        or _playlist(head, broadcast, secure=secure)
        or await _file(head, broadcast)
        or Refusal.NOT_FOUND.value.response
    )


def _said_password(head: RequestHead) -> bool:
    """Whether a request came with a password: encoders ask without one first."""
    return parse_basic(head.header("authorization")) is not None or "pass" in head.query


def is_ours(path: str) -> bool:
    """Whether we serve this path ourselves, so that no source may have it for its mount."""
    return (
        path in PAGES
        or path in ("*", "/admin.cgi")
        or path.startswith(("/admin/", "/static/"))
        or is_of_api(path)
    )


def is_source(head: RequestHead) -> bool:
    """Whether a request is an encoder's that wants to send, by its method. POST is a call, too."""
    is_post_to_us = head.method == "POST" and head.path.startswith("/admin")
    return (
        head.method in SOURCE_METHODS
        and not is_post_to_us
        and (head.method == "SOURCE" or not is_of_api(head.path))
    )


def is_for_events(head: RequestHead, broadcast: Broadcast) -> bool:
    """Whether a request has an answer without end."""
    return head.method == "GET" and head.path == EVENTS and broadcast.api.watching is not None


def _status_page(_: RequestHead, broadcast: Broadcast, secure: bool) -> Response:
    return Response(
        200,
        status_page.status_page(broadcast.statistics()),
        status_page.CONTENT_TYPE,
        (("Content-Security-Policy", status_page.CONTENT_SECURITY_POLICY), *NEVER_CACHED),
    )


def _status_json(head: RequestHead, broadcast: Broadcast, secure: bool) -> Response:
    body = status_json.status_json(
        broadcast.statistics(site=site(head, broadcast, secure=secure)),
        only=head.query.get("mount"),
        modern=broadcast.dialect.modern,
    )
    return Response(200, body, status_json.CONTENT_TYPE, (*NEVER_CACHED, ANY_ORIGIN))


def _metrics(head: RequestHead, broadcast: Broadcast, secure: bool) -> Response:
    credentials = parse_basic(head.header("authorization"))
    config = broadcast.config
    if not config.control.metrics and not may_administrate(config, credentials):
        return Refusal.WRONG_PASSWORD.value.response
    body = metrics.metrics(broadcast.statistics(), measure(), broadcast.autodj_statistics())
    return Response(200, body, metrics.CONTENT_TYPE, NEVER_CACHED)


PAGES: dict[str, Callable[[RequestHead, Broadcast, bool], Response]] = {
    "/": _status_page,
    "/status.xsl": _status_page,
    "/server_version.xsl": lambda _, broadcast, secure: version_page(broadcast),
    "/status-json.xsl": _status_json,
    "/metrics": _metrics,
}


def _static(head: RequestHead, broadcast: Broadcast) -> Response | None:
    found = asset(head.path)
    if found is None:
        return None
    broadcast.registry.traffic.files += 1
    headers = (("ETag", found.etag), A_DAY)
    if head.header("if-none-match") == found.etag:
        return Response(304, headers=headers)
    return Response(200, found.body, found.content_type, headers)


async def _file(head: RequestHead, broadcast: Broadcast) -> Response | None:
    """A file of the operator's."""
    found = await broadcast.files.answer(head)
    broadcast.registry.traffic.files += found is not None
    return found


def _playlist(head: RequestHead, broadcast: Broadcast, *, secure: bool) -> Response | None:
    """A file that tells a player where a mount is, under the name the request reached us by."""
    request = ListenRequest.from_head(head)
    mount = broadcast.registry.get(request.mount)
    if mount is None and request.shoutcast_default:
        mount = broadcast.registry.numbered(request.sid)
    if mount is None and broadcast.relays.on_demand(request.mount) is not None:
        mount = Mount(request.mount, broadcast.config.mount(request.mount))
    if request.playlist is None or mount is None:
        return None
    url = _url(head, mount.path, broadcast, secure=secure)
    match request.playlist:
        case "m3u":
            file = playlist_files.m3u(url, mount.info.name)
        case "pls":
            file = playlist_files.pls(url, mount.info.name)
        case "vclt":
            codec = mount.statistics().codec if mount.has_own_titles else ""
            title = mount.log.titles.latest()
            file = playlist_files.vclt(url, mount.info, title, codec)
        case _:
            file = playlist_files.xspf(url, mount.info, mount.log.titles.latest())
    return Response(200, file.body, file.content_type, (*NEVER_CACHED, ANY_ORIGIN))


def _url(head: RequestHead, path: str, broadcast: Broadcast, *, secure: bool) -> str:
    return site(head, broadcast, secure=secure) + quote_path(path)


def site(head: RequestHead, broadcast: Broadcast, *, secure: bool) -> str:
    """Where a request reached us, as `http://radio.example:8000`."""
    host = head.header("host")
    if host:
        return f"{'https' if secure else 'http'}://{host}"
    return listen_url(broadcast.config.station.host, broadcast.port, "")


async def _call(
    head: RequestHead, body: bytes, broadcast: Broadcast, peer: str, *, secure: bool
) -> Response:
    credentials = parse_basic(head.header("authorization"))
    is_admin = may_administrate(broadcast.config, credentials)
    where = site(head, broadcast, secure=secure)
    return await broadcast.api.answer(Call(head, body, peer, is_admin, where))
