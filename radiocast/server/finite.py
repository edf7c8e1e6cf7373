"""Everything over HTTP that has an end, spoken by h11."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus

import h11
import trio

from radiocast.errors import PeerError
from radiocast.protocols.http_date import http_date
from radiocast.protocols.http_head import RequestHead, normalised
from radiocast.protocols.response import LongBody, Response
from radiocast.server.connection import Connection


@dataclass(slots=True)
class Exchange:
    """How one request and its answer went."""

    status: int
    bytes_sent: int
    rest: bytes | None = field(repr=False)
    """What the peer sent after its request; None: the connection is over."""


async def converse(
    connection: Connection,
    head: RequestHead,
    rest: bytes,
    *,
    max_body: int,
    patience: float,
    server: str,
    respond: Callable[[RequestHead, bytes], Awaitable[Response]],
) -> Exchange:
    """Read the request's body, answer it as `server`. `rest` is what followed the head.

    Raises PeerError when the request breaks HTTP or its body exceeds `max_body`
    bytes, trio.BrokenResourceError when the peer is gone, and trio.TooSlowError when
    request and answer take more than `patience` seconds; of a long body, each piece may.
    """
    http = h11.Connection(h11.SERVER, max_incomplete_event_size=max_body)
    with trio.fail_after(patience):
        try:
            http.receive_data(normalised(head))
            http.next_event()
            if rest:  # to h11, no bytes at all are the end of the connection
                http.receive_data(rest)
            body = await _read_body(connection, http, max_body)
            response = await respond(
                head, body
            )  # before anything is sent: butt does not wait for answers
            sent = _rendered(http, response, server, with_body=head.method != "HEAD")
        except h11.RemoteProtocolError as exc:
            raise PeerError(str(exc), status=exc.error_status_hint) from None
        await connection.send_all(sent)
    exchange = Exchange(response.status, len(sent), None)
    if response.long_body is not None and head.method != "HEAD":
        await _send_long(connection, http, response.long_body, exchange)
    if http.our_state is h11.DONE and http.their_state is h11.DONE:
        exchange.rest = http.trailing_data[0]
    return exchange


async def _send_long(
    connection: Connection, http: h11.Connection, body: LongBody, exchange: Exchange
) -> None:
    """Send a body piece by piece. Who stops taking it is only noted as how far it came."""

    async def send(piece: bytes) -> None:
        data = http.send(h11.Data(data=piece)) or b""
        await connection.send_all(data)
        exchange.bytes_sent += len(data)

    try:
        await body.write_to(send)
        http.send(h11.EndOfMessage())
    except (trio.BrokenResourceError, trio.TooSlowError):
        pass  # our half is not done: the connection is over


async def _read_body(connection: Connection, http: h11.Connection, max_body: int) -> bytes:
    body = bytearray()
    while True:
        event = http.next_event()
        if event is h11.NEED_DATA:
            if http.they_are_waiting_for_100_continue:
                answer = http.send(h11.InformationalResponse(status_code=100, headers=[]))
                await connection.send_all(answer or b"")
            http.receive_data(await connection.receive())
        elif isinstance(event, h11.Data):
            body += event.data
            if len(body) > max_body:
                raise PeerError(f"body longer than {max_body} bytes", status=413)
        else:
            return bytes(body)


def _rendered(http: h11.Connection, response: Response, server: str, *, with_body: bool) -> bytes:
    headers = [("Server", server), ("Date", http_date(time.time())), *response.headers]
    if response.content_type:
        headers.append(("Content-Type", response.content_type))
    if response.status not in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
        size = len(response.body) if response.long_body is None else response.long_body.size
        headers.append(("Content-Length", str(size)))
    head = h11.Response(
        status_code=response.status,
        reason=HTTPStatus(response.status).phrase.encode(),
        headers=[(name.encode(), value.encode()) for name, value in headers],
    )
    sent = http.send(head) or b""
    if with_body and response.long_body is not None:
        return sent
    if with_body and response.body:
        sent += http.send(h11.Data(data=response.body)) or b""
    return sent + (http.send(h11.EndOfMessage()) or b"")
