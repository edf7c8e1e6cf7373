"""`radiocast sign`: an address that opens a mount for a while."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from radiocast.access.signed import signed_path
from radiocast.cli.arguments import duration
from radiocast.cli.files import read_config
from radiocast.config.auth import AuthKind
from radiocast.config.keys import full_key
from radiocast.config.model import Config
from radiocast.errors import ConfigError, Mistake

DEFAULT_CONFIG = Path("radiocast.toml")

EXAMPLES = """\
examples:
  radiocast sign /live --for 2h                         for whoever has it, two hours long
  radiocast sign /live --for 30d --user anna            listclients and logs will say anna
  radiocast sign /live --for 1h --ip 203.0.113.7        for this address alone
  radiocast sign /live --for 2h --config /etc/radiocast.toml

The mount's auth must be of kind "signed". How a site makes such links itself: docs/access.md.
"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "sign",
        help="make a link that is good for a while",
        description="Make an address by which a mount can be heard for a while.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("mount", metavar="MOUNT", help="the path of the mount, as /live")
    parser.add_argument(
        "--for", dest="seconds", type=duration, required=True, metavar="TIME", help="as 2h or 30d"
    )
    parser.add_argument("--user", default="", metavar="NAME", help="the listener's name")
    parser.add_argument("--ip", default="", metavar="ADDRESS", help="the only one it is good for")
    parser.add_argument(
        "--config",
        type=Path,
        default=DEFAULT_CONFIG,
        metavar="FILE",
        help=f"the station's; default: {DEFAULT_CONFIG}",
    )


def sign(arguments: argparse.Namespace) -> None:
    """Print the address. Raises ConfigError where the mount's links are not signed."""
    config = read_config(arguments.config)
    mount: str = arguments.mount
    secret = secret_of(config, mount)
    expires = int(time.time() + arguments.seconds)
    path = signed_path(secret, mount, expires, arguments.user, arguments.ip)
    print(f"http://{config.station.host}:{config.listen.port}{path}")


def secret_of(config: Config, mount: str) -> str:
    """What the links of a mount are signed with. Raises ConfigError if they are not."""
    name = config.mount(mount).auth
    table = config.auth[name] if name is not None else None
    if table is None or table.kind is not AuthKind.SIGNED or table.secret is None:
        hint = 'its auth names a table with kind = "signed"'
        raise ConfigError(Mistake(full_key(("mounts", mount, "auth")), "is not signed", hint))
    return table.secret
