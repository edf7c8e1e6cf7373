"""An auto-DJ without sound for tests of the API: the real programme, and nothing that plays it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from radiocast.admin.control.api import Api
from radiocast.admin.control.call import Call
from radiocast.autodj.changes import Changes, Part
from radiocast.autodj.database import DatabaseError
from radiocast.autodj.history import HistoryEntry
from radiocast.autodj.library import Library, Progress
from radiocast.autodj.now import LIVE, NowPlaying
from radiocast.autodj.simulate import Airing
from radiocast.autodj.state import Queued, Rules, Shelves
from radiocast.autodj.track import Shelf, Track
from radiocast.config.autodj import PlaylistConfig
from radiocast.config.control import ControlConfig
from radiocast.config.model import Config
from radiocast.config.outputs import OutputConfig
from radiocast.formats import Title
from radiocast.mounts.mount import Mount
from radiocast.mounts.registry import Registry
from radiocast.mounts.source import Source
from radiocast.mounts.statistics import ListenerStatistics, StationStatistics
from radiocast.protocols.http_head import RequestHead
from radiocast.protocols.response import Response
from radiocast.protocols.source_info import SourceInfo
from radiocast.sources.programme import Programme
from tests.autodj.made import NO_SEPARATION, make_rules

SITE = "http://radio.example:8000"
NOON = 1_700_000_000.0

ANNA = Track("/music/anna.mp3", 200.0, "Anna", "Go", "First")
BJORK = Track("/music/björk.mp3", 100.0, "Björk", "Jóga", "Homogenic")
UNTAGGED = Track("/music/take \udcff7.mp3", 50.0)
JINGLE = Track("/jingles/id.mp3", 5.0, "", "You are listening")

PLAYLISTS = {
    "songs": PlaylistConfig(source="/music"),
    "jingles": PlaylistConfig(source="/jingles", every_songs=3, announce=False),
}


class MadeLibrary(Library):
    """Shelves that are there at once."""

    def __init__(self, rules: Rules, shelves: Mapping[str, Shelf]) -> None:
        super().__init__(rules)
        self.made = shelves

    @property
    def shelves(self) -> Shelves:
        return self.made


class FakeAutoDj:
    """What the API steers."""

    def __init__(self, *tracks: Track) -> None:
        rules = make_rules(PLAYLISTS, NO_SEPARATION)
        songs = tracks or (ANNA, BJORK, UNTAGGED)
        shelves = {"songs": Shelf(songs), "jingles": Shelf((JINGLE,))}
        self.changes = Changes()
        self.library = MadeLibrary(rules, shelves)
        self.programme = Programme(rules, self.library, self.changes)
        self.now = NowPlaying()
        self.entries: list[HistoryEntry] = []
        self.database_problem = ""
        self.problems: Mapping[str, str] = {"songs": "/music is gone"}
        self.live = False
        self.done: list[str] = []

    def play(self, track: Track = ANNA, since: float = NOON) -> None:
        title = Title(f"{track.artist} - {track.title}", artist=track.artist, title=track.title)
        self.now = NowPlaying(
            rung="rotation",
            reason="the station starts",
            title=title,
            track=track,
            playlist="songs",
            why=("it is its turn",),
            number=self.now.number + 1,
            since=since,
        )
        self.changes.tell(Part.PLAYER)

    def go_live(self, text: str = "Dora - Talk", since: float = NOON) -> None:
        number = self.now.number + 1
        self.now = NowPlaying(
            LIVE, "a live source is there", Title(text), number=number, since=since, source="::9"
        )
        self.live = True
        self.changes.tell(Part.PLAYER)

    @property
    def queue(self) -> tuple[Queued, ...]:
        return self.programme.queue

    @property
    def shelves(self) -> Shelves:
        return self.library.shelves

    @property
    def progress(self) -> Progress:
        return Progress(read=4, unread=3, unanalysed=2, broken=1)

    def upcoming(self, count: int) -> list[Airing]:
        return self.programme.upcoming(count, NOON)

    def simulate(self, seconds: float) -> list[Airing]:
        return self.programme.simulate(NOON, seconds)

    def enqueue(self, key: str, position: int | None = None) -> Queued:
        return self.programme.enqueue(key, position)

    def dequeue(self, number: int) -> None:
        self.programme.dequeue(number)

    def move(self, number: int, position: int) -> None:
        self.programme.move(number, position)

    def clear_queue(self) -> None:
        self.programme.clear_queue()

    def request(self, key: str, listener: str) -> None:
        self.programme.request(key, listener)

    def skip(self) -> None:
        self.done.append("skip")

    def kick_live(self) -> bool:
        self.done.append("kick")
        return self.live

    def reload_playlists(self) -> None:
        self.done.append("reload")

    def search(self, text: str, limit: int = 100) -> list[Track]:
        return self.programme.search(text, limit)

    def recent(self, count: int) -> list[HistoryEntry]:
        return self.entries[::-1][:count]

    async def history(self, start: float, end: float) -> list[HistoryEntry]:
        if self.database_problem:
            raise DatabaseError(self.database_problem)
        return [each for each in self.entries if start <= each.start < end]


class FakeAudience:
    """One listener, number 7, on every mount."""

    def __init__(self, done: list[str]) -> None:
        self._done = done
        self.can_move = True

    def of(self, mount: Mount) -> tuple[ListenerStatistics, ...]:
        return (ListenerStatistics(7, "192.0.2.9", "VLC", 12.5, 400),)

    def kick(self, mount: Mount, number: int) -> bool:
        self._done.append(f"kick {number} of {mount.path}")
        return number == 7

    def move(self, mount: Mount, there: Mount) -> bool:
        self._done.append(f"move {mount.path} to {there.path}")
        return self.can_move


class FakeStation:
    """A station with one mount of the auto-DJ's."""

    def __init__(self, *, requests: bool = True) -> None:
        self.config = Config(
            playlists=PLAYLISTS,
            outputs={"/stream": OutputConfig(), "/gone": OutputConfig()},
            control=ControlConfig(requests=requests),
        )
        self.registry = Registry(self.config)
        self.port = 8000
        mount = self.registry.claim("/stream", Source("studio", SourceInfo()), now=NOON)
        assert isinstance(mount, Mount)
        mount.announce("audio/mpeg", chains=True)
        mount.counts.listeners = 3
        self.done: list[str] = []
        self.audience = FakeAudience(self.done)
        self.live = True

    def statistics(self) -> StationStatistics:
        mounts = tuple(mount.statistics() for mount in self.registry.on_air)
        return StationStatistics(
            "radiocast", NOON, "Nova", "", "", "", "", "localhost", "Earth", 8000, mounts
        )

    def kick_source(self, mount: Mount) -> bool:
        self.done.append(f"kick source of {mount.path}")
        return self.live

    def set_title(self, mount: Mount, title: Title | None) -> bool:
        self.done.append(f"title of {mount.path}: {title.text if title else None}")
        return self.live and (mount.set_title(title) or True)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a call."""

    response: Response

    @property
    def status(self) -> int:
        return self.response.status

    @property
    def headers(self) -> dict[str, str]:
        return {name.lower(): value for name, value in self.response.headers}

    @property
    def json(self) -> Any:
        return json.loads(self.response.body)


class Caller:
    """Calls an API, as somebody."""

    def __init__(
        self, autodj: FakeAutoDj | None = None, station: FakeStation | None = None
    ) -> None:
        self.autodj = autodj or FakeAutoDj()
        self.station = station or FakeStation()
        self.api = Api(self.station, self.autodj)

    async def raw(
        self,
        method: str,
        target: bytes,
        body: bytes = b"",
        *headers: tuple[str, str],
        admin: bool = False,
        caller: str = "192.0.2.1",
    ) -> Answer:
        head = RequestHead(method, target, "HTTP/1.1", headers)
        return Answer(await self.api.answer(Call(head, body, caller, admin, SITE)))

    async def get(self, target: str, *, admin: bool = False) -> Answer:
        return await self.raw("GET", f"/api{target}".encode(), admin=admin)

    async def read(self, target: str) -> Any:
        """What the administrator reads."""
        answer = await self.get(target, admin=True)
        assert answer.status == 200, answer.response
        return answer.json

    async def post(self, target: str, fields: object = None, *, admin: bool = True) -> Answer:
        body = b"" if fields is None else json.dumps(fields).encode()
        kind = ("content-type", "application/json")
        return await self.raw("POST", f"/api{target}".encode(), body, kind, admin=admin)

    async def delete(self, target: str, *, admin: bool = True) -> Answer:
        return await self.raw("DELETE", f"/api{target}".encode(), admin=admin)


def entry(start: float, title: str, *, duration: float | None = 180.0) -> HistoryEntry:
    """A track that was on air."""
    number = int(start)
    return HistoryEntry(
        number, start, duration, "rotation", 7, "/music/anna.mp3", "songs", "Anna", title, "First"
    )
