"""TOML text to `Config`: every mistake at once, each with its full key and a hint. Pure."""

from __future__ import annotations

import tomllib
from dataclasses import fields, replace
from difflib import get_close_matches
from typing import TypeVar

from radiocast.config.autodj import AutoDjConfig, PlaylistConfig
from radiocast.config.control import ControlConfig
from radiocast.config.fields import (
    Parser,
    SettingError,
    Table,
    parser_of,
    path_of_mount,
    text,
    user,
)
from radiocast.config.keys import Path, full_key
from radiocast.config.live import DjConfig, LiveConfig
from radiocast.config.model import (
    Config,
    LimitsConfig,
    ListenConfig,
    ListenersConfig,
    LogsConfig,
    MountConfig,
    PasswordsConfig,
    StationConfig,
    TlsConfig,
)
from radiocast.config.outputs import OutputConfig
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
}
"""The tables of a file, as TOML names them."""

NAMED = {
    "mounts": '[mounts."/live"]',
    "playlists": "[playlists.night]",
    "outputs": '[outputs."/stream"]',
    "djs": "[djs.anna]",
}
"""Tables that hold one more table for each thing they are about, with an example."""


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
        return Config(
            station=self._table(("station",), document.get("station", {}), StationConfig()),
            listen=self._table(("listen",), document.get("listen", {}), ListenConfig()),
            tls=self._table(("tls",), document.get("tls", {}), TlsConfig()),
            passwords=self._table(("passwords",), document.get("passwords", {}), PasswordsConfig()),
            limits=self._table(("limits",), document.get("limits", {}), LimitsConfig()),
            listeners=self._table(("listeners",), document.get("listeners", {}), ListenersConfig()),
            logs=self._table(("logs",), document.get("logs", {}), LogsConfig()),
            mount_defaults=common,
            mounts=self._named("mounts", document, common, path_of_mount),
            autodj=self._table(("autodj",), document.get("autodj", {}), AutoDjConfig()),
            live=self._table(("live",), document.get("live", {}), LiveConfig()),
            control=self._table(("control",), document.get("control", {}), ControlConfig()),
            playlists=self._named("playlists", document, PlaylistConfig(), text),
            outputs=self._named("outputs", document, OutputConfig(), path_of_mount),
            djs=self._named("djs", document, DjConfig(), user),
        )

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

    def _complain(self, path: Path, problem: str, hint: str) -> None:
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
