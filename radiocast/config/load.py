"""TOML text to `Config`: every mistake at once, each with its full key and a hint. Pure."""

from __future__ import annotations

import tomllib
from dataclasses import fields, replace
from difflib import get_close_matches
from typing import TypeVar

from radiocast.config.access import AccessConfig
from radiocast.config.auth import AuthConfig
from radiocast.config.autodj import AutoDjConfig, PlaylistConfig
from radiocast.config.control import ControlConfig
from radiocast.config.directories import DirectoryConfig
from radiocast.config.fields import (
    Parser,
    SettingError,
    Table,
    parser_of,
    path_of_mount,
    text,
    user,
)
from radiocast.config.files import AliasConfig, FilesConfig, path_of_alias
from radiocast.config.icecast import IcecastConfig
from radiocast.config.keys import Path, full_key
from radiocast.config.live import DjConfig, LiveConfig
from radiocast.config.model import (
    Config,
    LimitsConfig,
    ListenConfig,
    ListenersConfig,
    LogsConfig,
    PasswordsConfig,
    StationConfig,
    TlsConfig,
)
from radiocast.config.mount import MountConfig
from radiocast.config.outputs import OutputConfig
from radiocast.config.process import ProcessConfig
from radiocast.config.relays import MasterConfig, PushConfig, RelayConfig
from radiocast.config.sockets import SocketConfig
from radiocast.errors import ConfigError, Mistake

K = TypeVar("K", bound=Table)

TABLES: dict[str, type[Table]] = {
    "station": StationConfig,
    "listen": ListenConfig,
    "tls": TlsConfig,
    "passwords": PasswordsConfig,
    "limits": LimitsConfig,
    "listeners": ListenersConfig,
    "logs": LogsConfig,
    "mount": MountConfig,
    "autodj": AutoDjConfig,
    "live": LiveConfig,
    "control": ControlConfig,
    "icecast": IcecastConfig,
    "access": AccessConfig,
    "files": FilesConfig,
    "process": ProcessConfig,
    "master": MasterConfig,
}
"""The tables of a file, as TOML names them."""

NAMED = {
    "mounts": '[mounts."/live"]',
    "playlists": "[playlists.night]",
    "outputs": '[outputs."/stream"]',
    "djs": "[djs.anna]",
    "sockets": "[sockets.second]",
    "auth": "[auth.members]",
    "relays": "[relays.news]",
    "pushes": "[pushes.partner]",
    "directories": "[directories.xiph]",
    "aliases": '[aliases."/old"]',
}
"""Tables that hold one more table for each thing they are about, with an example."""


_NAMED: dict[str, tuple[type[Table], Parser[str]]] = {
    "mounts": (MountConfig, path_of_mount),
    "playlists": (PlaylistConfig, text),
    "outputs": (OutputConfig, path_of_mount),
    "djs": (DjConfig, user),
    "sockets": (SocketConfig, text),
    "auth": (AuthConfig, text),
    "relays": (RelayConfig, text),
    "pushes": (PushConfig, text),
    "directories": (DirectoryConfig, text),
    "aliases": (AliasConfig, path_of_alias),
}


def load(text: str) -> Config:
    """Read a configuration. Raises ConfigError, with every mistake that is in it."""
    try:
        # Editors on Windows put a byte order mark in front, which TOML does not know.
        document = tomllib.loads(text.removeprefix("\ufeff"))
    except RecursionError:
        raise ConfigError(Mistake("", "is nested too deeply")) from None
    except ValueError as exc:
        hint = 'a setting is written key = "text" or key = 8000, a table [limits]'
        raise ConfigError(Mistake("", f"not TOML: {exc}", hint)) from None
    return from_document(document)


def from_document(document: dict[str, object]) -> Config:
    """Check what TOML gave, or something else that says it so.

    Raises ConfigError, with every mistake that is in it.
    """
    reader = _Reader()
    config = reader.config(document)
    if reader.mistakes:
        raise ConfigError(*reader.mistakes)
    return config


class _Reader:
    """Takes what it can from a document and remembers what it could not."""

    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []

    def config(self, document: dict[str, object]) -> Config:
        for key in document:
            if key not in TABLES and key not in NAMED:
                self._complain((key,), "no such table or setting", _suggest_table(key))
        common = self._table(("mount",), document.get("mount", {}), MountConfig())
        tables = {
            name: self._table((name,), document.get(name, {}), kind())
            for name, kind in TABLES.items()
            if name != "mount"
        }
        named = {
            name: self._named(name, document, common if name == "mounts" else kind(), check)
            for name, (kind, check) in _NAMED.items()
        }
        config = Config(mount_defaults=common, **tables, **named)  # type: ignore[arg-type]
        self._check_auth(config)
        return config

    def _check_auth(self, config: Config) -> None:
        """A mount names an `[auth]` table that is there."""
        common = config.mount_defaults
        places: list[tuple[Path, MountConfig]] = [(("mount",), common)]
        places += [
            (("mounts", path), mount)
            for path, mount in config.mounts.items()
            if mount.auth != common.auth
        ]
        for place, mount in places:
            if mount.auth is not None and mount.auth not in config.auth:
                self._complain((*place, "auth"), f"there is no [{full_key(('auth', mount.auth))}]")

    def _named(
        self, kind: str, document: dict[str, object], base: K, check: Parser[str]
    ) -> dict[str, K]:
        """The tables in the table `kind`, by their names."""
        given = document.get(kind, {})
        if not isinstance(given, dict):
            self._complain((kind,), "must be a table", f"as {NAMED[kind]}")
            return {}
        tables: dict[str, K] = {}
        for name, settings in given.items():
            try:
                check(name)
            except SettingError as exc:
                self._complain((kind, name), exc.problem, exc.hint)
            else:
                tables[name] = self._table((kind, name), settings, base)
        return tables

    def _table(self, path: Path, given: object, base: K) -> K:
        """`base` with what the table found at `path` says otherwise."""
        if not isinstance(given, dict):
            self._complain(path, "must be a table", f"as [{full_key(path)}]")
            return base
        declared = {field.name: field for field in fields(base)}
        values: dict[str, object] = {}
        for key, value in given.items():
            if key not in declared:
                hint = _suggest_setting(path, key, list(declared))
                self._complain((*path, key), "no such setting", hint)
                continue
            try:
                values[key] = parser_of(declared[key])(value)
            except SettingError as exc:
                self._complain((*path, key), exc.problem, exc.hint)
        table = replace(base, **values)
        for conflict in table.conflicts():
            # What was inherited was complained about where it stands; and next to a
            # setting that could not be read, a conflict with its default is no news.
            said = [key for key in conflict.keys if key in given]
            if said and all(key in values for key in said):
                self._complain((*path, said[0]), conflict.problem, conflict.hint)
        return table

    def _complain(self, path: Path, problem: str, hint: str = "") -> None:
        self.mistakes.append(Mistake(full_key(path), problem, hint))


def _suggest_table(key: str) -> str:
    close = get_close_matches(key, [*TABLES, *NAMED], n=1)
    if close:
        return f"did you mean [{close[0]}]?"
    return _belongs(key) or f"tables are {', '.join([*TABLES, *NAMED])}"


def _suggest_setting(path: Path, key: str, known: list[str]) -> str:
    if path == ("mount",) and key.startswith("/"):
        return f"one mount's settings are in [{full_key(('mounts', key))}]"
    close = get_close_matches(key, known, n=1)
    if close:
        return f"did you mean {close[0]}?"
    return _belongs(key) or f"settings here are {', '.join(known)}"


def _belongs(key: str) -> str:
    homes = [
        f"[{name}]"
        for name, kind in TABLES.items()
        if any(field.name == key for field in fields(kind))
    ]
    return f"it belongs in {' or '.join(homes)}" if homes else ""
