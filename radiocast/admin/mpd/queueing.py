"""Commands on the queue. What the operator put there can be changed; what is being prepared for
the air, and what the rotation would choose, cannot."""

from __future__ import annotations

import random

from radiocast.admin.mpd.call import Call, Spec, Specs, Then
from radiocast.admin.mpd.playing import find
from radiocast.admin.mpd.playlist import Entry, Place
from radiocast.protocols.mpd.arguments import (
    EVERYTHING,
    Span,
    parse_integer,
    parse_position,
    parse_span,
)
from radiocast.protocols.mpd.errors import Ack, MpdError
from radiocast.protocols.mpd.filters import parse_filter


def playlistinfo(call: Call) -> None:
    """The queue, or a part of it."""
    span = parse_span(call.arguments[0]) if call.arguments else EVERYTHING
    for position in _clipped(call, span):
        call.add_entry(position)


def playlistid(call: Call) -> None:
    """The queue, or one song of it."""
    if call.arguments:
        call.add_entry(find(call, call.arguments[0]))
    else:
        playlistinfo(call)


def playlist(call: Call) -> None:
    """The URIs of the queue, as the oldest of clients want them."""
    for position, entry in enumerate(call.playlist.entries):
        call.answer.add_line(f"{position}:file: {call.desk.song(entry).file}")


def plchanges(call: Call) -> None:
    """What is new in the queue since a version."""
    for position, _ in _changes(call):
        call.add_entry(position)


def plchangesposid(call: Call) -> None:
    """Where there is something new in the queue since a version."""
    for position, entry in _changes(call):
        call.answer.add_all([("cpos", position), ("Id", entry.id)])


def search(call: Call) -> None:
    """The songs of the queue that match."""
    wanted = parse_filter(call.arguments, fold=call.name == "playlistsearch")
    for position, entry in enumerate(call.playlist.entries):
        if wanted.matches(call.desk.song(entry)):
            call.add_entry(position)


def addid(call: Call) -> None:
    """Add a song, and tell its id."""
    key = call.desk.key(call.arguments[0])
    queued = call.controls.enqueue(key, place_of(call, call.argument(1)))
    call.answer.add("Id", call.desk.id_of(queued))


def add(call: Call) -> Then:
    """Add a song, or all songs of a directory."""
    directory = call.arguments[0].strip("/")
    if call.desk.catalogue.find(call.arguments[0]) is None and "://" not in directory:
        songs = call.desk.catalogue.below(directory)
        keys = [call.desk.key(song.file) for song in songs]
    else:
        keys = []
    return lambda: enqueue(call, keys or [call.desk.key(call.arguments[0])], call.argument(1))


def enqueue(call: Call, keys: list[str], position: str) -> None:
    """Put tracks into the queue, in their order, at a position clients know; empty: at its end."""
    place = place_of(call, position)
    for at, key in enumerate(keys):
        call.controls.enqueue(key, None if place is None else place + at)


def place_of(call: Call, position: str) -> int | None:
    """The place in our queue of a position clients know; None: its end."""
    if not position:
        return None
    playlist = call.playlist
    wanted = parse_position(position, current=0)
    if wanted > len(playlist.entries):
        raise MpdError(Ack.ARGUMENT, f"Number too large: {position}")
    return _clamp(wanted - playlist.queue_start, len(call.controls.queue))


def delete(call: Call) -> None:
    """Take songs out; what is heard goes by skipping it. Of many, by range or by command list
    as `mpc crop` sends one, it is those that can go."""
    span = parse_span(call.arguments[0])
    entries = [call.playlist.entries[at] for at in _clipped(call, span)]
    if span.is_single:
        _delete(call, entries[0])
        return
    for entry in entries:
        if entry.place is Place.QUEUED:
            call.controls.dequeue(entry.number)


def deleteid(call: Call) -> None:
    """Take a song out."""
    _delete(call, call.playlist.entries[find(call, call.arguments[0])])


def move(call: Call) -> None:
    """Put songs at another position."""
    span = parse_span(call.arguments[0])
    entries = [call.playlist.entries[at] for at in _clipped(call, span)]
    to = parse_position(call.arguments[1], current=0)
    if to > len(call.playlist.entries) - len(entries):
        raise MpdError(Ack.ARGUMENT, "Bad song index")
    _move(call, entries, to, downwards=to > span.start)


def moveid(call: Call) -> None:
    """Put a song at another position."""
    position = find(call, call.arguments[0])
    to = parse_position(call.arguments[1], current=0)
    if to >= len(call.playlist.entries):
        raise MpdError(Ack.ARGUMENT, "Bad song index")
    _move(call, [call.playlist.entries[position]], to, downwards=to > position)


def shuffle(call: Call) -> None:
    """Bring what the operator put into the queue, or a part of it, into any order."""
    span = parse_span(call.arguments[0]) if call.arguments else EVERYTHING
    entries = [call.playlist.entries[at] for at in _clipped(call, span)]
    queued = [entry for entry in entries if entry.place is Place.QUEUED]
    if queued:
        first = [each.number for each in call.controls.queue].index(queued[0].number)
        for at, entry in enumerate(random.sample(queued, len(queued))):
            call.controls.move(entry.number, first + at)


def _delete(call: Call, entry: Entry) -> None:
    match entry.place:
        case Place.HEARD:
            call.controls.skip()
        case Place.QUEUED:
            call.controls.dequeue(entry.number)
        case Place.DRAWN | Place.COMING:
            if not call.is_in_list:
                _refuse(entry)


def _move(call: Call, entries: list[Entry], to: int, *, downwards: bool) -> None:
    """Move some entries in one piece. A track of the rotation becomes the operator's."""
    for entry in entries:
        if entry.place in (Place.HEARD, Place.DRAWN):
            _refuse(entry)
    start = call.playlist.queue_start
    for at, entry in enumerate(entries):
        # On the way down, each one closes the gap it leaves, and pushes up those before it.
        place = to - start + (len(entries) - 1 if downwards else at)
        length = len(call.controls.queue)
        if entry.place is Place.QUEUED:
            call.controls.move(entry.number, _clamp(place, length - 1))
        else:
            assert entry.track is not None, "the rotation chooses tracks"
            call.controls.enqueue(entry.track.key, _clamp(place, length))


def _refuse(entry: Entry) -> None:
    raise MpdError(
        Ack.PERMISSION,
        {
            Place.HEARD: "it is being heard: next plays something else",
            Place.DRAWN: "it is about to be heard: next goes past it",
        }.get(entry.place, "the rotation will choose it: put something else before it"),
    )


def _clipped(call: Call, span: Span) -> range:
    length = len(call.playlist.entries)
    if span.start > length or (span.is_single and span.start == length):
        raise MpdError(Ack.ARGUMENT, "Bad song index")
    return span.clipped(length)


def _changes(call: Call) -> list[tuple[int, Entry]]:
    version = parse_integer(call.arguments[0])
    span = parse_span(call.argument(1, "0:"))
    positions = span.clipped(len(call.playlist.entries))
    return [change for change in call.playlist.changed_since(version) if change[0] in positions]


def _clamp(number: int, most: int) -> int:
    return max(0, min(number, most))


COMMANDS: Specs = {
    "playlistinfo": Spec(playlistinfo, 0, 1),
    "playlistid": Spec(playlistid, 0, 1),
    "playlist": Spec(playlist),
    "plchanges": Spec(plchanges, 1, 2),
    "plchangesposid": Spec(plchangesposid, 1, 2),
    "playlistfind": Spec(search, 1, None),
    "playlistsearch": Spec(search, 1, None),
    "add": Spec(add, 1, 2, changes=True, is_slow=True),
    "addid": Spec(addid, 1, 2, changes=True),
    "delete": Spec(delete, 1, 1, changes=True),
    "deleteid": Spec(deleteid, 1, 1, changes=True),
    "move": Spec(move, 2, 2, changes=True),
    "moveid": Spec(moveid, 2, 2, changes=True),
    "clear": Spec(lambda call: call.controls.clear_queue(), changes=True),
    "shuffle": Spec(shuffle, 0, 1, changes=True),
}
