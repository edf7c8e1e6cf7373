"""`radiocast check`: what would keep a station from starting, while the old one still runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from radiocast.access.files import check_files
from radiocast.config.model import Config, LogsConfig
from radiocast.errors import ConfigError, Mistake
from radiocast.server.process import find_user
from radiocast.server.tls import make_context


def check_surroundings(config: Config) -> None:
    """Look for what the configuration names on this machine, but open no port and write nothing.

    Raises ConfigError. With a chroot nothing is looked for: all paths are within it.
    """
    find_user(config.process)
    if config.process.chroot:
        return
    check_files(config)
    make_context(config.tls)
    mistakes = list(_logs_without_a_place(config.logs))
    if mistakes:
        raise ConfigError(*mistakes)


def _logs_without_a_place(config: LogsConfig) -> Iterator[Mistake]:
    for name in ("file", "access", "playlist"):
        path = getattr(config, name)
        if path not in ("", "-") and not Path(path).parent.is_dir():
            hint = "make it, and let the station's user write to it"
            yield Mistake(f"logs.{name}", f"{path}: there is no such directory", hint)
