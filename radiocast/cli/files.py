"""Configuration files, TOML or icecast.xml, and mistakes in them with their file and line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from radiocast.config.icecast_xml.read import Imported, is_icecast_xml, read_icecast_xml
from radiocast.config.icecast_xml.remarks import IcecastXmlError
from radiocast.config.keys import find_lines, line_of
from radiocast.config.load import load
from radiocast.config.model import Config
from radiocast.errors import ConfigError, Mistake


class ConfigFileError(ConfigError):
    """A configuration file that cannot be used. `lines` says why, one mistake each."""

    def __init__(self, path: Path, located: Iterable[tuple[int | None, Mistake]]) -> None:
        found = sorted(located, key=_in_order)
        self.lines = tuple(
            f"{path}:{line}: {mistake}" if line else f"{path}: {mistake}" for line, mistake in found
        )
        super().__init__(*(mistake for _, mistake in found))

    def __str__(self) -> str:
        return "; ".join(self.lines)


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """What is in a configuration file."""

    path: Path
    config: Config
    imported: Imported | None = None
    """What is to be said of an icecast.xml; None: it is TOML."""


def read_file(path: Path) -> ConfigFile:
    """Read a configuration file. Raises ConfigFileError."""
    try:
        data = path.read_bytes()
    except OSError as exc:
        problem = Mistake("", f"cannot be read: {exc.strerror}")
        raise ConfigFileError(path, [(None, problem)]) from None
    if not is_icecast_xml(path.name, data):
        return ConfigFile(path, _read_toml(path, data))
    try:
        imported = read_icecast_xml(data)
    except IcecastXmlError as exc:
        raise ConfigFileError(path, exc.located) from None
    return ConfigFile(path, imported.config, imported)


def read_config(path: Path) -> Config:
    """The configuration in a file. Raises ConfigFileError."""
    return read_file(path).config


def _read_toml(path: Path, data: bytes) -> Config:
    try:
        text = data.decode().replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as exc:
        problem = Mistake("", f"is not UTF-8 text: {exc.reason} at byte {exc.start}")
        raise ConfigFileError(path, [(None, problem)]) from None
    try:
        return load(text)
    except ConfigError as exc:
        where = find_lines(text)
        located = [(line_of(mistake, where), mistake) for mistake in exc.mistakes]
        raise ConfigFileError(path, located) from None


def _in_order(found: tuple[int | None, Mistake]) -> int:
    return found[0] or 0
