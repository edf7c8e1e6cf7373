"""The station and its mounts: what everybody may know, and what the operator does with them."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from functools import partial

from radiocast.admin.control.call import MAX_FIELD, Call, CallError, answer
from radiocast.admin.control.mount_shapes import (
    listener_shape,
    mount_shape,
    played_shape,
    title_shape,
)
from radiocast.admin.control.routes import MOUNT, NUMBER, Access, Route
from radiocast.admin.control.schema import (
    COUNT,
    FLAG,
    TEXT,
    Reply,
    fields,
    given,
    maybe,
    ref,
    several,
)
from radiocast.admin.control.schema import (
    NUMBER as SECONDS,
)
from radiocast.admin.control.shapes import Shape
from radiocast.admin.control.station import Station
from radiocast.formats import Title
from radiocast.mounts.mount import Mount
from radiocast.protocols.response import Response
from radiocast.protocols.text import one_line

logger = logging.getLogger(__name__)

ONE = f"/api/mounts/{MOUNT}"

_FIELD = {**TEXT, "maxLength": MAX_FIELD}
_STATION = ("name", "description", "genre", "url", "admin", "location", "host")
_STATUS = fields(
    {
        "station": fields(dict.fromkeys(_STATION, TEXT)),
        "server": TEXT,
        "started": SECONDS,
        "clock": SECONDS,
        "listeners": COUNT,
        "on_air": COUNT,
        "autodj": FLAG,
    },
    {
        **dict.fromkeys(("clients", "connections", "requests", "visits", "sources"), COUNT),
        **dict.fromkeys(("relays", "pushes"), several(fields({"name": TEXT, "on_air": FLAG}))),
    },
)


class Mounts:
    """Answers what is asked about mounts. A mount is named in the path, its slashes as %2F."""

    def __init__(self, station: Station, *, autodj: bool) -> None:
        self._station = station
        self._autodj = autodj

    @property
    def public_routes(self) -> tuple[Route, ...]:
        """What everybody may call."""
        get = partial(Route, "GET", access=Access.EVERYBODY)
        return (
            get(
                "/api/status",
                about="the station, in figures",
                handler=self._status,
                reply=Reply(_STATUS),
            ),
            get(
                "/api/mounts",
                about="the mounts there are",
                handler=self._list,
                reply=Reply(fields({"mounts": several(ref("Mount"))})),
            ),
            get(ONE, about="one of them", handler=self._one, reply=Reply(ref("Mount"))),
            get(
                f"{ONE}/titles",
                about="its last titles, newest first",
                handler=self._titles,
                reply=Reply(fields({"titles": several(ref("PlayedTitle"))})),
            ),
        )

    @property
    def routes(self) -> tuple[Route, ...]:
        """What the administrator may call."""
        get = partial(Route, "GET", access=Access.ADMIN)
        post = partial(Route, "POST", access=Access.ADMIN)
        delete = partial(Route, "DELETE", access=Access.ADMIN)
        return (
            get(
                f"{ONE}/listeners",
                about="who listens",
                handler=self._listeners,
                reply=Reply(fields({"listeners": several(ref("Listener"))})),
            ),
            delete(
                f"{ONE}/listeners/{NUMBER}",
                about="hang up on one",
                handler=self._kick_listener,
                reply=Reply(fields({"kicked": FLAG})),
            ),
            delete(
                f"{ONE}/source",
                about="throw the source out",
                handler=self._kick_source,
                reply=Reply(fields({"kicked": FLAG})),
                refuses=(409,),
            ),
            post(
                f"{ONE}/title",
                about="say what plays: text, or artist and title; url",
                handler=self._title,
                reply=Reply(fields({"title": maybe(ref("Title"))})),
                body=given(
                    {"text": _FIELD, "artist": _FIELD, "title": _FIELD, "url": _FIELD},
                    ("text",),
                    ("artist",),
                    ("title",),
                ),
                refuses=(409, 422),
            ),
            post(
                f"{ONE}/move",
                about="let all its listeners go on with the mount `to`",
                handler=self._move,
                reply=Reply(fields({"moved": COUNT})),
                body=given({"to": TEXT}, ("to",)),
                refuses=(409, 422),
            ),
        )

    async def _status(self, call: Call) -> Response:
        told = self._station.statistics()
        shown = [each for each in told.mounts if call.is_admin or not each.hidden]
        shape: Shape = {
            "station": {name: getattr(told, name) for name in _STATION},
            "server": told.server_id,
            "started": round(told.server_start, 3),
            "clock": round(time.time(), 3),
            "listeners": sum(each.listeners for each in shown),
            "on_air": sum(bool(each.content_type) for each in shown),
            "autodj": self._autodj,
        }
        if call.is_admin:
            traffic = told.traffic
            shape |= {
                "clients": told.clients,
                "connections": traffic.connections,
                "requests": traffic.requests,
                "visits": traffic.listeners,
                "sources": traffic.sources,
                "relays": _by_name(told.relays),
                "pushes": _by_name(told.pushes),
            }
        return answer(shape)

    async def _list(self, call: Call) -> Response:
        mounts = [each for each in self._station.registry if _may_see(call, each)]
        return answer({"mounts": [self._shape(call, mount) for mount in mounts]})

    async def _one(self, call: Call, path: str) -> Response:
        return answer(self._shape(call, self._mount(call, path)))

    async def _titles(self, call: Call, path: str) -> Response:
        played = self._mount(call, path).played
        return answer({"titles": [played_shape(each) for each in played]})

    async def _listeners(self, call: Call, path: str) -> Response:
        listeners = self._station.audience.of(self._mount(call, path))
        return answer({"listeners": [listener_shape(each) for each in listeners]})

    async def _kick_listener(self, call: Call, path: str, number: int) -> Response:
        if not self._station.audience.kick(self._mount(call, path), number):
            raise CallError(404, f"nobody with the number {number} listens to {path}")
        logger.info("%s: %s has kicked listener %d", path, call.caller, number)
        return answer({"kicked": True})

    async def _kick_source(self, call: Call, path: str) -> Response:
        if not self._station.kick_source(self._mount(call, path)):
            raise CallError(409, f"there is no source on {path} that could be kicked")
        logger.info("%s: %s has kicked the source", path, call.caller)
        return answer({"kicked": True})

    async def _title(self, call: Call, path: str) -> Response:
        said = {
            name: one_line(call.field(value, name))
            for name, value in call.fields("text", "artist", "title", "url").items()
        }
        if not said.keys() & {"text", "artist", "title"}:
            raise CallError(422, "what plays? give its text, or its artist and title")
        artist, name = said.get("artist", ""), said.get("title", "")
        text = " - ".join(filter(None, (artist, name))) or said.get("text", "")
        title = Title(text, artist=artist, title=name, url=said.get("url", "")) if text else None
        mount = self._mount(call, path)
        if not self._station.set_title(mount, title):
            raise CallError(409, f"nobody is live on {path}: the auto-DJ knows what it plays")
        return answer({"title": title_shape(title) if title is not None else None})

    async def _move(self, call: Call, path: str) -> Response:
        to = call.fields("to").get("to")
        if not isinstance(to, str):
            raise CallError(400, "to which mount? give its path")
        mount, there = self._mount(call, path), self._mount(call, to)
        if mount is there:
            raise CallError(422, "these are the same mount")
        if there.source is None:
            raise CallError(409, f"{to} is not on air")
        count = mount.counts.listeners
        if not self._station.audience.move(mount, there):
            problem = f"players of {path} cannot go on with {to}: their streams differ"
            raise CallError(409, problem)
        logger.info("%s: %s has moved the listeners to %s", path, call.caller, to)
        return answer({"moved": count})

    def _mount(self, call: Call, path: str) -> Mount:
        """The mount at `path`. Raises CallError, also where the caller may not know of it."""
        mount = self._station.registry.get(path)
        if mount is None or not _may_see(call, mount):
            raise CallError(404, "there is no such mount now; /api/mounts tells which there are")
        return mount

    def _shape(self, call: Call, mount: Mount) -> Shape:
        return mount_shape(
            mount.statistics(),
            sid=self._station.registry.sids.number(mount.path),
            site=call.site,
            on_air=mount.is_on_air,
            autodj=self._autodj and mount.path in self._station.config.outputs,
            private=call.is_admin,
        )


def _by_name(states: Mapping[str, bool]) -> list[Shape]:
    return [{"name": name, "on_air": on_air} for name, on_air in states.items()]


def _may_see(call: Call, mount: Mount) -> bool:
    return call.is_admin or not mount.statistics().hidden
