"""Configuration files, TOML or icecast.xml, and mistakes in them with their file and line."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from radiocast.config.icecast_xml.read import Imported, is_icecast_xml, read_icecast_xml
from radiocast.config.icecast_xml.remarks import IcecastXmlError
from radiocast.config.keys import find_lines, line_of
from radiocast.config.load import load
from radiocast.config.model import Config
from radiocast.errors import ConfigError, Mistake

Located = tuple[int | None, Mistake]
"""A mistake in the words of the file, and its line; None: it is about no line."""


class ConfigFileError(ConfigError):
    """A configuration file that cannot be used. `lines` says why, one mistake each."""

    def __init__(self, path: Path, located: Iterable[Located]) -> None:
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
    locate: Callable[[Mistake], Located] | None = None
    """Where a mistake is in it; None: there is no file."""
    imported: Imported | None = None
    """What is to be said of an icecast.xml; None: it is TOML."""

    def located(self, found: ConfigError) -> ConfigError:
        """What was found later, as on this machine, with its lines."""
        if self.locate is None or not all(mistake.key for mistake in found.mistakes):
            return found
        return ConfigFileError(self.path, map(self.locate, found.mistakes))


def read_file(path: Path) -> ConfigFile:
    """Read a configuration file. Raises ConfigFileError."""
    try:
        data = path.read_bytes()
    except OSError as exc:
        problem = Mistake("", f"cannot be read: {exc.strerror}")
        raise ConfigFileError(path, [(None, problem)]) from None
    if not is_icecast_xml(path.name, data):
        return _read_toml(path, data)
    try:
        imported = read_icecast_xml(data)
    except IcecastXmlError as exc:
        raise ConfigFileError(path, exc.located) from None
    return ConfigFile(path, imported.config, imported.locate, imported)


def read_config(path: Path) -> Config:
    """The configuration in a file. Raises ConfigFileError."""
    return read_file(path).config


def _read_toml(path: Path, data: bytes) -> ConfigFile:
    try:
        text = data.decode().replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as exc:
        problem = Mistake("", f"is not UTF-8 text: {exc.reason} at byte {exc.start}")
        raise ConfigFileError(path, [(None, problem)]) from None
    locate = partial(_locate, text)
    try:
        return ConfigFile(path, load(text), locate)
    except ConfigError as exc:
        raise ConfigFileError(path, map(locate, exc.mistakes)) from None


def _locate(text: str, mistake: Mistake) -> Located:
    return line_of(mistake, find_lines(text)), mistake


def _in_order(found: Located) -> int:
    return found[0] or 0
