"""Where we answer otherwise than Icecast 2.4.4, and why: the whole of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.protocols.recorded import icecast

from .comparing import A_PAGE, Parts, parts_of

Value = str | bytes | None


@dataclass(frozen=True, slots=True)
class Difference:
    """One, in what may be many answers."""

    cases: str
    """A pattern for the names of the recordings."""
    part: str
    ours: Callable[[Value], Value]
    """What we say instead of what it says; None: nothing."""
    reason: str


def _same(value: Value) -> Callable[[Value], Value]:
    return lambda _: value


def _replaced(theirs: bytes, ours: bytes) -> Callable[[Value], Value]:
    def replace(body: Value) -> Value:
        assert isinstance(body, bytes)
        return re.sub(theirs, ours, body)

    return replace


def _statistics(_: Value) -> Value:
    return _replaced(FILE_SOURCE, b"")(parts_of(icecast("admin-stats")[1])["body"])


PAGES = r".*-xsl.*|admin-index"
FILE_SOURCE = rb'<source mount="/fallback\.mp3">.*?</source>'
POSTED = r"admin-post|admin-metadata-post"
UPDATED = (
    b'<?xml version="1.0"?>\n<iceresponse><message>Metadata update successful</message>'
    b"<return>1</return></iceresponse>\n"
)
CANNOT_MOVE = (
    b'<?xml version="1.0"?>\n<iceresponse><message>Players of /live.mp3 cannot go on with '
    b"/live.ogg: their streams differ</message><return>0</return></iceresponse>\n"
)

DIFFERENCES = (
    Difference(
        r"(?!admin-metadata-put).*",
        "version",
        _same("HTTP/1.1"),
        "what has an end is answered in HTTP/1.1, as by Icecast 2.5: connections can be used again",
    ),
    Difference(
        r"(?!admin-metadata-put).*",
        "connection",
        _same("close"),
        "the word is compared without its case (RFC 9110 section 7.6.1)",
    ),
    Difference(
        r".*",
        "reason",
        lambda theirs: "Unauthorized" if theirs == "Authentication Required" else theirs,
        "the standard's phrase for 401; clients go by the number",
    ),
    Difference(
        r"admin-buildm3u",
        "content-disposition = attachment; filename=listen.m3u",
        _same(None),
        "Icecast's line is no header: it has an equals sign for the colon",
    ),
    Difference(
        r"admin-buildm3u",
        "content-disposition",
        _same("attachment; filename=listen.m3u"),
        "what that line was to say",
    ),
    Difference(
        r"admin-buildm3u",
        "body",
        _replaced(rb"localhost:PORT|localhost:28400", b"127.0.0.1:28400"),
        "the address that the request reached us by, as in every other playlist: it works",
    ),
    Difference(
        PAGES,
        "body",
        _same(A_PAGE),
        "the pages are our own: Icecast's are made by style sheets that a browser never sees",
    ),
    Difference(
        PAGES, "content-type", _same("text/html; charset=utf-8"), "they are HTML, and so called"
    ),
    Difference(
        PAGES,
        "content-security-policy",
        _same(
            "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
            "form-action 'self'; frame-ancestors 'none'"
        ),
        "no other site can put our buttons under its own",
    ),
    Difference(
        PAGES,
        "access-control-allow-origin",
        _same(None),
        "no script of another site has business with an administrator's page",
    ),
    Difference(
        r"admin-stats|admin-listmounts|admin-streamlist|admin-moveclients-list",
        "body",
        _replaced(FILE_SOURCE, b""),
        "a fallback file that Icecast reads is no mount: nobody can listen to it by that name",
    ),
    Difference(
        r"admin-moveclients-format-mismatch",
        "body",
        _same(CANNOT_MOVE),
        "Icecast says that they were moved, and moves nobody",
    ),
    Difference(
        POSTED,
        "status",
        _same("200"),
        "POST is taken like GET, as by Icecast 2.5: the forms of our pages and old encoders post",
    ),
    Difference(POSTED, "reason", _same("OK"), "the same"),
    Difference(POSTED, "content-type", _same("text/xml; charset=utf-8"), "the same"),
    Difference(r"admin-metadata-post", "body", _same(UPDATED), "the same"),
    Difference(r"admin-post", "body", _statistics, "the same"),
    Difference(
        r"metadata-no-mount-admin",
        "body",
        _replaced(rb"Unknown admin request", b"Missing parameter"),
        "it says what is wrong: no command is unknown, a mount is missing",
    ),
)


def expected(name: str, recorded: Parts) -> tuple[Parts, set[Difference]]:
    """What our answer must be, and the differences that make it another than the recorded one."""
    parts, used = dict(recorded), set()
    for difference in DIFFERENCES:
        if not re.fullmatch(difference.cases, name):
            continue
        theirs = parts.get(difference.part)
        ours = difference.ours(theirs)
        if ours == theirs:
            continue
        used.add(difference)
        if ours is None:
            del parts[difference.part]
        else:
            parts[difference.part] = ours
    return parts, used
