"""The auto-DJ's settings: `[autodj]`, and one `[playlists.NAME]` for each playlist. Pure."""

from __future__ import annotations

import string
from dataclasses import dataclass
from enum import StrEnum

from radiocast.config.fields import (
    Conflict,
    Parser,
    SettingError,
    Table,
    charset,
    choice,
    duration,
    flag,
    setting,
    several,
    text,
    whole,
)
from radiocast.config.week import Moment, Window, parse_moment, parse_window

TITLE_FIELDS = ("artist", "title", "album", "playlist", "file")
"""What a title template may name."""


class Order(StrEnum):
    """Which track of a playlist comes next."""

    SHUFFLE = "shuffle"
    RANDOM = "random"
    SEQUENTIAL = "sequential"


class Start(StrEnum):
    """What happens to the track on air when a playlist's time has come."""

    SOFT = "soft"
    HARD = "hard"


class Crossfade(StrEnum):
    """How one track follows another."""

    OFF = "off"
    FIXED = "fixed"
    SMART = "smart"


def decibels(least: float, most: float) -> Parser[float]:
    """A level."""

    def parse(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise SettingError("must be a number of decibels", "without quotes")
        # Written so that TOML's nan is out of range too.
        if not least <= value <= most:
            raise SettingError(f"must be from {least:g} to {most:g}")
        return float(value)

    return parse


def template(value: object) -> str:
    """A text with `{artist}`, `{title}` … in it."""
    checked = text(value)
    hint = f"names are {', '.join(f'{{{name}}}' for name in TITLE_FIELDS)}"
    try:
        parts = list(string.Formatter().parse(checked))
    except ValueError as exc:
        raise SettingError(f"is no template: {exc}", hint) from None
    for _, name, form, conversion in parts:
        if name is not None and (name not in TITLE_FIELDS or form or conversion):
            raise SettingError(f"cannot fill in {{{name}}}", hint)
    return checked


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaylistConfig(Table):
    """What one playlist holds, and when it plays.

    A playlist with `every_songs`, `every` or `at` plays one track at a time, between the
    others. All other playlists share the rest of the time by their weights.
    """

    source: str = setting("", text)
    """A directory (with all that is in it), an M3U, PLS, XSPF or CUE file, an audio file, or
    the http(s) address of one of them."""

    order: Order = setting(Order.SHUFFLE, choice(Order))
    """Shuffle: each track once before any plays again. Random: any, each time. Sequential:
    in the playlist's own order, which separation does not change."""

    weight: int = setting(1, whole(1, 100))
    """How many tracks come from this playlist, compared with the others open now."""

    when: tuple[Window, ...] = setting((), several(parse_window, '["mon-fri 06:00-10:00"]'))
    """The parts of the week it may play in; empty: always."""

    alone: bool = setting(False, flag)
    """Whether, while its `when` is open, the playlists that are not `alone` rest."""

    every_songs: int = setting(0, whole(0, 1000))
    """One track after so many songs; 0: not counted."""

    every: float = setting(0.0, duration(0, 7 * 86400))
    """One track after so many seconds; 0: not timed."""

    at: tuple[Moment, ...] = setting((), several(parse_moment, '[":00", "mon-fri 06:30"]'))
    """One track at each of these times; ":30" is the half of every hour."""

    start: Start = setting(Start.SOFT, choice(Start))
    """When a time of `at` has come, or `when` opens. Soft: the track on air plays out first.
    Hard: it is faded out there."""

    wait: float = setting(0.0, duration(0, 3600))
    """Seconds a hard start waits if the track on air ends by itself in that time."""

    announce: bool = setting(True, flag)
    """Whether its titles are shown. If not, the title before stays."""

    overlay: bool = setting(False, flag)
    """Whether it is laid over what plays, which steps back for it, instead of between tracks."""

    @property
    def is_between(self) -> bool:
        """Whether it plays one track at a time between the others (jingles, news)."""
        return bool(self.every_songs or self.every or self.at)

    def conflicts(self) -> list[Conflict]:
        found: list[Conflict] = []
        if self.overlay and not self.is_between:
            problem = "only what plays between others can be laid over them"
            found.append(Conflict(("overlay",), problem, "set every_songs, every or at"))
        if self.is_between and (self.weight > 1 or self.alone):
            key = "weight" if self.weight > 1 else "alone"
            found.append(Conflict((key,), f"{key} says nothing about what plays between others"))
        if self.start is Start.HARD and not (self.at or self.when):
            found.append(Conflict(("start",), "a hard start needs a time", "set at or when"))
        if self.start is Start.HARD and self.overlay:
            problem = "what is laid over others cuts nobody off"
            found.append(Conflict(("start",), problem, "it is on time all the same"))
        if self.wait and self.start is Start.SOFT:
            found.append(Conflict(("wait",), "only a hard start waits", 'start = "hard"'))
        if self.alone and not self.when:
            found.append(Conflict(("alone",), "it would be alone for ever", "set when"))
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class AutoDjConfig(Table):
    """What plays when nobody is live, and how."""

    emergency: str = setting("", text)
    """A file or directory to play when nothing else can be; empty: none."""

    database: str = setting("", text)
    """The file that remembers what was played and what was measured; empty: autodj.db in the
    directory of the generated passwords. Changes need a restart."""

    history: float = setting(400 * 86400.0, duration(86400, 10 * 366 * 86400))
    """Seconds what was played is remembered."""

    timezone: str = setting("", text)
    """Whose wall clock `when` and `at` mean, as "Europe/Berlin"; empty: this machine's."""

    title: str = setting("{artist} - {title}", template)
    """What listeners are shown. What is missing is left out, with the signs round it."""

    tag_charsets: tuple[str, ...] = setting((), several(charset, '["cp1251"]'))
    """What old tags may be written in that claim to be Latin-1: the first that fits counts."""

    separation_title: float = setting(3 * 3600.0, duration(0, 7 * 86400))
    """Seconds between two plays of the same title; 0: no matter."""

    separation_artist: float = setting(45 * 60.0, duration(0, 7 * 86400))
    """Seconds between two tracks by the same artist; 0: no matter."""

    separation_album: float = setting(30 * 60.0, duration(0, 7 * 86400))
    """Seconds between two tracks of the same album; 0: no matter."""

    poll: float = setting(15.0, duration(0.1, 86400))
    """Seconds between two looks at the files."""

    settle: float = setting(2.0, duration(0, 3600))
    """Seconds a new or changed file must have been left alone before it is read."""

    crossfade: Crossfade = setting(Crossfade.SMART, choice(Crossfade))
    """Smart: where a track's own end and the next one's beginning allow. Fixed: always
    `crossfade_time`. Off: one after the other, without a gap."""

    crossfade_time: float = setting(6.0, duration(0, 30))
    """Seconds two tracks overlap: exactly, or with smart at most."""

    analyse: bool = setting(True, flag)
    """Whether the loudness of each file is measured, and where it sounds, once, by a process
    beside the station. If not, tags say how loud it is, and crossfades are not smart."""

    loudness: float = setting(-16.0, decibels(-40, -5))
    """The loudness tracks are brought to, in LUFS."""

    normalize: bool = setting(True, flag)
    """Whether tracks are brought to `loudness` at all."""

    limiter: float = setting(-1.0, decibels(-20, 0))
    """The peak level nothing exceeds, in dBFS."""

    skip_silence: float = setting(8.0, duration(0, 3600))
    """Seconds of silence within a track after which the next one plays; 0: never."""
