"""The files that a configuration speaks of: whether they can be read, before it is used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from radiocast.config.auth import AuthKind
from radiocast.config.keys import full_key
from radiocast.config.model import Config
from radiocast.errors import ConfigError, Mistake


def check_files(config: Config) -> None:
    """Raises ConfigError, with every file that is missing or cannot be read.

    A file of users may be missing, as with Icecast: the first user that is added makes it.
    """
    mistakes = list(_mistakes(config))
    if mistakes:
        raise ConfigError(*mistakes)


def _mistakes(config: Config) -> Iterator[Mistake]:
    lists = {"allow_file": config.access.allow_file, "deny_file": config.access.deny_file}
    for name, path in lists.items():
        problem = _problem_of(Path(path)) if path else ""
        if problem:
            yield Mistake(f"access.{name}", f"{path}: {problem}", "one address or network a line")
    for name, table in config.auth.items():
        if table.kind is not AuthKind.HTPASSWD:
            continue
        file = Path(table.file)
        problem = _problem_of(file if file.exists() else file.parent)
        if problem:
            hint = "a file of name:hash lines, as htpasswd -B makes it"
            yield Mistake(full_key(("auth", name, "file")), f"{file}: {problem}", hint)


def _problem_of(path: Path) -> str:
    try:
        if path.is_dir():
            next(path.iterdir(), None)
        else:
            path.open("rb").close()
    except OSError as exc:
        return exc.strerror or str(exc)
    return ""
