"""The API as an OpenAPI 3.1 document, made of the very routes that answer. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from radiocast.admin.control.azuracast_schema import NOW_PLAYING
from radiocast.admin.control.components import COMPONENTS
from radiocast.admin.control.routes import LONGEST_NUMBER, MOUNT, NUMBER, Access, Route
from radiocast.admin.control.schema import TEXT, Parameter, ref

VERSION = "3.1.0"

_NAMES = re.compile(r"\{[a-z]+\}")
_SAID = {
    400: "what was sent makes no sense",
    401: "this needs the administrator's name and password",
    403: "the operator does not allow it",
    404: "there is nothing of this name",
    409: "not in the state that things are in",
    413: "the body is too long",
    415: "a change needs `Content-Type: application/json` or `X-Requested-With`",
    422: "what is asked for cannot be",
    429: "too soon after the last time",
    503: "the history cannot be read or written",
}
_ERROR = {"application/json": {"schema": ref("Error")}}
_UNREADABLE = {"text/html": {"schema": TEXT}}
"""What HTTP's own reader answers: control characters or dots for a segment, in any path."""


def openapi(routes: Sequence[Route], *, version: str, site: str) -> dict[str, object]:
    """The whole document. `site`: where we are reached."""
    paths: dict[str, dict[str, object]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": VERSION,
        "info": {
            "title": "radiocast",
            "version": version,
            "description": "The station over HTTP. Times are Unix seconds, durations seconds.",
        },
        "servers": [{"url": site}],
        "paths": paths,
        "components": {
            "schemas": {**COMPONENTS, "NowPlaying": NOW_PLAYING},
            "securitySchemes": {"administrator": {"type": "http", "scheme": "basic"}},
        },
    }


def operation_id(route: Route) -> str:
    """A name for programs that are made of the document.

    >>> from radiocast.admin.control.schema import Reply
    >>> operation_id(Route("GET", "/api/art/{name}", Access.EVERYBODY, "", print, Reply({})))
    'get_art_name'
    """
    words = re.findall(r"[a-z]+", route.path.removeprefix("/api")) or ["api"]
    return "_".join((route.method.lower(), *words))


def _operation(route: Route) -> Mapping[str, object]:
    operation: dict[str, object] = {
        "operationId": operation_id(route),
        "summary": route.about,
        "responses": {
            str(route.reply.status): {
                "description": "done",
                "content": {
                    kind: {"schema": route.reply.schema} if route.reply.schema else {}
                    for kind in route.reply.content_types
                },
            },
            **{str(status): _refusal(status, route) for status in refusals(route)},
        },
    }
    parameters = [_in_path(name) for name in _NAMES.findall(route.path)]
    parameters += map(_in_query, route.query)
    if route.access is Access.ADMIN:
        operation["security"] = [{"administrator": []}]
        if route.method == "POST" and route.body is None:
            parameters.append(_HEADER)
    elif route.private:
        operation["security"] = [{}, {"administrator": []}]
    if parameters:
        operation["parameters"] = parameters
    if route.body is not None:
        content = {"application/json": {"schema": route.body}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def refusals(route: Route) -> list[int]:
    """The statuses a call of this route may be refused with."""
    found = set(route.refuses)
    if _NAMES.search(route.path):
        found |= {400, 404}
    if route.query or route.body is not None:
        found.add(400)
    if route.body is not None:
        found.add(413)
    if route.access is Access.ADMIN:
        found.add(401)
        if route.method == "POST":
            found.add(415)
    if route.access is Access.LISTENERS:
        found.add(403)
    return sorted(found)


def _refusal(status: int, route: Route) -> Mapping[str, object]:
    is_page = status == 413 or (status == 400 and _NAMES.search(route.path))
    return {"description": _SAID[status], "content": _ERROR | (_UNREADABLE if is_page else {})}


def _in_path(name: str) -> Mapping[str, object]:
    schema: Mapping[str, object] = {"type": "string", "minLength": 1}
    if name == MOUNT:
        schema = {**schema, "examples": ["stream"]}
    elif name == NUMBER:
        schema = {"type": "integer", "minimum": 0, "maximum": 10**LONGEST_NUMBER - 1}
    return {"name": name.strip("{}"), "in": "path", "required": True, "schema": schema}


def _in_query(parameter: Parameter) -> Mapping[str, object]:
    return {
        "name": parameter.name,
        "in": "query",
        "required": False,
        "description": parameter.about,
        "schema": parameter.schema,
    }


_HEADER = {
    "name": "X-Requested-With",
    "in": "header",
    "required": True,
    "description": "any text: no page of another site can send it",
    "schema": {"type": "string", "minLength": 1, "pattern": "^[A-Za-z]+$"},
}
