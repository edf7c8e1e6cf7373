"""Commands that steer what is heard. A station goes on: it can be moved on, but not stopped.

`play` and `pause 0` are confirmed, because it plays. `stop` and `pause 1` are refused: a program
that is told OK shows a station off air that is not.
"""

from __future__ import annotations

from radiocast.admin.mpd.call import Call, Spec, Specs
from radiocast.admin.mpd.playlist import Place
from radiocast.protocols.mpd.arguments import parse_integer, parse_switch
from radiocast.protocols.mpd.errors import Ack, MpdError


def play(call: Call) -> None:
    """Play what is at a position, now."""
    if call.argument(0, "-1") != "-1":
        position = parse_integer(call.arguments[0])
        if position >= len(call.playlist.entries):
            raise MpdError(Ack.ARGUMENT, "Bad song index")
        play_entry(call, position)


def playid(call: Call) -> None:
    """Play a song, now."""
    if call.argument(0, "-1") != "-1":
        play_entry(call, find(call, call.arguments[0]))


def play_entry(call: Call, position: int) -> None:
    """What is heard goes on. Anything else comes next, and next is now."""
    entry, controls = call.playlist.entries[position], call.controls
    match entry.place:
        case Place.HEARD:
            return
        case Place.DRAWN:
            pass
        case Place.QUEUED:
            controls.move(entry.number, 0)
        case Place.COMING:
            assert entry.track is not None, "the rotation chooses tracks"
            controls.enqueue(entry.track.key, 0)
    controls.skip()


def find(call: Call, song_id: str) -> int:
    """The position of the song with this id. Raises MpdError."""
    position = call.playlist.find(parse_integer(song_id))
    if position is None:
        raise MpdError(Ack.NO_EXIST, "No such song")
    return position


def pause(call: Call) -> None:
    """Go on playing, or refuse not to."""
    if not call.arguments or parse_switch(call.arguments[0]):
        _stop(call)


def _stop(_: Call) -> None:
    raise MpdError(Ack.PLAYER_SYNC, "a station does not stop: next plays something else")


def _go_back(_: Call) -> None:
    raise MpdError(Ack.PLAYER_SYNC, "a station does not go back: its listeners have heard it")


COMMANDS: Specs = {
    "next": Spec(lambda call: call.controls.skip(), changes=True),
    "play": Spec(play, 0, 1, changes=True),
    "playid": Spec(playid, 0, 1, changes=True),
    "pause": Spec(pause, 0, 1, changes=True),
    "stop": Spec(_stop, changes=True),
    "previous": Spec(_go_back, changes=True),
    "seek": Spec(_go_back, 2, 2, changes=True),
    "seekid": Spec(_go_back, 2, 2, changes=True),
    "seekcur": Spec(_go_back, 1, 1, changes=True),
}
