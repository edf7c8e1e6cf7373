"""An auto-DJ that plays nothing: its queue is real, its rotation a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from radiocast.admin.controls import Controls
from radiocast.autodj import queue
from radiocast.autodj.changes import Changes, Part
from radiocast.autodj.history import HistoryEntry
from radiocast.autodj.library import Progress
from radiocast.autodj.now import NowPlaying
from radiocast.autodj.simulate import Airing
from radiocast.autodj.state import Origin, Queued, State
from radiocast.autodj.track import Shelf, Track


def make_track(name: str, artist: str = "", duration: float = 200.0, album: str = "") -> Track:
    """A track below /music; its title is its name."""
    return Track(f"/music/{name}.mp3", duration, artist, name.rpartition("/")[2], album)


class FakeControls:
    def __init__(self, shelves: Mapping[str, Shelf], rotation: list[Track]) -> None:
        self.shelves = shelves
        self.rotation = rotation
        self.changes = Changes()
        self.now = NowPlaying()
        self.progress = Progress(read=0, unread=0, unanalysed=0, broken=0)
        self.problems: Mapping[str, str] = {}
        self.state = State(seed=1, started=0.0)
        self.drawn: list[Track] = []
        self.skips = 0
        self.reloads = 0

    @property
    def queue(self) -> tuple[Queued, ...]:
        return self.state.queue

    def upcoming(self, count: int) -> list[Airing]:
        wanted = [*self.drawn, *(queued.track for queued in self.queue)]
        coming = [(track, Origin.QUEUE) for track in wanted]
        coming += [(track, Origin.ROTATION) for track in self.rotation]
        return [Airing(0, 0, track, "", origin, ()) for track, origin in coming][:count]

    def enqueue(self, key: str, position: int | None = None) -> Queued:
        number = self.state.next_number
        known = (shelf.by_key[key] for shelf in self.shelves.values() if key in shelf.by_key)
        track = next(known, None)
        if track is None and not key.startswith("http"):
            raise queue.QueueError(f"{key} is in no playlist")
        self._wish(queue.add(self.state, track or Track(key), position))
        return next(each for each in self.queue if each.number == number)

    def dequeue(self, number: int) -> None:
        self._wish(queue.remove(self.state, number))

    def move(self, number: int, position: int) -> None:
        self._wish(queue.move(self.state, number, position))

    def clear_queue(self) -> None:
        self._wish(queue.clear(self.state))

    def request(self, key: str, listener: str) -> None:
        raise AssertionError("MPD clients are operators")

    def skip(self) -> None:
        """What comes next is heard."""
        self.skips += 1
        if not self.drawn and self.queue:
            self.draw()
        track = self.drawn.pop(0) if self.drawn else self.rotation.pop(0)
        self.play(NowPlaying(rung="rotation", track=track, since=1000.0))

    def draw(self) -> None:
        """The first of the queue leaves it, to be prepared for the air."""
        self.drawn.append(self.queue[0].track)
        self._wish(replace(self.state, queue=self.queue[1:]))

    def play(self, now: NowPlaying) -> None:
        """This is heard from now on."""
        self.now = replace(now, number=self.now.number + 1)
        self.changes.tell(Part.PLAYER)

    def kick_live(self) -> bool:
        raise AssertionError("MPD has no word for it")

    def reload_playlists(self) -> None:
        self.reloads += 1

    def search(self, text: str, limit: int = 100) -> list[Track]:
        raise AssertionError("MPD has filters of its own")

    def recent(self, count: int) -> list[HistoryEntry]:
        raise AssertionError("MPD has no word for it")

    async def history(self, start: float, end: float) -> list[HistoryEntry]:
        raise AssertionError("MPD has no word for it")

    def _wish(self, state: State) -> None:
        self.state = state
        self.changes.tell(Part.QUEUE)


def is_complete(controls: FakeControls) -> Controls:
    """For the type checker: the fake is all that is asked for."""
    return controls
