"""What the administrator may ask and do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar

import trio

from radiocast.admin.control.call import (
    MAX_KEY,
    Call,
    CallError,
    answer,
    key_in,
    position_in,
)
from radiocast.admin.control.index import Index
from radiocast.admin.control.routes import NUMBER, Access, Route
from radiocast.admin.control.schema import (
    COUNT,
    FLAG,
    TEXT,
    WORDS,
    Parameter,
    Reply,
    between,
    fields,
    given,
    maybe,
    ref,
    several,
)
from radiocast.admin.control.shapes import (
    Shape,
    airing_shape,
    now_shape,
    queued_shape,
    track_shape,
)
from radiocast.admin.control.station import AutoDjControls, Station
from radiocast.protocols.response import Response

T = TypeVar("T")

MAX_UPCOMING = 100
MAX_FOUND = 500
MAX_HOURS = 48
"""Of a dry run: some tenths of a second where tracks are short. `radiocast simulate` does weeks."""
MAX_PROBLEMS = 500
"""What cannot be played is told one by one up to here."""

_KEY = {**TEXT, "minLength": 1, "maxLength": MAX_KEY}
_POSITION = between(0, 10**9 - 1)
_PLAYLISTS = fields(
    {
        "playlists": several(
            fields(
                {
                    **dict.fromkeys(("name", "source", "order"), TEXT),
                    "weight": COUNT,
                    "tracks": COUNT,
                    "problem": maybe(TEXT),
                }
            )
        ),
        "progress": fields(dict.fromkeys(("read", "unread", "unanalysed", "broken"), COUNT)),
        "problems": several(fields({"what": TEXT, "problem": TEXT})),
    }
)


class Operating:
    """Answers the administrator."""

    def __init__(self, station: Station, controls: AutoDjControls, index: Index) -> None:
        self._station = station
        self._controls = controls
        self._index = index
        self._one_search = trio.CapacityLimiter(1)

    @property
    def routes(self) -> tuple[Route, ...]:
        """What can be called."""
        get = partial(Route, "GET", access=Access.ADMIN)
        post = partial(Route, "POST", access=Access.ADMIN)
        queue = partial(Route, access=Access.ADMIN, reply=Reply(ref("Queue")))
        airings = several(ref("Airing"))
        return (
            queue(
                "GET",
                "/api/queue",
                about="what plays next because you want it",
                handler=self._queue,
            ),
            post(
                "/api/queue",
                about="add id, key or path; position",
                handler=self._add,
                reply=Reply(ref("Queued"), 201),
                body=given(
                    {"id": _KEY, "key": _KEY, "path": _KEY, "position": _POSITION},
                    ("id",),
                    ("key",),
                    ("path",),
                ),
                refuses=(404, 409),
            ),
            queue("DELETE", "/api/queue", about="empty it", handler=self._clear),
            queue("DELETE", f"/api/queue/{NUMBER}", about="take one out", handler=self._remove),
            queue(
                "POST",
                f"/api/queue/{NUMBER}/move",
                about="put one at position",
                handler=self._move,
                body=given({"position": _POSITION}, ("position",)),
            ),
            get(
                "/api/upcoming",
                about="what comes, the next ?count=",
                handler=self._upcoming,
                reply=Reply(fields({"upcoming": airings})),
                query=(Parameter("count", between(1, MAX_UPCOMING), "so many; 10"),),
            ),
            get(
                "/api/explain",
                about="why this track, and why the next",
                handler=self._explain,
                reply=Reply(fields({"now": ref("NowAndWhy"), "next": maybe(ref("Airing"))})),
            ),
            get(
                "/api/simulate",
                about="a dry run of ?hours=",
                handler=self._simulate,
                reply=Reply(fields({"programme": airings})),
                query=(Parameter("hours", between(1, MAX_HOURS), "so many; 24"),),
            ),
            get(
                "/api/search",
                about="tracks with all words of ?q=; ?limit=",
                handler=self._search,
                reply=Reply(fields({"tracks": several(ref("KeyedTrack"))})),
                query=(
                    Parameter("q", WORDS, "words of artist, title or album"),
                    Parameter("limit", between(1, MAX_FOUND), "at most so many; 100"),
                ),
            ),
            get(
                "/api/playlists",
                about="how far each is, and problems",
                handler=self._playlists,
                reply=Reply(_PLAYLISTS),
            ),
            post(
                "/api/playlists/reload",
                about="look at the files now",
                handler=self._reload,
                reply=Reply(fields({"reloading": FLAG})),
            ),
            post(
                "/api/skip",
                about="go on with the next track",
                handler=self._skip,
                reply=Reply(fields({"skipped": FLAG})),
            ),
            post(
                "/api/live/kick",
                about="send who is live away",
                handler=self._kick,
                reply=Reply(fields({"kicked": FLAG})),
            ),
        )

    async def _queue(self, _: Call) -> Response:
        return answer({"queue": self._queue_shape()})

    async def _add(self, call: Call) -> Response:
        fields = call.fields("id", "key", "path", "position")
        position = position_in(fields)
        queued = self._controls.enqueue(await self._key(fields), position)
        numbers = [each.number for each in self._controls.queue]
        return answer(queued_shape(queued, numbers.index(queued.number)), 201)

    async def _clear(self, _: Call) -> Response:
        self._controls.clear_queue()
        return answer({"queue": self._queue_shape()})

    async def _remove(self, _: Call, number: int) -> Response:
        self._must_be_there(number)
        self._controls.dequeue(number)
        return answer({"queue": self._queue_shape()})

    async def _move(self, call: Call, number: int) -> Response:
        position = position_in(call.fields("position"))
        if position is None:
            raise CallError(400, "to which position? 0 is next")
        self._must_be_there(number)
        self._controls.move(number, position)
        return answer({"queue": self._queue_shape()})

    async def _upcoming(self, call: Call) -> Response:
        count = call.whole("count", 10, 1, MAX_UPCOMING)
        return answer({"upcoming": [airing_shape(each) for each in self._controls.upcoming(count)]})

    async def _explain(self, _: Call) -> Response:
        upcoming = self._controls.upcoming(1)
        return answer(
            {
                "now": now_shape(self._controls.now, private=True),
                "next": airing_shape(upcoming[0]) if upcoming else None,
            }
        )

    async def _simulate(self, call: Call) -> Response:
        hours = call.whole("hours", 24, 1, MAX_HOURS)
        airings = await self._aside(self._controls.simulate, hours * 3600.0)
        return answer({"programme": [airing_shape(each) for each in airings]})

    async def _search(self, call: Call) -> Response:
        limit = call.whole("limit", 100, 1, MAX_FOUND)
        found = await self._aside(self._controls.search, call.text("q"), limit)
        return answer({"tracks": [track_shape(each, private=True) for each in found]})

    async def _playlists(self, _: Call) -> Response:
        configured = self._station.config.playlists
        shelves, progress = self._controls.shelves, self._controls.progress
        problems = self._controls.problems
        return answer(
            {
                "playlists": [
                    {
                        "name": name,
                        "source": configured[name].source,
                        "order": configured[name].order.value,
                        "weight": configured[name].weight,
                        "tracks": len(shelves[name].keys) if name in shelves else 0,
                        "problem": problems.get(name),
                    }
                    for name in configured
                ],
                "progress": {
                    "read": progress.read,
                    "unread": progress.unread,
                    "unanalysed": progress.unanalysed,
                    "broken": progress.broken,
                },
                "problems": [
                    {"what": what, "problem": problems[what]}
                    for what in list(problems)[:MAX_PROBLEMS]
                ],
            }
        )

    async def _reload(self, _: Call) -> Response:
        self._controls.reload_playlists()
        return answer({"reloading": True})

    async def _skip(self, _: Call) -> Response:
        self._controls.skip()
        return answer({"skipped": True})

    async def _kick(self, _: Call) -> Response:
        return answer({"kicked": self._controls.kick_live()})

    def _queue_shape(self) -> list[Shape]:
        return [queued_shape(each, at) for at, each in enumerate(self._controls.queue)]

    def _must_be_there(self, number: int) -> None:
        if all(each.number != number for each in self._controls.queue):
            raise CallError(404, f"there is no number {number} in the queue")

    async def _key(self, fields: Mapping[str, object]) -> str:
        """What the auto-DJ calls the track that is wanted. Raises CallError."""
        key = key_in(fields)
        if "id" in fields:
            track = await self._aside(self._index.find, key)
            if track is None:
                raise CallError(404, "there is no track with this id")
            return track.key
        if "://" in key and not (key.isascii() and key.isprintable() and " " not in key):
            raise CallError(400, "an address has printable ASCII characters only: %XX for others")
        return key

    async def _aside(self, ask: Callable[..., T], *values: object) -> T:
        """Ask what takes too long for the task that all listeners wait for."""
        return await trio.to_thread.run_sync(
            ask, *values, limiter=self._one_search, abandon_on_cancel=True
        )
