"""A configuration as TOML text. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from typing import Any

from radiocast.config.fields import Table
from radiocast.config.keys import Path, full_key, quoted
from radiocast.config.load import NAMED, TABLES
from radiocast.config.model import Config

WIDTH = 100
"""Characters in a line, where lists can be broken."""


def to_toml(document: Mapping[str, Any], config: Config, comments: Iterable[str] = ()) -> str:
    """A `document`, which is `config` as TOML gives it, as text that `load` reads back.

    Settings that have their default are left out. The comments stand in front.
    """
    parts = ["".join(f"# {line}".rstrip() + "\n" for line in comments)]
    for name in TABLES:
        parsed = config.mount_defaults if name == "mount" else getattr(config, name)
        parts.append(_table((name,), document.get(name, {}), parsed, type(parsed)()))
    for name in NAMED:
        for key, settings in document.get(name, {}).items():
            parsed = getattr(config, name)[key]
            base = config.mount_defaults if name == "mounts" else type(parsed)()
            parts.append(_table((name, key), settings, parsed, base, even_if_empty=True))
    return "\n".join(filter(None, parts))


def _table(
    path: Path,
    settings: Mapping[str, object],
    parsed: Table,
    base: Table,
    *,
    even_if_empty: bool = False,
) -> str:
    """A table with its settings in the order in which they are declared."""
    lines = [
        line
        for field in fields(parsed)
        if field.name in settings and getattr(parsed, field.name) != getattr(base, field.name)
        for line in _setting(field.name, settings[field.name])
    ]
    return "\n".join((f"[{full_key(path)}]", *lines, "")) if lines or even_if_empty else ""


def _setting(key: str, value: object) -> Iterator[str]:
    line = f"{key} = {_value(value)}"
    if not isinstance(value, list) or len(line) <= WIDTH:
        yield line
        return
    yield f"{key} = ["
    for each in value:
        yield f"  {_value(each)},"
    yield "]"


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return quoted(str(value))
