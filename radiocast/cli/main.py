"""The `radiocast` command."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from radiocast import __version__
from radiocast.cli import dj, sign
from radiocast.cli.arguments import count, moment, number, port
from radiocast.cli.files import ConfigFileError, read_file
from radiocast.cli.icecast import (
    as_toml,
    is_its_command_line,
    parse_its_command_line,
    remark_lines,
)
from radiocast.cli.output import show
from radiocast.cli.passwords import default_state_directory
from radiocast.cli.serve import Options, complain, serve
from radiocast.config.icecast_xml.remarks import Kind
from radiocast.errors import ConfigError, RadiocastError
from radiocast.mounts.fallbacks import warnings as fallback_warnings

EXAMPLES = """\
examples:
  radiocast serve                       a station on port 8000, no configuration needed
  radiocast serve radiocast.toml        as configured; SIGHUP reads the file again
  radiocast serve icecast.xml           an Icecast's own; or: radiocast -c icecast.xml
  radiocast check radiocast.toml        say what is wrong with it, and start nothing
  radiocast import icecast.xml          the same as radiocast.toml
  radiocast dj now                      what a running station plays, and why
  radiocast dj skip                     go on with the next track; see: radiocast dj --help
  radiocast sign /live --for 2h         a link to a mount of that auth, good for two hours
  radiocast simulate radiocast.toml     what its auto-DJ would play, without a station
"""

SERVE_EXAMPLES = """\
examples:
  radiocast serve                       all addresses, port 8000
  radiocast serve --port 9000           another port
  radiocast serve --host 127.0.0.1      for this machine only
  radiocast serve radiocast.toml        as configured
  radiocast serve icecast.xml           as an Icecast is configured

The first run makes passwords and shows them, with the settings for your encoder.
SIGHUP reads the configuration again without cutting anybody off; SIGTERM or Ctrl-C
ends the station in order.
"""


SIMULATE_EXAMPLES = """\
examples:
  radiocast simulate radiocast.toml                         the next 24 hours
  radiocast simulate radiocast.toml --days 7 --why          a week, and what decided
  radiocast simulate radiocast.toml --from '2026-12-24 18:00'

It is one of many programmes that the same rules make; --seed gives another.
"""

FILE = "a radiocast.toml, or an icecast.xml"

MAX_DAYS = 31


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and give back the exit code: 0 well, 1 a problem, 2 wrong usage."""
    given = sys.argv[1:] if argv is None else list(argv)
    if is_its_command_line(given):
        wanted = parse_its_command_line(given)
        return run(Options(wanted.config, background=wanted.background))
    arguments = _parser().parse_args(given)
    if arguments.command == "check":
        return check(arguments.config)
    if arguments.command == "import":
        return import_(arguments.config)
    if arguments.command in ("dj", "sign", "simulate"):
        return ask(arguments)
    return run(Options(arguments.config, arguments.host, arguments.port, arguments.state))


def run(options: Options) -> int:
    """Run a station."""
    # Imported here so that a configuration is checked without starting up a server's worth of code.
    from radiocast.server.station import serve as station

    return serve(options, station)


def check(path: Path) -> int:
    """Read a configuration file and say what is wrong with it."""
    # Imported here: it needs some of the server.
    from radiocast.cli.check import check_surroundings

    try:
        file = read_file(path)
    except ConfigFileError as exc:
        return complain(exc)
    try:
        check_surroundings(file.config)
    except ConfigError as exc:
        return complain(file.located(exc))
    for kind, line in remark_lines(file):
        show(f"{kind}: {line}")
    for line in fallback_warnings(file.config):
        show(f"{Kind.WARNING}: {line}")
    show(f"{path}: OK")
    return 0


def import_(path: Path) -> int:
    """Write an icecast.xml down as radiocast.toml, and say what that cannot."""
    try:
        file = read_file(path)
        text = as_toml(file)
    except ConfigFileError as exc:
        return complain(exc)
    show(text.rstrip("\n"))
    for kind, line in remark_lines(file):
        if kind is Kind.WARNING:
            print(f"radiocast: {line}", file=sys.stderr)
    return 0


def ask(arguments: argparse.Namespace) -> int:
    """Ask a station, or a dry run of one, and print what it says."""
    try:
        if arguments.command == "dj":
            dj.run(arguments, os.environ)
        elif arguments.command == "sign":
            sign.sign(arguments)
        else:
            from radiocast.cli.dry_run import DryRun, dry_run

            state = arguments.state or default_state_directory(os.environ)
            dry_run(
                DryRun(
                    arguments.config,
                    state,
                    arguments.days,
                    arguments.start,
                    arguments.seed,
                    why=arguments.why,
                    as_json=arguments.json,
                )
            )
    except RadiocastError as exc:
        return complain(exc)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="radiocast",
        description="An internet-radio station: encoders send to it, players listen to it.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"radiocast {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", dest="command", required=True)

    server = commands.add_parser(
        "serve",
        help="run a station",
        description="Run a station until it is told to stop.",
        epilog=SERVE_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    server.add_argument("config", metavar="CONFIG", type=Path, nargs="?", help=FILE)
    server.add_argument("--host", help="listen on this address only; instead of listen.host")
    server.add_argument("--port", type=port, help="listen on this port; instead of listen.port")
    server.add_argument(
        "--state",
        type=Path,
        metavar="DIR",
        help="keep generated passwords there; default: $XDG_STATE_HOME/radiocast"
        " or ~/.local/state/radiocast",
    )

    checker = commands.add_parser(
        "check",
        help="check a configuration file",
        description="Say everything that is wrong with a configuration file, and start nothing.",
        epilog="All settings with their defaults: conf/radiocast.toml",
    )
    checker.add_argument("config", metavar="CONFIG", type=Path, help=FILE)

    importer = commands.add_parser(
        "import",
        help="turn an icecast.xml into a radiocast.toml",
        description="Write an icecast.xml to standard output, as a radiocast.toml.",
        epilog="What becomes of each element: docs/migration.md",
    )
    importer.add_argument("config", metavar="CONFIG", type=Path, help="an icecast.xml")

    dj.add_parser(commands)
    sign.add_parser(commands)

    simulator = commands.add_parser(
        "simulate",
        help="try a programme out",
        description="Say what the auto-DJ of a configuration would play, without a station.",
        epilog=SIMULATE_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    simulator.add_argument("config", metavar="CONFIG", type=Path, help="a TOML file")
    simulator.add_argument(
        "--days", type=count(MAX_DAYS), default=1, metavar="N", help="default: 1"
    )
    simulator.add_argument(
        "--from", dest="start", type=moment, metavar="TIME", help="left out: now"
    )
    simulator.add_argument("--seed", type=number, default=1, metavar="N", help="default: 1")
    simulator.add_argument("--why", action="store_true", help="say what decided")
    simulator.add_argument("--json", action="store_true", help="for programs")
    simulator.add_argument(
        "--state", type=Path, metavar="DIR", help="as for serve: what it measured is there"
    )
    return parser
