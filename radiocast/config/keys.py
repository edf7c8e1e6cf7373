"""Full keys such as `mounts."/live".burst`, and where in a file they are. Pure.

tomllib tells no positions, so the lines are read again here, one by one, each
by tomllib itself. A setting inside an inline table is found by the line of the
table; text over several lines that looks like settings can mislead us. Both
only cost a line number.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping

from radiocast.errors import Mistake

Path = tuple[str, ...]

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SAID_BY_TOMLLIB = re.compile(r"\(at line ([0-9]+), column [0-9]+\)")


def full_key(path: Path) -> str:
    """The key as the operator may write it.

    >>> full_key(("mounts", "/live", "burst"))
    'mounts."/live".burst'
    """
    return ".".join(part if _BARE.fullmatch(part) else quoted(part) for part in path)


def find_lines(text: str) -> Mapping[Path, int]:
    """The line, from 1, on which each table and each setting of a TOML text begins."""
    found: dict[Path, int] = {}
    table: Path = ()
    for number, line in enumerate(text.split("\n"), start=1):
        if line.lstrip().startswith("["):
            table = _path_of(line) or table
            found.setdefault(table, number)
        elif "=" in line:
            path = _path_of(line.partition("=")[0] + "= 0")
            if path:
                found.setdefault(table + path, number)
    return found


def line_of(mistake: Mistake, lines: Mapping[Path, int]) -> int | None:
    """The line of a mistake, or of the table it is in; None: the file as a whole."""
    said = _SAID_BY_TOMLLIB.search(mistake.problem)
    if not mistake.key:
        return int(said[1]) if said else None
    path = _path_of(f"{mistake.key} = 0")
    while path:
        if path in lines:
            return lines[path]
        path = path[:-1]
    return None


def quoted(part: str) -> str:
    """Text as TOML writes it."""
    # TOML's basic strings are JSON's, but for DEL, which TOML wants escaped.
    return json.dumps(part, ensure_ascii=False).replace("\x7f", "\\u007f")


def _path_of(line: str) -> Path:
    """The key that one line of TOML is about; empty: the line is not TOML by itself."""
    try:
        node: object = tomllib.loads(line)
    except (ValueError, RecursionError):
        return ()
    path: list[str] = []
    while isinstance(node, dict) and node:
        key, node = next(iter(node.items()))
        path.append(key)
    return tuple(path)
