"""Commands on the library: to search it, to walk it, to take from it, and to look at it anew.

All but the last are slow, as they go through all there is.
"""

from __future__ import annotations

import time

from radiocast.admin.mpd.call import Call, Spec, Specs, Then
from radiocast.admin.mpd.queueing import enqueue
from radiocast.admin.mpd.status import SCAN_JOB
from radiocast.protocols.mpd.arguments import EVERYTHING, parse_integer, parse_span
from radiocast.protocols.mpd.errors import Ack, MpdError
from radiocast.protocols.mpd.query import Query, Tally, parse_query, parse_tally
from radiocast.protocols.mpd.song import Song, find_tag


def find(call: Call) -> None:
    """The songs that match."""
    query = _query(call)
    if query.position is not None:
        raise MpdError(Ack.ARGUMENT, "Incorrect number of filter arguments")
    for song in query.select(call.desk.catalogue.songs()):
        call.add_song(song)


def find_and_add(call: Call) -> Then:
    """Put the songs that match into the queue."""
    query = _query(call)
    keys = [call.desk.key(song.file) for song in query.select(call.desk.catalogue.songs())]
    return lambda: enqueue(call, keys, query.position or "")


def count(call: Call) -> None:
    """How many songs match, and how long they are."""
    tally = parse_tally(call.arguments)
    grouped = tally.group(call.desk.catalogue.songs())
    if not tally.groups:
        grouped = {(): grouped.get((), [])}
    for values, songs in grouped.items():
        call.answer.add_all([
            *zip(tally.groups, values, strict=True),
            ("songs", len(songs)),
            ("playtime", round(sum(song.duration or 0.0 for song in songs))),
        ])  # fmt: skip


def list_values(call: Call) -> None:
    """The values a tag has, by groups."""
    what, *rest = call.arguments
    if what.lower() in ("file", "filename"):
        for song in Query(parse_tally(rest).filter).select(call.desk.catalogue.songs()):
            call.answer.add("file", song.file)
        return
    tag = find_tag(what)
    if tag == "Album" and len(rest) == 1 and not rest[0].startswith("("):
        rest = ["artist", *rest]  # as it was before there were filters
    tally = parse_tally(rest)
    if tag in tally.groups:
        raise MpdError(Ack.ARGUMENT, "Conflicting group")
    _answer_values(call, tally, tag)


def _answer_values(call: Call, tally: Tally, tag: str) -> None:
    group: tuple[str, ...] = ()
    for values in tally.group(call.desk.catalogue.songs(), tag):
        for at, name in enumerate(tally.groups):
            if group[: at + 1] != values[: at + 1]:  # a group is named where it begins
                call.answer.add(name, values[at])
        group = values[:-1]
        call.answer.add(tag, values[-1])


def list_all(call: Call) -> None:
    """Everything in a directory and in those in it."""
    songs = _below(call)
    shown: set[str] = set()
    for song in songs:
        for directory in _directories(song):
            if directory not in shown and directory.startswith(_directory(call)):
                shown.add(directory)
                call.answer.add("directory", directory)
        if call.name == "listallinfo":
            call.add_song(song)
        else:
            call.answer.add("file", song.file)


def lsinfo(call: Call) -> None:
    """What is directly in a directory. In the root that includes the playlists: mpc looks for
    them here."""
    directory = _directory(call)
    listing = call.desk.catalogue.list_directory(directory)
    if listing is None:
        call.add_song(_song(call, directory))
        return
    for name in listing.directories:
        call.answer.add("directory", name)
    for song in listing.songs:
        call.add_song(song)
    if not directory:
        listplaylists(call)


def listplaylists(call: Call) -> None:
    """The playlists of the configuration."""
    changed = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(call.desk.updated))
    for name in call.desk.catalogue.folders:
        call.answer.add_all([("playlist", name), ("Last-Modified", changed)])


def listplaylist(call: Call) -> None:
    """What is in a playlist."""
    songs = _playlist(call)
    span = parse_span(call.argument(1, "0:"))
    for at in span.clipped(len(songs)):
        if call.name == "listplaylistinfo":
            call.add_song(songs[at])
        else:
            call.answer.add("file", songs[at].file)


def load(call: Call) -> Then:
    """Put what is in a playlist into the queue."""
    songs = _playlist(call)
    span = parse_span(call.argument(1)) if call.argument(1) else EVERYTHING
    keys = [call.desk.key(songs[at].file) for at in span.clipped(len(songs))]
    return lambda: enqueue(call, keys, call.argument(2))


def picture(call: Call) -> None:
    """A piece of the picture in a song's file. `albumart` means one beside it: this is as good."""
    uri, offset = call.arguments[0], parse_integer(call.arguments[1])
    artwork = call.desk.picture(uri, offset)
    if artwork is None:
        if call.name == "albumart":
            raise MpdError(Ack.NO_EXIST, "No file exists")
        return
    if offset > len(artwork.data):
        raise MpdError(Ack.ARGUMENT, "Bad file offset")
    call.answer.add("size", len(artwork.data))
    if call.name == "readpicture":
        call.answer.add("type", artwork.content_type)
    call.answer.add_binary(artwork.data[offset : offset + call.client.binary_limit])


def update(call: Call) -> None:
    """Look at the files now, all of them."""
    call.controls.reload_playlists()
    call.answer.add("updating_db", SCAN_JOB)


def _query(call: Call) -> Query:
    return parse_query(call.arguments, fold=call.name.startswith("search"))


def _directory(call: Call) -> str:
    return call.argument(0).strip("/")


def _directories(song: Song) -> list[str]:
    """The directories a song is in, from the outside in."""
    if "://" in song.file:
        return []
    parts = song.file.split("/")[:-1]
    return ["/".join(parts[: at + 1]) for at in range(len(parts))]


def _below(call: Call) -> list[Song]:
    directory = _directory(call)
    songs = call.desk.catalogue.below(directory)
    if songs or not directory or directory in call.desk.catalogue.folders:
        return songs
    return [_song(call, directory)]


def _song(call: Call, uri: str) -> Song:
    song = call.desk.catalogue.song(uri)
    if song is None:
        raise MpdError(Ack.NO_EXIST, "No such directory")
    return song


def _playlist(call: Call) -> list[Song]:
    folder = call.desk.catalogue.folders.get(call.arguments[0])
    if folder is None:
        raise MpdError(Ack.NO_EXIST, "No such playlist")
    return list(folder.songs())


COMMANDS: Specs = {
    "find": Spec(find, 1, None, is_slow=True),
    "search": Spec(find, 1, None, is_slow=True),
    "findadd": Spec(find_and_add, 1, None, changes=True, is_slow=True),
    "searchadd": Spec(find_and_add, 1, None, changes=True, is_slow=True),
    "count": Spec(count, 1, None, is_slow=True),
    "list": Spec(list_values, 1, None, is_slow=True),
    "listall": Spec(list_all, 0, 1, is_slow=True),
    "listallinfo": Spec(list_all, 0, 1, is_slow=True),
    "lsinfo": Spec(lsinfo, 0, 1, is_slow=True),
    "listplaylists": Spec(listplaylists, is_slow=True),
    "listplaylist": Spec(listplaylist, 1, 2, is_slow=True),
    "listplaylistinfo": Spec(listplaylist, 1, 2, is_slow=True),
    "load": Spec(load, 1, 3, changes=True, is_slow=True),
    "albumart": Spec(picture, 2, 2, is_slow=True),
    "readpicture": Spec(picture, 2, 2, is_slow=True),
    "update": Spec(update, 0, 1, changes=True),
    "rescan": Spec(update, 0, 1, changes=True),
}
