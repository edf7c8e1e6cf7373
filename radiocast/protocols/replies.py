"""Finite answers as Icecast 2.4.4 words them: encoders show these texts to their users.

Players and encoders of twenty years know these bytes: `HTTP/1.0`, the order of
the headers, the short body. A server that uses h11 takes `status`, `terms`
and `body` instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from radiocast.protocols.http_date import http_date
from radiocast.protocols.http_head import response_head
from radiocast.protocols.response import Response

REALM = "Icecast2 Server"
NEVER_CACHED = (
    ("Cache-Control", "no-cache, no-store"),
    ("Expires", "Mon, 26 Jul 1997 05:00:00 GMT"),
    ("Pragma", "no-cache"),
)
_TEXT = "text/plain; charset=utf-8"
_HTML = "text/html; charset=utf-8"
_XML = "text/xml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer, but for the server's name and the date."""

    status: int
    reason: str
    content_type: str
    body: bytes
    authenticate: bool = False
    """Ask for Basic credentials."""
    sized: bool = False
    """Say how long the body is; Icecast does not where it closes anyway."""

    @property
    def terms(self) -> tuple[tuple[str, str], ...]:
        """What is asked of the peer, and who may use and keep the answer."""
        challenge = (("WWW-Authenticate", f'Basic realm="{REALM}"'),) if self.authenticate else ()
        return (*challenge, *NEVER_CACHED, ("Access-Control-Allow-Origin", "*"))

    @property
    def response(self) -> Response:
        """The same, for who speaks by h11."""
        return Response(self.status, self.body, self.content_type, self.terms)

    def headers(self, *, server: str, now: float) -> tuple[tuple[str, str], ...]:
        """Every header, in Icecast's order. `now` in Unix seconds."""
        size = (("Content-Length", str(len(self.body))),) if self.sized else ()
        return (
            ("Server", server),
            ("Connection", "Close"),
            ("Date", http_date(now)),
            ("Content-Type", self.content_type),
            *self.terms,
            *size,
        )

    def to_bytes(self, *, server: str, now: float, head_only: bool = False) -> bytes:
        """What to send before closing, in one piece: some encoders read only once."""
        head = response_head(self.status, self.reason, self.headers(server=server, now=now))
        return head if head_only else head + self.body


def error_page(status: int, reason: str, text: str) -> Reply:
    """An error as a page, in Icecast's wording. `text` is ours, never the peer's."""
    page = (
        f"<html><head><title>Error {status}</title></head>"
        f"<body><b>{status} - {text}</b></body></html>\r\n"
    )
    return Reply(status, reason, _HTML, page.encode())


def bad_request(text: str) -> Reply:
    """400 with `text`, which is ours, never the peer's."""
    return error_page(400, "Bad Request", text)


def success_page(text: str) -> Reply:
    """What `/admin.cgi` says when it did what it was asked."""
    page = (
        "<html><head><title>Admin request successful</title></head>"
        f"<body><p>{text}</p></body></html>"
    )
    return Reply(200, "OK", _HTML, page.encode())


def ice_response(message: str, *, success: bool) -> Reply:
    """What `/admin/metadata` says: XML, and 200 even for some refusals."""
    document = (
        '<?xml version="1.0"?>\n'
        f"<iceresponse><message>{message}</message><return>{int(success)}</return></iceresponse>\n"
    )
    return Reply(200, "OK", _XML, document.encode(), sized=True)


def _forbidden(text: str) -> Reply:
    return Reply(403, "Forbidden", _TEXT, text.encode())


class Refusal(Enum):
    """Why a source or a listener is sent away; the value is what it hears.

    In use and full are 403, not 409 or 503: butt gives up for good on a 503 and
    older encoders know no other number.
    """

    WRONG_PASSWORD = Reply(
        401, "Authentication Required", _TEXT, b"You need to authenticate\r\n", authenticate=True
    )
    MOUNT_IN_USE = _forbidden("Mountpoint in use")
    NO_CONTENT_TYPE = _forbidden("No Content-type given")
    UNSUPPORTED_CONTENT_TYPE = _forbidden("Content-type not supported")
    TOO_MANY_SOURCES = _forbidden("too many sources connected")
    TOO_MANY_CONNECTIONS = _forbidden("Icecast connection limit reached")
    TOO_MANY_LISTENERS = _forbidden("max listeners reached")
    MOUNT_UNAVAILABLE = _forbidden("mountpoint unavailable")
    NOT_FOUND = error_page(404, "File Not Found", "The file you requested could not be found")
    UNKNOWN_REQUEST = bad_request("unknown request")
    UNKNOWN_COMMAND = bad_request("Unrecognised command")
    NO_SUCH_SOURCE = bad_request("Source does not exist")
    MISSING_PARAMETER = bad_request("Missing parameter")
    MISSING_PASS = bad_request("missing pass parameter")
    NO_SUCH_ACTION = bad_request("No such action")
    NOT_WITHOUT_MOUNT = bad_request("Unknown admin request")
    NO_SUCH_DESTINATION = bad_request("No such destination")
    DESTINATION_OFF_AIR = bad_request("Destination not running")
    SAME_DESTINATION = bad_request("supplied mountpoints are identical")
    CIRCLE = Reply(508, "Loop Detected", _TEXT, b"this relays a stream of yours")
    FOREIGN_PAGE = _forbidden("a page of another site may not ask for this")

    def to_bytes(self, *, server: str, now: float, head_only: bool = False) -> bytes:
        """What to send before closing; `now` in Unix seconds."""
        return self.value.to_bytes(server=server, now=now, head_only=head_only)
