"""How an Icecast of one level answers: all that differs between 2.4 and 2.5 around an answer.

2.4 speaks HTTP/1.0 to sources and listeners, and refuses in a sentence. 2.5 speaks HTTP/1.1,
names the methods a path knows, has other status codes, and refuses with a report. What an answer
holds besides is the same at both.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from http import HTTPStatus

from radiocast.config.fields import Header
from radiocast.config.icecast import IcecastConfig, Level
from radiocast.protocols.http_date import http_date
from radiocast.protocols.http_head import RequestHead, response_head
from radiocast.protocols.replies import NEVER_CACHED, Reply
from radiocast.protocols.reports import JSON_WARNING, written
from radiocast.protocols.response import ANY_ORIGIN, Response
from radiocast.protocols.source_request import ACCEPTED, CONTINUE, SourceRequest

Pairs = tuple[tuple[str, str], ...]

_ADMIN = "GET, HEAD, POST, OPTIONS"
_ON_AIR = "GET, HEAD, OPTIONS"
_FREE = "GET, HEAD, PUT, OPTIONS, SOURCE"


@dataclass(frozen=True, slots=True)
class Dialect:
    """The level, and what the operator adds to every answer."""

    config: IcecastConfig
    server: str
    """What we call ourselves."""

    @property
    def modern(self) -> bool:
        """Whether it is that of 2.5: also of its documents, its JSON and its commands."""
        return self.config.version is Level.V2_5

    def head(
        self,
        status: int,
        reason: str,
        headers: Pairs,
        *,
        now: float,
        asked: RequestHead | None = None,
        on_air: bool = False,
        more: Iterable[Header] = (),
        last: Pairs = (),
    ) -> bytes:
        """The head of an answer after which the connection is closed; `now` in Unix seconds.

        `asked` for a path that is on air or not. The operator's headers, and `more`, follow
        ours; `last` stand behind them.
        """
        return response_head(
            status,
            reason,
            (
                ("Server", self.server),
                ("Connection", "Close"),
                *self._introduction(asked, on_air=on_air),
                ("Date", http_date(now)),
                *self._added(status, headers, more),
                *last,
            ),
            "HTTP/1.1" if self.modern else "HTTP/1.0",
        )

    def refusal(
        self,
        reply: Reply,
        *,
        now: float,
        asked: RequestHead | None = None,
        on_air: bool = False,
    ) -> tuple[int, bytes]:
        """The status and all bytes of an answer after which the connection is closed, in one
        piece: some encoders read only once. HEAD gets no body."""
        response, sized = reply.response, reply.sized or self.modern
        reason = reply.reason
        if self.modern:
            response = self._reported(response, asked)
            if response.status != reply.status:
                reason = HTTPStatus(response.status).phrase
        size = (("Content-Length", str(len(response.body))),) if sized else ()
        head = self.head(
            response.status,
            reason,
            (("Content-Type", response.content_type), *response.headers),
            now=now,
            asked=asked,
            on_air=on_air,
            last=size,
        )
        is_head = asked is not None and asked.method == "HEAD"
        return response.status, head if is_head else head + response.body

    def finished(self, response: Response, asked: RequestHead, *, on_air: bool = False) -> Response:
        """An answer with an end, as it is sent."""
        if self.modern:
            response = self._reported(response, asked)
        headers = self._added(response.status, response.headers)
        return replace(response, headers=(*self._introduction(asked, on_air=on_air), *headers))

    def welcome(self, request: SourceRequest, asked: RequestHead, *, now: float) -> bytes:
        """What a source hears that may begin. At 2.5 a PUT that does not wait hears nothing."""
        if not self.modern:
            return CONTINUE + ACCEPTED if request.expects_continue else ACCEPTED
        if request.expects_continue:
            # RFC 9110 section 8.6: no Content-Length in a 1xx; Icecast sends one.
            return self.head(100, "Continue", (*NEVER_CACHED, ANY_ORIGIN), now=now, asked=asked)
        return self._done(asked, now=now) if asked.method == "SOURCE" else b""

    def farewell(self, asked: RequestHead, *, now: float) -> bytes:
        """What a source hears whose stream has come to its end."""
        return self._done(asked, now=now) if self.modern and asked.method != "SOURCE" else b""

    def _done(self, asked: RequestHead, *, now: float) -> bytes:
        length = (("Content-Length", "0"),)
        headers = (*NEVER_CACHED, ANY_ORIGIN)
        return self.head(200, "OK", headers, now=now, asked=asked, last=length)

    def _reported(self, response: Response, asked: RequestHead | None) -> Response:
        report = response.report
        if report is None:
            return response
        content_type, body = written(report, asked)
        is_json = content_type.startswith("application/json")
        headers = (*response.headers, JSON_WARNING) if is_json else response.headers
        return replace(
            response, status=report.status, content_type=content_type, body=body, headers=headers
        )

    def _introduction(self, asked: RequestHead | None, *, on_air: bool) -> Pairs:
        """What 2.5 says of itself and of the path."""
        if not self.modern:
            return ()
        allowed = _ON_AIR if on_air else _FREE
        if asked is not None and asked.path.startswith(("/admin/", "/admin.cgi")):
            allowed = _ADMIN
        return (("Accept-Encoding", "identity"), ("Allow", allowed))

    def _added(self, status: int, headers: Pairs, more: Iterable[Header] = ()) -> Pairs:
        """Headers with the operator's behind them, which replace ours of the same names. Of the
        allowed origins the last counts: browsers refuse an answer that names two."""
        wanted = {
            (each.name.lower(), each.value): (each.name, each.value)
            for each in (*self.config.headers, *more)
            if each.status in (None, status)
        }
        origins = [key for key in wanted if key[0] == ANY_ORIGIN[0].lower()]
        for key in origins[:-1]:
            del wanted[key]
        named = {name for name, _ in wanted}
        return (*(pair for pair in headers if pair[0].lower() not in named), *wanted.values())
