"""Configuration files, and mistakes in them with the file and line they are on."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from radiocast.config.keys import find_lines, line_of
from radiocast.config.load import load
from radiocast.config.model import Config
from radiocast.errors import ConfigError, Mistake


class ConfigFileError(ConfigError):
    """A configuration file that cannot be used. `lines` says why, one mistake each."""

    def __init__(self, path: Path, text: str, mistakes: Iterable[Mistake]) -> None:
        where = find_lines(text)
        found = sorted(((line_of(mistake, where), mistake) for mistake in mistakes), key=_in_order)
        self.lines = tuple(
            f"{path}:{line}: {mistake}" if line else f"{path}: {mistake}" for line, mistake in found
        )
        super().__init__(*(mistake for _, mistake in found))

    def __str__(self) -> str:
        return "; ".join(self.lines)


def read_config(path: Path) -> Config:
    """Read a configuration file. Raises ConfigFileError."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as exc:
        problem = Mistake("", f"cannot be read: {exc.strerror}")
        raise ConfigFileError(path, "", [problem]) from None
    except UnicodeDecodeError as exc:
        problem = Mistake("", f"is not UTF-8 text: {exc.reason} at byte {exc.start}")
        raise ConfigFileError(path, "", [problem]) from None
    try:
        return load(text)
    except ConfigError as exc:
        raise ConfigFileError(path, text, exc.mistakes) from None


def _in_order(found: tuple[int | None, Mistake]) -> int:
    return found[0] or 0
