"""A library, an auto-DJ and a conversation with it."""

from __future__ import annotations

from radiocast.admin.mpd.conversation import Conversation, Reply
from radiocast.admin.mpd.desk import Desk
from radiocast.autodj.now import NowPlaying
from radiocast.autodj.track import Shelf, Track
from radiocast.config.load import load
from radiocast.protocols.mpd.requests import Request

from .fakes import FakeControls, make_track

NOW = 1_000_060.0
STARTED = 1_000_000.0

CONFIG = """
[station]
name = "Test FM"
[playlists.rock]
source = "/music/rock"
[playlists.jingles]
source = "/music/jingles"
[playlists.mix]
source = "/lists/mix.m3u"
[outputs."/stream"]
bitrate = 192
[outputs."/small"]
codec = "opus"
"""

ROCK = [
    make_track("rock/a", "Anna", album="First"),
    make_track("rock/b", "Bea", 100.5),
    make_track("rock/Deep/c", "Anna", 50, album="Second"),
    make_track("rock/Deep/Est/d", "Cyd", 60.0, album="First"),
    Track("http://example.org/live.mp3", title="A stream"),
]
JINGLES = [make_track("jingles/j", duration=5.0)]
MIX = [ROCK[0], JINGLES[0]]
"""From a playlist file elsewhere: what its tracks share is /music."""
A, B, C, D, STREAM = ROCK


def make_controls() -> FakeControls:
    """It plays `rock/b`; `rock/Deep/c` and `rock/Deep/Est/d` come by rotation."""
    controls = FakeControls(
        {"rock": Shelf(tuple(ROCK)), "jingles": Shelf(tuple(JINGLES)), "mix": Shelf(tuple(MIX))},
        [C, D],
    )
    controls.play(NowPlaying("rotation", track=B, playlist="rock", since=NOW - 30.25))
    return controls


class Talk:
    """A client that says one thing after the other."""

    def __init__(self, controls: FakeControls, settings: str = "") -> None:
        config = load(CONFIG + settings)
        self.controls = controls
        self.desk = Desk(controls, lambda: config, started=STARTED, clock=lambda: NOW)
        self.conversation = Conversation(self.desk)

    async def reply(self, *lines: str, confirm_each: bool = False) -> Reply:
        said = tuple(line.encode() for line in lines)
        is_list = len(said) > 1 or confirm_each
        return await self.conversation.answer(Request(said, is_list, confirm_each))

    async def say(self, *lines: str) -> str:
        """The answer, without its OK: an ACK is an answer too."""
        return (await self.reply(*lines)).data.decode().removesuffix("OK\n").rstrip("\n")

    async def lines(self, line: str) -> list[str]:
        return (await self.say(line)).splitlines()

    async def pairs(self, line: str) -> dict[str, str]:
        return dict(pair.split(": ", 1) for pair in await self.lines(line))

    async def values(self, name: str, line: str) -> list[str]:
        """All values of one name."""
        pairs = (pair.split(": ", 1) for pair in await self.lines(line))
        return [value for key, value in pairs if key == name]

    async def queue(self) -> list[str]:
        """The titles of the queue."""
        return await self.values("Title", "playlistinfo")


def make_talk(settings: str = "") -> Talk:
    return Talk(make_controls(), settings)
