"""What an Icecast's operator is used to: its command line, its configuration, its background."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from radiocast import __version__
from radiocast.cli.files import ConfigFile, ConfigFileError
from radiocast.cli.passwords import generate_password
from radiocast.config.icecast_xml.remarks import Kind, gathered
from radiocast.config.model import Config
from radiocast.config.write import to_toml
from radiocast.errors import Mistake

logger = logging.getLogger(__name__)

_OPTIONS = ("-c", "-b", "-v")


def is_its_command_line(argv: Sequence[str]) -> bool:
    """Whether these are the arguments of an `icecast2`, which has options and no commands."""
    return bool(argv) and argv[0][:2] in _OPTIONS


def parse_its_command_line(argv: Sequence[str]) -> argparse.Namespace:
    """Read `-c icecast.xml [-b]` into `config` and `background`."""
    parser = argparse.ArgumentParser(
        prog="radiocast", description="Run a station, started like an Icecast."
    )
    parser.add_argument(
        "-c", dest="config", metavar="CONFIG", type=Path, required=True, help="an icecast.xml"
    )
    parser.add_argument("-b", dest="background", action="store_true", help="in the background")
    parser.add_argument("-v", action="version", version=f"radiocast {__version__}")
    return parser.parse_args(argv)


def remark_lines(file: ConfigFile) -> Iterator[tuple[Kind, str]]:
    """What is to be said of a file, a line each; what is said of several lines is said once."""
    if file.imported is not None:
        for remark, lines in gathered(file.imported.remarks):
            yield remark.kind, f"{file.path}:{lines}: {remark}"


def tell(file: ConfigFile) -> None:
    """Put what is to be said into the log; where that is a file, warnings are shown besides."""
    levels = {Kind.WARNING: logging.WARNING, Kind.NOTE: logging.INFO}
    for kind, line in remark_lines(file):
        logger.log(levels[kind], "%s", line)
        if kind is Kind.WARNING and file.config.logs.file:
            print(f"radiocast: {line}", file=sys.stderr)


def close_gaps(config: Config) -> Config:
    """Where an icecast.xml has no password, nobody gets in: so nobody is told the one that is."""
    given = config.passwords
    passwords = replace(
        given,
        source=given.source or generate_password(),
        admin=given.admin or generate_password(),
    )
    return replace(config, passwords=passwords)


def as_toml(file: ConfigFile) -> str:
    """The radiocast.toml that says what an icecast.xml does. Raises ConfigFileError."""
    imported = file.imported
    if imported is None:
        problem = Mistake("", "is no icecast.xml", "radiocast.toml needs no import")
        raise ConfigFileError(file.path, [(None, problem)])
    remarks = [line for _, line in remark_lines(file)]
    comments = [
        f"From {file.path}, by radiocast import. What is not here has its default, which",
        "conf/radiocast.toml tells.",
        *(["", *remarks] if remarks else []),
    ]
    return to_toml(imported.document, imported.config, comments)


def detach() -> bool:
    """Go on in the background. False: this is the process in the foreground, which may end."""
    if pid := os.fork():
        print(f"radiocast runs in the background, as process {pid}", flush=True)
        return False
    os.setsid()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    os.close(nowhere)
    return True
