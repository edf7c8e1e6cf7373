"""The `radiocast` command."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from radiocast import __version__
from radiocast.cli.files import ConfigFileError, read_config
from radiocast.cli.serve import Options, complain, serve

EXAMPLES = """\
examples:
  radiocast serve                       a station on port 8000, no configuration needed
  radiocast serve radiocast.toml        as configured; SIGHUP reads the file again
  radiocast check radiocast.toml        say what is wrong with it, and start nothing
"""

SERVE_EXAMPLES = """\
examples:
  radiocast serve                       all addresses, port 8000
  radiocast serve --port 9000           another port
  radiocast serve --host 127.0.0.1      for this machine only
  radiocast serve radiocast.toml        as configured

The first run makes passwords and shows them, with the settings for your encoder.
SIGHUP reads the configuration again without cutting anybody off; SIGTERM or Ctrl-C
ends the station in order.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and give back the exit code: 0 well, 1 a problem, 2 wrong usage."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    if arguments.command == "check":
        return check(arguments.config)
    # Imported here so that a configuration is checked without starting up a server's worth of code.
    from radiocast.server.station import serve as station

    options = Options(arguments.config, arguments.host, arguments.port, arguments.state)
    return serve(options, station)


def check(path: Path) -> int:
    """Read a configuration file and say what is wrong with it."""
    try:
        read_config(path)
    except ConfigFileError as exc:
        return complain(exc)
    print(f"{path}: OK")
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
    server.add_argument("config", metavar="CONFIG", type=Path, nargs="?", help="a TOML file")
    server.add_argument("--host", help="listen on this address only; instead of listen.host")
    server.add_argument("--port", type=_port, help="listen on this port; instead of listen.port")
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
    checker.add_argument("config", metavar="CONFIG", type=Path, help="a TOML file")
    return parser


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= 65535):
        raise argparse.ArgumentTypeError("must be a number from 0 to 65535")
    return int(text)
