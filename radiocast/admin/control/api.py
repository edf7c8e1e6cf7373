"""The API: who may call what, and what comes of it.

Reading what is public needs nothing. All else needs the administrator's password by Basic
authentication, and a POST moreover something that a page of another site cannot send: browsers
add the password they know to whatever a page posts here, but to send `application/json` or a
header of its own, a page of another site must ask first (CORS), and the answer is no. The same
holds for DELETE as such. A listener's request proves nobody, so any page may send it.
"""

from __future__ import annotations

from functools import partial

from radiocast import __version__
from radiocast.admin.control import docs_page
from radiocast.admin.control.call import CHALLENGE, Call, CallError, answer, refuse
from radiocast.admin.control.index import Index
from radiocast.admin.control.mounts import Mounts
from radiocast.admin.control.openapi import openapi
from radiocast.admin.control.operating import Operating
from radiocast.admin.control.public import Public
from radiocast.admin.control.routes import Access, Route, find
from radiocast.admin.control.schema import TEXT, Reply, fields, several
from radiocast.admin.control.station import AutoDjControls, Station
from radiocast.admin.control.watching import Watching
from radiocast.autodj.database import DatabaseError
from radiocast.autodj.queue import QueueError
from radiocast.protocols.response import Response

ROOT = "/api"

OWN_HEADER = "x-requested-with"
"""A header that says as much as `Content-Type: application/json`, for those without a body."""

NO_AUTODJ = 'there is no auto-DJ: the configuration has no outputs, as [outputs."/stream"]'


def is_of_api(path: str) -> bool:
    """Whether a path belongs to the API."""
    return path == ROOT or path.startswith(f"{ROOT}/")


class Api:
    """Answers calls."""

    def __init__(self, station: Station, controls: AutoDjControls | None) -> None:
        """Without `controls`, there is no auto-DJ."""
        self._station = station
        mounts = Mounts(station, autodj=controls is not None)
        everybody = partial(Route, "GET", access=Access.EVERYBODY, private=False)
        self.watching: Watching | None = None
        """What is heard now, for those who are told of changes; None: there is no auto-DJ."""
        self._without = f"; {NO_AUTODJ}"
        public: tuple[Route, ...] = ()
        operating: tuple[Route, ...] = ()
        if controls is not None:
            index = Index(controls)
            heard = Public(station, controls, index)
            self.watching, self._without = heard.watching, ""
            public, operating = heard.routes, Operating(station, controls, index).routes
        self.routes: tuple[Route, ...] = (
            everybody(ROOT, about="what can be asked", handler=self._list, reply=Reply(_LIST)),
            everybody(
                f"{ROOT}/openapi.json",
                about="the same for programs, as OpenAPI 3.1",
                handler=self._openapi,
                reply=Reply({"type": "object"}),
            ),
            everybody(
                f"{ROOT}/docs",
                about="the same as a page",
                handler=self._docs,
                reply=Reply({}, content_types=("text/html",)),
            ),
            *mounts.public_routes,
            *public,
            *mounts.routes,
            *operating,
        )
        """What can be called: the document is made of just these."""

    async def answer(self, call: Call) -> Response:
        """The answer to a call. What a caller does wrong never raises."""
        try:
            found = find(self.routes, call, self._without)
            self._check(found.route, call)
            return await found.route.handler(call, *found.values)
        except CallError as exc:
            return refuse(exc)
        except QueueError as exc:
            return refuse(CallError(409, str(exc)))
        except DatabaseError as exc:
            return refuse(CallError(503, f"the history {exc}"))

    def _check(self, route: Route, call: Call) -> None:
        """Raise CallError if the caller may not."""
        if route.access is Access.LISTENERS and not self._station.config.control.requests:
            raise CallError(403, "listeners may not ask for tracks: control.requests is false")
        if route.access is not Access.ADMIN:
            return
        if not call.is_admin:
            raise CallError(401, "this needs the administrator's name and password", CHALLENGE)
        content_type = (call.head.header("content-type") or "").partition(";")[0].strip().lower()
        is_json = content_type == "application/json"
        if route.method == "POST" and not is_json and call.head.header(OWN_HEADER) is None:
            problem = "a change needs the header Content-Type: application/json or X-Requested-With"
            raise CallError(415, problem)

    async def _list(self, _: Call) -> Response:
        return answer(
            {
                "api": [
                    {
                        "method": route.method,
                        "path": route.path,
                        "for": route.access.value,
                        "about": route.about,
                    }
                    for route in self.routes
                ]
            }
        )

    async def _openapi(self, call: Call) -> Response:
        return answer(openapi(self.routes, version=__version__, site=call.site))

    async def _docs(self, call: Call) -> Response:
        page = docs_page.docs_page(openapi(self.routes, version=__version__, site=call.site))
        policy = ("Content-Security-Policy", docs_page.CONTENT_SECURITY_POLICY)
        return Response(200, page, docs_page.CONTENT_TYPE, (policy,))


_LIST = fields({"api": several(fields(dict.fromkeys(("method", "path", "for", "about"), TEXT)))})
