"""Commands that ask how it goes, and options, which are the configuration's."""

from __future__ import annotations

from collections.abc import Callable

from radiocast.admin.mpd.call import Call, Spec, Specs
from radiocast.autodj.now import NowPlaying
from radiocast.config.autodj import Crossfade
from radiocast.protocols.mpd.arguments import parse_integer, parse_number, parse_switch
from radiocast.protocols.mpd.errors import Ack, MpdError

SCAN_JOB = 1
"""The number of the only update job there ever is."""


def status(call: Call) -> None:
    """What is heard and what comes. There is no volume, as MPD says it without a mixer."""
    playlist = call.playlist
    pairs: list[tuple[str, object]] = [
        ("repeat", 0),
        ("random", 0),
        ("single", 0),
        ("consume", 1),
        ("partition", "default"),
        ("playlist", playlist.version),
        ("playlistlength", len(playlist.entries)),
        ("mixrampdb", 0),
        ("state", "play" if playlist.heard else "stop"),
    ]
    if crossfade := _crossfade(call):
        pairs.append(("xfade", crossfade))
    if playlist.heard:
        pairs += _playing(call, playlist.heard)
        for position, name in enumerate(("song", "nextsong")[: len(playlist.entries)]):
            pairs += [(name, position), (f"{name}id", playlist.entries[position].id)]
    if call.controls.progress.unread:
        pairs.append(("updating_db", SCAN_JOB))
    call.answer.add_all(pairs)


def _playing(call: Call, now: NowPlaying) -> list[tuple[str, object]]:
    """How far what is heard is, and what it sounds like on the first of the outputs."""
    elapsed = now.elapsed(call.desk.clock())
    pairs: list[tuple[str, object]] = [
        ("time", f"{int(elapsed)}:{round(now.duration or 0)}"),
        ("elapsed", f"{elapsed:.3f}"),
    ]
    if now.duration is not None:
        pairs.append(("duration", f"{now.duration:.3f}"))
    for output in list(call.desk.config.outputs.values())[:1]:
        channels = 1 if output.mono else 2
        pairs += [("bitrate", output.bitrate), ("audio", f"{output.sample_rate}:f:{channels}")]
    return pairs


def currentsong(call: Call) -> None:
    """What is heard."""
    if call.playlist.heard:
        call.add_entry(0)


def stats(call: Call) -> None:
    """How much there is."""
    songs = list(call.desk.catalogue.songs())
    desk = call.desk
    uptime = max(0, int(desk.clock() - desk.started))
    call.answer.add_all([
        ("uptime", uptime),
        ("playtime", uptime),
        ("artists", len({song.value("Artist") for song in songs} - {""})),
        ("albums", len({song.value("Album") for song in songs} - {""})),
        ("songs", len(songs)),
        ("db_playtime", round(sum(song.duration or 0.0 for song in songs))),
        ("db_update", int(desk.updated)),
    ])  # fmt: skip


def _crossfade(call: Call) -> int:
    settings = call.desk.config.autodj
    return 0 if settings.crossfade is Crossfade.OFF else round(settings.crossfade_time)


def _option(is_now: Callable[[Call], bool]) -> Callable[[Call], None]:
    """An option may be set to what it is: programs do that without being asked."""

    def perform(call: Call) -> None:
        if not is_now(call):
            raise MpdError(Ack.SYSTEM, f"{call.name} is up to the station's configuration")

    return perform


def _no_mixer(call: Call) -> None:
    parse_integer(call.arguments[0], -100, 100)
    raise MpdError(Ack.SYSTEM, "No mixer")


def _single(call: Call) -> bool:
    if call.arguments[0] == "oneshot":
        return False
    return not parse_switch(call.arguments[0])


def _replay_gain_mode(call: Call) -> bool:
    if call.arguments[0] not in ("off", "track", "album", "auto"):
        raise MpdError(Ack.ARGUMENT, "Unrecognized replay gain mode")
    return call.arguments[0] == _replay_gain(call)


def _replay_gain(call: Call) -> str:
    return "track" if call.desk.config.autodj.normalize else "off"


COMMANDS: Specs = {
    "status": Spec(status),
    "currentsong": Spec(currentsong),
    "stats": Spec(stats, is_slow=True),
    "clearerror": Spec(lambda _: None, changes=True),
    "consume": Spec(_option(lambda c: parse_switch(c.arguments[0])), 1, 1, changes=True),
    "random": Spec(_option(lambda c: not parse_switch(c.arguments[0])), 1, 1, changes=True),
    "repeat": Spec(_option(lambda c: not parse_switch(c.arguments[0])), 1, 1, changes=True),
    "single": Spec(_option(_single), 1, 1, changes=True),
    "crossfade": Spec(
        _option(lambda c: parse_integer(c.arguments[0]) == _crossfade(c)), 1, 1, changes=True
    ),
    "mixrampdb": Spec(_option(lambda c: parse_number(c.arguments[0]) == 0), 1, 1, changes=True),
    "replay_gain_mode": Spec(_option(_replay_gain_mode), 1, 1, changes=True),
    "replay_gain_status": Spec(lambda c: c.answer.add("replay_gain_mode", _replay_gain(c))),
    "getvol": Spec(lambda _: None),
    "setvol": Spec(_no_mixer, 1, 1, changes=True),
    "volume": Spec(_no_mixer, 1, 1, changes=True),
}
