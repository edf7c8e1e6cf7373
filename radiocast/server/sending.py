"""From an encoder's request to its audio on a mount, and what is said when it ends."""

from __future__ import annotations

import logging
import time
from http import HTTPStatus

import trio

from radiocast.mounts.registry import Refused
from radiocast.mounts.source import Source
from radiocast.protocols.addresses import quote_path
from radiocast.protocols.basic_auth import Credentials
from radiocast.protocols.http_head import RequestHead
from radiocast.protocols.replies import Refusal
from radiocast.protocols.shoutcast_source import (
    Audio,
    HeadersGiven,
    Login,
    PasswordGiven,
    ShoutcastSource,
)
from radiocast.protocols.source_request import SourceRequest
from radiocast.protocols.via import servers_in
from radiocast.server.access_log import Visit
from radiocast.server.body import SourceBody
from radiocast.server.broadcast import Broadcast
from radiocast.server.connection import Connection
from radiocast.server.doors import Door
from radiocast.server.pages import is_ours
from radiocast.server.passwords import Standing, Stranger, priority_of, standing
from radiocast.server.places import Place
from radiocast.sources.titled import Body, TitledAudio

logger = logging.getLogger(__name__)

REFUSALS = {
    Refused.IN_USE: Refusal.MOUNT_IN_USE,
    Refused.TOO_MANY_SOURCES: Refusal.TOO_MANY_SOURCES,
}

MAY_BE_AUDIO = ("audio/", "video/", "application/")
"""Content types a source may have. What is unknown among them is passed through, as Icecast does;
text and pictures are a program that has taken us for something else."""

REFUSED_DELAY = 0.5
"""Seconds before "mount in use" is said: butt asks again at once, for ever."""


async def serve_http_source(
    connection: Connection, head: RequestHead, rest: bytes, broadcast: Broadcast
) -> None:
    """Let an encoder in by SOURCE, PUT or POST, and take its audio until it ends."""
    request = SourceRequest.from_head(head)
    visit = Visit.of(connection.peer, head)
    source = Source(connection.peer, request.info, servers_in(head.header_words("via")))
    who = Stranger(request.credentials, connection.peer, request.info.user_agent)
    proved = await standing(broadcast.config, broadcast.guard, request.path, who)
    if not proved.may_send:
        # libshout and Mixxx ask without credentials first; only wrong ones are worth a line.
        if proved is not Standing.NOBODY:
            logger.info("%s: source from %s: %s", request.path, connection.peer, proved.value)
        if proved is Standing.GUESSING:
            broadcast.guard.note_wrong_password(connection.peer)
        await broadcast.refuse(connection, Refusal.WRONG_PASSWORD, visit)
        return
    if not request.content_type:
        await broadcast.refuse(connection, Refusal.NO_CONTENT_TYPE, visit)
        return
    if not request.content_type.startswith(MAY_BE_AUDIO):
        logger.info("%s: source from %s sends %s", request.path, source.ip, request.content_type)
        await broadcast.refuse(connection, Refusal.UNSUPPORTED_CONTENT_TYPE, visit)
        return
    if is_ours(request.path):
        await broadcast.refuse(connection, Refusal.MOUNT_UNAVAILABLE, visit)
        return
    if broadcast.relays.is_ours(source.via):
        await broadcast.refuse(connection, Refusal.CIRCLE, visit)
        return
    place = broadcast.admit(
        request.path, source, priority_of(broadcast.config, request.credentials)
    )
    if isinstance(place, Refused):
        logger.info("%s: source from %s refused: %s", request.path, connection.peer, place.value)
        await trio.sleep(REFUSED_DELAY)
        await broadcast.refuse(connection, REFUSALS[place], visit)
        return
    reply = broadcast.dialect.welcome(request, head, now=time.time())
    body = SourceBody(connection, rest, chunked=request.chunked, length=request.content_length)
    try:
        await connection.send_all(reply)
        audio = _titled(body, request.metaint, place, request.path, broadcast)
        await _feed(place, request.path, source, request.content_type, audio)
    finally:
        place.leave()
    if body.ended:
        await connection.send_all(broadcast.dialect.farewell(head, now=time.time()))
    broadcast.access_log.write(visit, HTTPStatus.OK, len(reply))


async def serve_shoutcast_source(
    connection: Connection, received: bytes, broadcast: Broadcast
) -> None:
    """Let an encoder in that says a password and little else: SHOUTcast v1."""
    dialogue = ShoutcastSource(broadcast.config.limits.head)
    with trio.fail_after(broadcast.config.limits.header_timeout):
        (first,) = dialogue.feed(received)  # the caller saw that the line is whole
        if not isinstance(first, PasswordGiven):
            return
        login = await _right_login(first, connection, broadcast)
        if login is None:
            logger.info("source from %s: wrong SHOUTcast password", connection.peer)
            broadcast.guard.note_wrong_password(connection.peer)
            await connection.send_all(dialogue.refuse())
            return
        answer, events = dialogue.accept()
        await connection.send_all(answer)
        while not events:
            data = await connection.receive()
            if not data:
                return
            events = dialogue.feed(data)
    headers, *audio = events
    assert isinstance(headers, HeadersGiven)
    first_bytes = b"".join(event.data for event in audio if isinstance(event, Audio))
    path = _path_of(login, connection.door, broadcast)
    agent = (("user-agent", headers.info.user_agent),)
    request = RequestHead("SOURCE", quote_path(path).encode(), "ICY", agent)
    visit = Visit.of(connection.peer, request)
    source = Source(connection.peer, headers.info)
    place = broadcast.admit(
        path, source, priority_of(broadcast.config, Credentials(login.user, login.password))
    )
    if isinstance(place, Refused):
        logger.info("%s: source from %s refused: %s", path, connection.peer, place.value)
        await broadcast.refuse(connection, REFUSALS[place], visit)
        return
    body = SourceBody(connection, first_bytes, chunked=False, length=None)
    try:
        titled = _titled(body, headers.metaint, place, path, broadcast)
        await _feed(place, path, source, headers.content_type, titled)
    finally:
        place.leave()
    broadcast.access_log.write(visit, HTTPStatus.OK, len(answer))


async def _right_login(
    given: PasswordGiven, connection: Connection, broadcast: Broadcast
) -> Login | None:
    """The first reading of the password line that opens its mount."""
    config = broadcast.config
    for login in given.logins:
        path = _path_of(login, connection.door, broadcast)
        if not path or is_ours(path):
            continue
        who = Stranger(Credentials(login.user, login.password), connection.peer, "")
        if (await standing(config, broadcast.guard, path, who)).may_send:
            return login
    return None


def _path_of(login: Login, door: Door, broadcast: Broadcast) -> str:
    """The mount that a login is for; empty: there is none with its number."""
    mount = login.mount or (door.shoutcast_mount if login.sid is None else None)
    return mount or broadcast.registry.sids.meant(login.sid)


def _titled(body: Body, metaint: int, place: Place, path: str, broadcast: Broadcast) -> TitledAudio:
    """The audio of a source, whose titles go to its place."""
    charset = broadcast.config.mount(path).charset or ""
    return TitledAudio(body, metaint, lambda: charset, place.set_title)


async def _feed(place: Place, path: str, source: Source, content_type: str, body: Body) -> None:
    """Take the audio until it ends, and say so in the log."""
    logger.info("%s: source from %s is on air (%s)", path, source.ip, content_type)
    ending = await place.feed(content_type, body.receive)
    logger.info("%s: source from %s %s", path, source.ip, ending.value)
