"""`radiocast dj`: see what the auto-DJ of a running station does, and steer it."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from radiocast.cli import shown
from radiocast.cli.arguments import count, moment, number
from radiocast.cli.output import show
from radiocast.cli.station import PASSWORD, Station, StationError, Where, find_station

EXAMPLES = f"""\
examples:
  radiocast dj now                      what is heard, why, and what comes next
  radiocast dj search anna              tracks with these words, and their ids
  radiocast dj add /music/song.mp3      put a track into the queue; words that only it has do, too
  radiocast dj queue                    the queue, with the numbers for remove and move
  radiocast dj move 3 0                 number 3 plays next
  radiocast dj skip                     go on with the next track
  radiocast dj history --from 2026-03-01 --to 2026-04-01 --csv

The station is looked for where `radiocast serve` starts it. If it was started with a
configuration, say so with --config; if it is elsewhere, with --url, and give the
administrator's password as {PASSWORD} in the environment.
"""

_ID = re.compile(r"[0-9a-f]{16}")

Arguments = argparse.Namespace
Ask = Callable[[Station, Arguments], Any]
Show = Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Command:
    """One thing to ask of the station."""

    about: str
    ask: Ask
    show: Show
    arguments: tuple[tuple[tuple[str, ...], Mapping[str, Any]], ...] = ()
    """For argparse."""


def run(arguments: Arguments, environment: Mapping[str, str]) -> None:
    """Do what the command line says. Raises RadiocastError."""
    where = Where(arguments.config, arguments.state, arguments.url, arguments.password)
    station = find_station(where, environment)
    command = COMMANDS[arguments.ask]
    if getattr(arguments, "csv", False):
        show(_history_text(station, arguments).rstrip("\n"))
        return
    said = command.ask(station, arguments)
    show(json.dumps(said, indent=2, ensure_ascii=False) if arguments.json else command.show(said))


def add_parser(commands: Any) -> None:
    """Tell argparse about `radiocast dj` and all that follows it."""
    parser = commands.add_parser(
        "dj",
        help="see what the auto-DJ does, and steer it",
        description="See what the auto-DJ of a running station does, and steer it.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    asks = parser.add_subparsers(metavar="WHAT", dest="ask", required=True)
    for name, command in COMMANDS.items():
        each = asks.add_parser(name, help=command.about, description=_sentence(command.about))
        for names, options in command.arguments:
            each.add_argument(*names, **options)
        each.add_argument("--json", action="store_true", help="as the station says it")
        each.add_argument("--config", type=Path, metavar="FILE", help="what serve was started with")
        each.add_argument("--state", type=Path, metavar="DIR", help="as for serve")
        each.add_argument("--url", help="where the station is, as http://localhost:8000")
        each.add_argument("--password", help=f"the administrator's; better in {PASSWORD}")


def _sentence(about: str) -> str:
    return f"{about[0].upper()}{about[1:]}."


def _add(station: Station, arguments: Arguments) -> Any:
    return station.post("queue", **_named(station, arguments.track), position=arguments.position)


def _named(station: Station, wanted: str) -> dict[str, str]:
    """What the station calls the track that is meant. Raises StationError."""
    if _ID.fullmatch(wanted):
        return {"id": wanted}
    if "://" in wanted:
        return {"key": wanted}
    path = Path(wanted)
    if path.exists() or path.is_absolute():
        return {"path": str(path.absolute())}
    found: Any = station.get("search", q=wanted, limit=6)
    names = [shown.tracks({"tracks": [each]}) for each in found["tracks"]]
    if not names:
        raise StationError(f"no track has the words {wanted!r}")
    if len(names) > 1:
        more = " and more" if len(names) > 5 else ""
        raise StationError(f"several tracks have these words: {'; '.join(names[:5])}{more}")
    return {"id": found["tracks"][0]["id"]}


def _history(station: Station, arguments: Arguments) -> Any:
    return json.loads(_history_text(station, arguments))


def _history_text(station: Station, arguments: Arguments) -> str:
    return station.get_text(
        "history",
        count=arguments.count,
        **{"from": arguments.since, "to": arguments.until},
        format="csv" if arguments.csv else None,
    )


def _argument(*names: str, **options: Any) -> tuple[tuple[str, ...], Mapping[str, Any]]:
    return names, options


_NUMBER = _argument("number", metavar="NUMBER", type=number, help="as `dj queue` shows it")

COMMANDS = {
    "now": Command("what is heard, why, and what comes next", lambda s, _: s.get("now"), shown.now),
    "queue": Command(
        "what plays next because you want it", lambda s, _: s.get("queue"), shown.queue
    ),
    "add": Command(
        "put a track into the queue",
        _add,
        shown.queued,
        (
            _argument(
                "track",
                metavar="TRACK",
                help="a path, an http(s) address, an id, or words that only this track has",
            ),
            _argument(
                "--position", type=number, metavar="N", help="0 is next; left out: at the end"
            ),
        ),
    ),
    "remove": Command(
        "take a track out of the queue",
        lambda s, a: s.delete(f"queue/{a.number}"),
        shown.queue,
        (_NUMBER,),
    ),
    "move": Command(
        "put a track of the queue at another place",
        lambda s, a: s.post(f"queue/{a.number}/move", position=a.position),
        shown.queue,
        (_NUMBER, _argument("position", metavar="POSITION", type=number, help="0 is next")),
    ),
    "clear": Command("empty the queue", lambda s, _: s.delete("queue"), shown.queue),
    "skip": Command("go on with the next track", lambda s, _: s.post("skip"), lambda _: "skipped"),
    "kick": Command(
        "send who is live away",
        lambda s, _: s.post("live/kick"),
        lambda said: "sent away" if said["kicked"] else "nobody is live",
    ),
    "upcoming": Command(
        "what comes: the queue, then what the rotation would choose",
        lambda s, a: s.get("upcoming", count=a.count),
        lambda said: shown.programme(said["upcoming"]),
        (_argument("--count", type=count(100), default=10, metavar="N", help="default: 10"),),
    ),
    "history": Command(
        "what was heard",
        _history,
        shown.history,
        (
            _argument("--count", type=count(500), default=20, metavar="N", help="default: 20"),
            _argument("--from", dest="since", type=moment, metavar="TIME", help="all from then on"),
            _argument("--to", dest="until", type=moment, metavar="TIME", help="all until then"),
            _argument("--csv", action="store_true", help="as a table for a spreadsheet"),
        ),
    ),
    "search": Command(
        "find tracks by words of artist, title, album or path",
        lambda s, a: s.get("search", q=" ".join(a.words)),
        shown.tracks,
        (_argument("words", metavar="WORD", nargs="+"),),
    ),
    "playlists": Command(
        "how far the library is, and what cannot be played",
        lambda s, _: s.get("playlists"),
        shown.playlists,
    ),
    "reload": Command(
        "look at the files of the playlists now",
        lambda s, _: s.post("playlists/reload"),
        lambda _: "looking at the files",
    ),
    "explain": Command(
        "why this track plays, and why the next will",
        lambda s, _: s.get("explain"),
        shown.explanation,
    ),
    "simulate": Command(
        "a dry run from now on",
        lambda s, a: s.get("simulate", hours=a.hours),
        lambda said: shown.programme(said["programme"], why=True),
        (_argument("--hours", type=count(48), default=24, metavar="N", help="default: 24"),),
    ),
}
