"""One request, one answer, spoken by h11 over Trio."""

from __future__ import annotations

import base64
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field

import h11
import trio

from radiocast.errors import PeerError
from radiocast.protocols.basic_auth import Credentials
from radiocast.protocols.text import decode_text, one_line
from radiocast.web_client.address import WebAddress
from radiocast.web_client.dial import dial, reason_of

MAX_HEAD = 16 * 1024
"""Bytes of an answer's head."""

MAX_BODY = 64 * 1024
"""Bytes of an answer's body, where the caller names no other limit."""

CHUNK = 16 * 1024

Headers = Sequence[tuple[str, str]]


class FetchError(PeerError):
    """There is no answer. The message says why, without what stood in the request."""


@dataclass(frozen=True, slots=True)
class WebResponse:
    """What a web server answered."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...] = ()
    """Lower-case names and their values, in the order they came."""
    body: bytes = field(default=b"", repr=False)

    def header(self, name: str) -> str | None:
        """The first value of the header `name` (lower case), or None."""
        return next((value for known, value in self.headers if known == name), None)


async def fetch(
    url: str,
    method: str = "GET",
    *,
    headers: Headers = (),
    body: bytes = b"",
    credentials: Credentials | None = None,
    limit: int = MAX_BODY,
    timeout: float = 15.0,  # noqa: ASYNC109 -- of the whole exchange, and told as FetchError
    context: ssl.SSLContext | None = None,
) -> WebResponse:
    """Ask and read the whole answer, of at most `limit` bytes, within `timeout` seconds.

    `headers` come after Host, Authorization and Content-Length, which are ours. `credentials`
    are sent at once, by Basic authentication, unless the address has its own. `context` is for
    HTTPS; None: whom the system trusts is trusted. Raises FetchError.
    """
    try:
        address = WebAddress.parse(url)
    except ValueError as exc:
        raise FetchError(f"the address {exc}") from None
    asked = h11.Request(
        method=method,
        target=address.target,
        headers=_headers(address, headers, body, address.credentials or credentials),
    )
    try:
        with trio.fail_after(timeout):
            async with await dial(address, context) as stream:
                return await _exchange(stream, asked, body, limit)
    except trio.TooSlowError:
        raise FetchError(f"{address.authority}: no answer within {timeout:g} s") from None
    except (OSError, trio.BrokenResourceError) as exc:
        raise FetchError(f"{address.authority}: {reason_of(exc)}") from exc
    except h11.RemoteProtocolError as exc:
        raise FetchError(f"{address.authority}: {exc}") from exc


def _headers(
    address: WebAddress, others: Headers, body: bytes, credentials: Credentials | None
) -> list[tuple[bytes, bytes]]:
    headers = [("Host", address.authority)]
    if credentials is not None:
        pair = f"{credentials.user}:{credentials.password}".encode(errors="replace")
        headers.append(("Authorization", f"Basic {base64.b64encode(pair).decode()}"))
    if body:
        headers.append(("Content-Length", str(len(body))))
    headers += [*others, ("Connection", "close")]
    return [(name.encode("ascii"), one_line(value).encode()) for name, value in headers]


async def _exchange(
    stream: trio.abc.Stream, asked: h11.Request, body: bytes, limit: int
) -> WebResponse:
    http = h11.Connection(h11.CLIENT, max_incomplete_event_size=MAX_HEAD)
    sent = http.send(asked) or b""
    if body:
        sent += http.send(h11.Data(data=body)) or b""
    await stream.send_all(sent + (http.send(h11.EndOfMessage()) or b""))
    head: h11.Response | None = None
    received = bytearray()
    while True:
        match http.next_event():
            case h11.Response() as response:
                head = response
            case h11.Data(data=piece):
                received += piece
                if len(received) > limit:
                    raise h11.RemoteProtocolError(f"the answer is longer than {limit} bytes")
            case h11.EndOfMessage():
                assert head is not None, "h11 gives the head before the end"
                return _response(head, bytes(received))
            case h11.NEED_DATA:
                data = bytes(await stream.receive_some(CHUNK))
                if not data and head is None:
                    raise h11.RemoteProtocolError("it hung up without an answer")
                http.receive_data(data)
            case _:
                pass  # 103 and the like: the answer is still to come


def _response(head: h11.Response, body: bytes) -> WebResponse:
    headers = tuple((name.decode("ascii"), decode_text(value)) for name, value in head.headers)
    return WebResponse(head.status_code, decode_text(head.reason), headers, body)
