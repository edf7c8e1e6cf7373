"""Finite answers as Icecast words them: encoders show these texts to their users.

The words are those of 2.4.4, with the reports of 2.5 beside them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from radiocast.protocols.reports import Report
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
    """A whole answer, but for what is around it: see `Dialect`."""

    status: int
    reason: str
    content_type: str
    body: bytes
    authenticate: bool = False
    """Ask for Basic credentials."""
    sized: bool = False
    """Say how long the body is; Icecast 2.4 does not where it closes anyway."""
    report: Report | None = None
    """What Icecast 2.5 says instead; None: the same."""
    was_guess: bool = True
    """Whether the password it refuses, if it does, counts as a guess at ours."""

    @property
    def terms(self) -> tuple[tuple[str, str], ...]:
        """What is asked of the peer, and who may use and keep the answer."""
        challenge = (("WWW-Authenticate", f'Basic realm="{REALM}"'),) if self.authenticate else ()
        return (*challenge, *NEVER_CACHED, ("Access-Control-Allow-Origin", "*"))

    @property
    def response(self) -> Response:
        """The same, for whoever sends it."""
        return Response(
            *(self.status, self.body, self.content_type, self.terms),
            report=self.report,
            was_guess=self.was_guess,
        )


def error_page(status: int, reason: str, text: str, report: Report | None = None) -> Reply:
    """An error as a page, in Icecast's wording. `text` is ours, never the peer's."""
    page = (
        f"<html><head><title>Error {status}</title></head>"
        f"<body><b>{status} - {text}</b></body></html>\r\n"
    )
    return Reply(status, reason, _HTML, page.encode(), report=report)


def bad_request(text: str, report: Report | None = None) -> Reply:
    """400 with `text`, which is ours, never the peer's."""
    return error_page(400, "Bad Request", text, report)


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


def _forbidden(text: str, report: Report) -> Reply:
    return Reply(403, "Forbidden", _TEXT, text.encode(), report=report)


class Refusal(Enum):
    """Why a source or a listener is sent away; the value is what it hears.

    In use and full are 403 at 2.4, not 409 or 503: butt gives up for good on a 503 and
    older encoders know no other number.
    """

    WRONG_PASSWORD = Reply(
        401,
        "Authentication Required",
        _TEXT,
        b"You need to authenticate\r\n",
        authenticate=True,
        report=Report(401, "You need to authenticate", "25387198-0643-4577-9139-7c4f24f59d4a"),
    )
    WEB_SERVER_SAYS_NO = replace(WRONG_PASSWORD, was_guess=False)
    MOUNT_IN_USE = _forbidden(
        "Mountpoint in use",
        Report(409, "Mountpoint in use", "c5724467-5f85-48c7-b45a-915c3150c292"),
    )
    NO_CONTENT_TYPE = _forbidden(
        "No Content-type given",
        Report(400, "No Content-type given", "2cd86778-ac30-49e7-a108-26627a7923f7"),
    )
    UNSUPPORTED_CONTENT_TYPE = _forbidden(
        "Content-type not supported",
        Report(415, "Content-type not supported", "f684ad3c-513b-4d87-9a66-424788bc6adb"),
    )
    TOO_MANY_SOURCES = _forbidden(
        "too many sources connected",
        Report(503, "too many sources connected", "c770182d-c854-422a-a8e5-7142689234a3"),
    )
    TOO_MANY_CONNECTIONS = _forbidden(
        "Icecast connection limit reached",
        Report(503, "Icecast connection limit reached", "18411e73-713e-4910-b7e4-52a2e324b4e0"),
    )
    TOO_MANY_LISTENERS = _forbidden(
        "max listeners reached",
        Report(
            503,
            "Maximum listeners reached for this source",
            "df147168-baaa-4959-82a4-746a1232927d",
        ),
    )
    MOUNT_UNAVAILABLE = _forbidden(
        "mountpoint unavailable",
        Report(
            400,
            "Mountpoint is not available for direct access",
            "652548c6-2a7d-4c73-a1c5-e53759032bd1",
        ),
    )
    NOT_FOUND = error_page(
        404,
        "File Not Found",
        "The file you requested could not be found",
        Report(
            404,
            "The file you requested could not be found",
            "18c32b43-0d8e-469d-b434-10133cdd06ad",
        ),
    )
    UNKNOWN_REQUEST = bad_request(
        "unknown request", Report(405, "unknown request", "78f590cc-8812-40d5-a4ef-17344ab75b35")
    )
    UNKNOWN_COMMAND = bad_request(
        "Unrecognised command",
        Report(400, "unrecognised command", "811bddac-5be5-4580-9cde-7b849e66dfe5"),
    )
    NO_UPGRADE = bad_request(
        "Can not upgrade protocol",
        Report(400, "Can not upgrade protocol", "ec16f654-f262-415f-ab91-95703ae33704"),
    )
    NO_SUCH_SOURCE = bad_request(
        "Source does not exist",
        Report(404, "Source does not exist", "2f51a026-02e4-4fe4-bf9d-cc16557b3b65"),
    )
    MISSING_PARAMETER = bad_request(
        "Missing parameter",
        Report(400, "Missing parameter", "cb11dc71-6149-454c-8d4e-47a3af26b03a"),
    )
    MISSING_PASS = bad_request(
        "missing pass parameter",
        Report(400, "missing pass parameter", "b59c3a05-e2b1-4a14-8798-bbe1ae46603b"),
    )
    NO_SUCH_ACTION = bad_request(
        "No such action", Report(400, "No such action", "1e8a3b6c-6f5a-4d8e-9c0b-52d5f2b7a3f1")
    )
    NOT_WITHOUT_MOUNT = bad_request(
        "Unknown admin request",
        Report(400, "Missing parameter", "cb11dc71-6149-454c-8d4e-47a3af26b03a"),
    )
    NO_SUCH_DESTINATION = bad_request(
        "No such destination",
        Report(404, "No such destination", "c5f1ee06-46a0-4697-9f01-6e9fc333d555"),
    )
    DESTINATION_OFF_AIR = bad_request(
        "Destination not running",
        Report(400, "Destination not running", "0f4ad7c2-8a35-4c1e-8f7b-6f0a3d9b5e24"),
    )
    SAME_DESTINATION = bad_request(
        "supplied mountpoints are identical",
        Report(400, "supplied mountpoints are identical", "4be9a010-7a3f-44e4-b74d-3c6d9c4f7236"),
    )
    NO_SUCH_LOG = error_page(
        404,
        "File Not Found",
        "No such log",
        Report(404, "No such log", "59fe9c81-8c34-45ff-800e-7ec42ea207c1"),
    )
    KEPT_OUT = _forbidden(
        "no entry from this address",
        Report(403, "no entry from this address", "3bad1dda-f523-4df4-a8d0-75b6d60f7d27"),
    )
    BAD_LINK = _forbidden(
        "this link is not good, or not any more",
        Report(
            403, "this link is not good, or not any more", "abe86ca1-c8d5-41b4-bf79-33e5083f7ec0"
        ),
    )
    NO_USERS = bad_request(
        "missing parameter",
        Report(400, "Missing parameter", "cb11dc71-6149-454c-8d4e-47a3af26b03a"),
    )
    FOREIGN_PAGE = _forbidden(
        "a page of another site may not ask for this",
        Report(
            403,
            "a page of another site may not ask for this",
            "7b1f6a90-2c4e-4e57-b1a3-9d8e60c7f215",
        ),
    )
    CIRCLE = Reply(
        508,
        "Loop Detected",
        _TEXT,
        b"this relays a stream of yours",
        report=Report(508, "this relays a stream of yours", "c0a1d6a3-5a0b-4d3c-9b8e-2f5d2f7f8e11"),
    )
