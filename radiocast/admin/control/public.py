"""What everybody may ask: what is heard, what was, pictures, and listeners' requests."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial

import trio

from radiocast.admin.control import azuracast
from radiocast.admin.control.call import CHALLENGE, Call, CallError, answer
from radiocast.admin.control.events import CONTENT_TYPE as EVENT_STREAM
from radiocast.admin.control.gallery import Gallery, Picture
from radiocast.admin.control.index import Index
from radiocast.admin.control.routes import NAME, Access, Route
from radiocast.admin.control.schema import (
    TEXT,
    WORDS,
    Parameter,
    Reply,
    between,
    fields,
    given,
    ref,
    several,
)
from radiocast.admin.control.shapes import Shape, entry_shape, history_csv, now_shape, track_shape
from radiocast.admin.control.station import AutoDjControls, Station
from radiocast.admin.control.watching import Watching
from radiocast.autodj.history import MAX_PAGE, HistoryEntry
from radiocast.autodj.requests import RequestError, TooManyRequestsError
from radiocast.autodj.track import Track
from radiocast.protocols.response import ANY_ORIGIN, Response

EVENTS = "/api/events"

MAX_RECENT = 500
"""Entries of the history that everybody gets."""

MAX_FOUND = 50
"""Tracks that a listener gets for a search."""

_PICTURE = Reply({}, content_types=("image/*",))
_AN_HOUR = ("Cache-Control", "public, max-age=3600")
_ASK_EACH_TIME = ("Cache-Control", "no-cache")
_NO_SNIFFING = ("X-Content-Type-Options", "nosniff")


class Public:
    """Answers everybody."""

    def __init__(self, station: Station, controls: AutoDjControls, index: Index) -> None:
        self.watching = Watching(station, controls)
        self._station = station
        self._controls = controls
        self._index = index
        self._gallery = Gallery(index)
        self._one_search = trio.CapacityLimiter(1)

    @property
    def routes(self) -> tuple[Route, ...]:
        """What can be called."""
        everybody = partial(Route, "GET", access=Access.EVERYBODY)
        listeners = partial(Route, access=Access.LISTENERS, private=False)
        return (
            everybody(
                "/api/now",
                about="what is heard and what comes",
                handler=self._now,
                reply=Reply(ref("Now")),
            ),
            everybody(
                EVENTS,
                about="the same as it changes (SSE)",
                handler=self._events,
                reply=Reply({}, content_types=("text/event-stream",)),
                private=False,
            ),
            everybody(
                "/api/nowplaying",
                about="as AzuraCast tells it",
                handler=self._all_nowplaying,
                reply=Reply(several(ref("NowPlaying"))),
                private=False,
            ),
            everybody(
                f"/api/nowplaying/{NAME}",
                about="one station of it",
                handler=self._nowplaying,
                reply=Reply(ref("NowPlaying")),
                private=False,
            ),
            everybody(
                "/api/history",
                about="what was heard: the last ?count=; ?from= and ?to= for the administrator;"
                " ?format=csv",
                handler=self._history,
                reply=Reply(
                    fields({"history": several(ref("Played"))}),
                    content_types=("application/json", "text/csv"),
                ),
                query=(
                    Parameter("count", between(1, MAX_RECENT), "so many; 50"),
                    Parameter("from", TEXT, "from this time on: ISO 8601 or Unix seconds"),
                    Parameter("to", TEXT, "before this time"),
                    Parameter("format", {"enum": ["json", "csv"]}, "json"),
                ),
                refuses=(401, 503),
            ),
            everybody(
                "/api/art/now",
                about="the picture of what is heard",
                handler=self._art_now,
                reply=_PICTURE,
                refuses=(404,),
                private=False,
            ),
            everybody(
                f"/api/art/{NAME}",
                about="the picture of a track",
                handler=self._art,
                reply=_PICTURE,
                private=False,
            ),
            listeners(
                "GET",
                "/api/requests",
                about="what listeners may ask for: ?q=",
                handler=self._requestable,
                reply=Reply(fields({"tracks": several(ref("Track"))})),
                query=(Parameter("q", WORDS, "words of artist, title or album"),),
            ),
            listeners(
                "POST",
                "/api/requests",
                about="ask for a track: id",
                handler=self._request,
                reply=Reply(fields({"requested": ref("Track")}), 201),
                body=given({"id": TEXT}, ("id",)),
                refuses=(404, 409, 429),
            ),
        )

    async def _now(self, call: Call) -> Response:
        clock = time.time()
        return answer(
            {
                **self.watching.now(private=call.is_admin),
                "elapsed": round(self._controls.now.elapsed(clock), 3),
                "clock": round(clock, 3),
                "streams": self.watching.streams(call.site),
            }
        )

    async def _events(self, _: Call) -> Response:
        """Only HEAD comes here: a GET has no end, and is no whole answer."""
        return Response(200, b"", EVENT_STREAM, (_ASK_EACH_TIME, ANY_ORIGIN))

    async def _all_nowplaying(self, call: Call) -> Response:
        return answer([self._azuracast(call)])

    async def _nowplaying(self, call: Call, name: str) -> Response:
        shortcode = azuracast.shortcode(self._station.config.station.name)
        if name not in ("1", shortcode):
            raise CallError(404, f"there is one station here, called {shortcode}")
        return answer(self._azuracast(call))

    def _azuracast(self, call: Call) -> Shape:
        return azuracast.nowplaying(
            self._station.config,
            self.watching,
            self._controls.now,
            self._controls.recent(azuracast.HISTORY + 2),
            clock=time.time(),
            site=call.site,
        )

    async def _history(self, call: Call) -> Response:
        entries = await self._entries(call)
        form = call.text("format") or "json"
        if form == "csv":
            disposition = ("Content-Disposition", 'attachment; filename="history.csv"')
            shown = entries if call.is_admin else [_without_key(each) for each in entries]
            body = history_csv(shown)
            return Response(200, body, "text/csv; charset=utf-8", (disposition, ANY_ORIGIN))
        if form != "json":
            raise CallError(400, "format is json or csv")
        shapes = [entry_shape(each, private=call.is_admin) for each in entries]
        return answer({"history": shapes})

    async def _entries(self, call: Call) -> list[HistoryEntry]:
        """The last ones from memory, for everybody; any others from the disk."""
        if not (call.text("from") or call.text("to")):
            return self._controls.recent(call.whole("count", 50, 1, MAX_RECENT))
        if not call.is_admin:
            raise CallError(401, "from and to are for the administrator", CHALLENGE)
        start, end = call.moment("from", 0.0), call.moment("to", time.time() + 1)
        entries = await self._controls.history(start, end)
        if len(entries) >= MAX_PAGE:
            problem = f"that is {MAX_PAGE} entries and more: ask for less time at once"
            raise CallError(400, problem)
        return entries

    async def _art_now(self, call: Call) -> Response:
        name = now_shape(self._controls.now, private=False)["id"]
        if name is None:
            raise CallError(404, "what is heard now is no track")
        return _shown(call, await self._gallery.picture(str(name)), _ASK_EACH_TIME)

    async def _art(self, call: Call, name: str) -> Response:
        return _shown(call, await self._gallery.picture(name), _AN_HOUR)

    async def _requestable(self, call: Call) -> Response:
        words = call.text("q")
        found = await trio.to_thread.run_sync(
            self._search, words, limiter=self._one_search, abandon_on_cancel=True
        )
        return answer({"tracks": [track_shape(each, private=False) for each in found]})

    def _search(self, words: str) -> list[Track]:
        """Tracks of playlists that are no jingles. Takes milliseconds per thousand tracks."""
        config = self._station.config.playlists
        shelves = self._controls.shelves
        songs = [
            shelves[name].by_key
            for name in shelves
            if name not in config or not config[name].is_between
        ]
        found = self._controls.search(words, 2 * MAX_FOUND)
        return [each for each in found if any(each.key in shelf for shelf in songs)][:MAX_FOUND]

    async def _request(self, call: Call) -> Response:
        name = call.fields("id").get("id")
        if not isinstance(name, str):
            raise CallError(400, "which track? give its id")
        track = await trio.to_thread.run_sync(
            self._index.find, name, limiter=self._one_search, abandon_on_cancel=True
        )
        if track is None:
            raise CallError(404, "there is no such track to ask for")
        try:
            self._controls.request(track.key, call.caller)
        except TooManyRequestsError as exc:
            raise CallError(429, str(exc)) from None
        except RequestError as exc:
            raise CallError(409, str(exc)) from None
        return answer({"requested": track_shape(track, private=False)}, 201)


def _shown(call: Call, picture: Picture | None, keep: tuple[str, str]) -> Response:
    if picture is None:
        raise CallError(404, "it has no picture")
    headers = (("ETag", picture.etag), keep, _NO_SNIFFING, ANY_ORIGIN)
    if call.head.header("if-none-match") == picture.etag:
        return Response(304, headers=headers)
    return Response(200, picture.data, picture.content_type, headers)


def _without_key(entry: HistoryEntry) -> HistoryEntry:
    """The entry for everybody: a key tells where the file is."""
    return replace(entry, key="")
