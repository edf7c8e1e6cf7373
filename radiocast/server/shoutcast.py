"""SHOUTcast's pages, and what its `/admin.cgi` does besides titles.

A mount that has the name of one of these pages is heard there instead.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from zoneinfo import ZoneInfo

from radiocast.admin.shoutcast import documents, pages
from radiocast.admin.shoutcast.documents import Document
from radiocast.admin.shoutcast.streams import Server, Stream
from radiocast.mounts.mount import Mount
from radiocast.mounts.sids import FIRST
from radiocast.protocols.basic_auth import Credentials, parse_basic
from radiocast.protocols.http_head import RequestHead, parse_form
from radiocast.protocols.replies import NEVER_CACHED, Refusal, success_page
from radiocast.protocols.response import ANY_ORIGIN, Response
from radiocast.protocols.text import decode_text, parse_number
from radiocast.server.broadcast import Broadcast
from radiocast.server.identity import SERVER_ID
from radiocast.server.passwords import is_source_of, may_administrate
from radiocast.server.titles import update_title
from radiocast.web import status_page

logger = logging.getLogger(__name__)

UPCOMING = 10
"""Titles that are told of what comes."""

_HEADERS = (*NEVER_CACHED, ANY_ORIGIN, ("X-Content-Type-Options", "nosniff"))


def shoutcast_page(head: RequestHead, broadcast: Broadcast) -> Response | None:
    """The page at this path; None: SHOUTcast has none there."""
    page = _PAGES.get(head.path)
    if page is None:
        return None
    sid = _sid(head.query.get("sid", ""))
    path = broadcast.registry.sids.path(sid)
    if path is None:
        return Refusal.NOT_FOUND.value.response
    mount = broadcast.registry.get(path)
    shown = mount if mount is not None and not mount.statistics().hidden else None
    return page(head, broadcast, _stream(broadcast, sid, path, shown))


async def administer_shoutcast(
    head: RequestHead, body: bytes, broadcast: Broadcast, *, peer: str
) -> Response:
    """Do what `/admin.cgi` is asked and answer it; `peer` is the address it came from.

    Raises PeerError for a mount that cannot be one.
    """
    said = {
        name: decode_text(value) for name, value in (head.query_bytes | parse_form(body)).items()
    }
    mode = said.get("mode", "").lower()
    do = _MODES.get(mode)
    if do is None:
        return (await update_title(head, body, broadcast, peer)).response
    sid = _sid(said.get("sid", ""))
    path = broadcast.registry.sids.meant(sid)
    credentials = parse_basic(head.header("authorization"))
    if said.get("pass"):
        user = said.get("user") or broadcast.config.passwords.admin_user
        credentials = Credentials(user, said["pass"])
    if not (
        may_administrate(broadcast.config, credentials)
        or (path and _is_source(broadcast, path, credentials, said))
    ):
        return Refusal.WRONG_PASSWORD.value.response
    if mode in _EFFECTS and head.method == "HEAD":
        return Refusal.UNKNOWN_REQUEST.value.response
    if mode in _EFFECTS and head.header("sec-fetch-site") == "cross-site":
        return Refusal.FOREIGN_PAGE.value.response
    mount = broadcast.registry.get(path)
    if not path or (mount is None and mode in _EFFECTS):
        return Refusal.NO_SUCH_SOURCE.value.response
    return do(broadcast, _stream(broadcast, sid, path, mount), said, peer)


def _is_source(
    broadcast: Broadcast, path: str, credentials: Credentials | None, said: Mapping[str, str]
) -> bool:
    """Whether it is the mount's source that asks. With `pass` alone it says no name."""
    if credentials is not None and "pass" in said and "user" not in said:
        own = broadcast.config.mount(path).user
        user = broadcast.config.passwords.source_user if own is None else own
        credentials = replace(credentials, user=user)
    return is_source_of(broadcast.config, path, credentials)


def _sid(text: str) -> int:
    """A stream's number: 1 where none is said, 0, which no stream has, for what is no number."""
    return (parse_number(text, digits=9) or 0) if text else FIRST


def _stream(broadcast: Broadcast, sid: int, path: str, mount: Mount | None) -> Stream:
    """What there is to tell of a mount; None: it is off air, or nobody may know."""
    config = broadcast.config
    most = config.mount(path).max_listeners
    stream = Stream(sid, path, config.limits.listeners if most is None else most)
    if mount is None or not mount.is_on_air:
        return stream
    told = mount.statistics()
    plays_here = broadcast.autodj is not None and path in broadcast.autodj.paths
    watching = broadcast.api.watching
    output = config.outputs.get(path)
    said = parse_number(told.info.bitrate, digits=6)
    if said is None:
        said = output.bitrate if output is not None and plays_here else told.nominal_bitrate // 1000
    return replace(
        stream,
        mount=told,
        crowd=broadcast.census.of(mount, now=time.monotonic()),
        bitrate=said,
        dj=broadcast.autodj.now.dj if broadcast.autodj and plays_here else mount.dj,
        played=tuple(mount.played),
        upcoming=tuple(watching.titles(UPCOMING)) if watching and plays_here else (),
    )


def _every_stream(broadcast: Broadcast) -> Server:
    """All that may be shown: what is on air, and the first, on air or not."""
    registry = broadcast.registry
    shown = {
        registry.sids.number(mount.path): mount
        for mount in registry.on_air
        if not mount.statistics().hidden
    }
    first = registry.sids.meant(None)
    streams = [_stream(broadcast, sid, mount.path, mount) for sid, mount in shown.items()]
    if FIRST not in shown:
        streams.append(_stream(broadcast, FIRST, first, None))
    return Server(
        sorted(streams, key=lambda stream: stream.sid), broadcast.config.limits.listeners, SERVER_ID
    )


def _told(head: RequestHead, document: Document, *, json: bool) -> Response:
    """The document in the form that is wanted."""
    callback = head.query.get("callback", "")
    if json and documents.is_callback(callback):
        body, kind = documents.as_script(document, callback), documents.SCRIPT
    elif json:
        body, kind = documents.as_json(document), documents.JSON
    else:
        body, kind = documents.as_xml(document), documents.XML
    return Response(200, body, kind, _HEADERS)


def _wants_json(head: RequestHead) -> bool:
    return head.query.get("json") == "1" or head.query.get("type", "").lower() == "json"


def _seven(_: RequestHead, __: Broadcast, stream: Stream) -> Response:
    return Response(200, pages.seven(stream), pages.BARE_HTML, _HEADERS)


def _current_song(_: RequestHead, __: Broadcast, stream: Stream) -> Response:
    return Response(200, pages.current_song(stream), pages.TEXT, _HEADERS)


def _stats(head: RequestHead, _: Broadcast, stream: Stream) -> Response:
    document = documents.stats(stream, SERVER_ID, now=time.time())
    return _told(head, document, json=_wants_json(head))


def _statistics(head: RequestHead, broadcast: Broadcast, _: Stream) -> Response:
    document = documents.statistics(_every_stream(broadcast), now=time.time())
    return _told(head, document, json=_wants_json(head))


def _played(head: RequestHead, broadcast: Broadcast, stream: Stream) -> Response:
    kind = head.query.get("type", "").lower()
    if _wants_json(head) or kind == "xml":
        return _told(head, documents.songs(stream), json=kind != "xml")
    name = broadcast.config.autodj.timezone
    page = pages.played(stream, broadcast.config.station.name, ZoneInfo(name) if name else None)
    return Response(200, page, pages.HTML, _HEADERS)


def _next_songs(head: RequestHead, _: Broadcast, stream: Stream) -> Response:
    return _told(head, documents.next_songs(stream), json=_wants_json(head))


def _index(_: RequestHead, broadcast: Broadcast, stream: Stream) -> Response:
    """Our own page, with this stream alone."""
    station = replace(broadcast.statistics(), mounts=(stream.mount,) if stream.mount else ())
    policy = ("Content-Security-Policy", status_page.CONTENT_SECURITY_POLICY)
    page = status_page.status_page(station)
    return Response(200, page, status_page.CONTENT_TYPE, (policy, *NEVER_CACHED))


_PAGES: Mapping[str, Callable[[RequestHead, Broadcast, Stream], Response]] = {
    "/7.html": _seven,
    "/stats": _stats,
    "/statistics": _statistics,
    "/currentsong": _current_song,
    "/played": _played,
    "/played.html": _played,
    "/nextsongs": _next_songs,
    "/index.html": _index,
}


def _view(
    broadcast: Broadcast, stream: Stream, said: Mapping[str, str], _: str, *, json: bool
) -> Response:
    mount = broadcast.registry.get(stream.path)
    listeners = broadcast.audience.of(mount) if mount is not None else ()
    page = parse_number(said.get("page", ""), digits=3) or 0
    document = documents.view(stream, listeners, SERVER_ID, page=page, now=time.time())
    body = documents.as_json(document) if json else documents.as_xml(document)
    return Response(200, body, documents.JSON if json else documents.XML, NEVER_CACHED)


def _kick_source(broadcast: Broadcast, stream: Stream, _: Mapping[str, str], peer: str) -> Response:
    mount = broadcast.registry.get(stream.path)
    if mount is None or not broadcast.kick_source(mount):
        return Refusal.NO_SUCH_SOURCE.value.response
    logger.info("%s: %s has kicked the source", stream.path, peer)
    return success_page("Source removed").response


def _kick_listeners(
    broadcast: Broadcast, stream: Stream, said: Mapping[str, str], peer: str
) -> Response:
    """By their numbers (DNAS 2) or their addresses (DNAS 1), separated by commas."""
    wanted = {word.strip() for word in said.get("kickdst", "").split(",")} - {""}
    if not wanted:
        return Refusal.MISSING_PARAMETER.value.response
    mount = broadcast.registry.get(stream.path)
    assert mount is not None
    kicked = [
        each.number
        for each in broadcast.audience.of(mount)
        if str(each.number) in wanted or each.ip in wanted
    ]
    for number in kicked:
        broadcast.audience.kick(mount, number)
        logger.info("%s: %s has kicked listener %d", mount.path, peer, number)
    return success_page(f"{len(kicked)} removed").response


_MODES: Mapping[str, Callable[[Broadcast, Stream, Mapping[str, str], str], Response]] = {
    "viewxml": partial(_view, json=False),
    "viewjson": partial(_view, json=True),
    "kicksrc": _kick_source,
    "kickdst": _kick_listeners,
}
_EFFECTS = frozenset({"kicksrc", "kickdst"})
