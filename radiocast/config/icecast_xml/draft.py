"""What becomes of an icecast.xml while it is read: settings, where they are from, remarks. Pure."""

from __future__ import annotations

from typing import Any

from radiocast.config.icecast_xml.remarks import Kind, Located, Remark
from radiocast.config.icecast_xml.tree import Element
from radiocast.config.keys import Path, full_key
from radiocast.errors import Mistake

Document = dict[str, Any]
"""A configuration as TOML gives it: tables of settings, not yet checked."""


class Draft:
    """A configuration in the making."""

    def __init__(self) -> None:
        self.document: Document = {}
        self.remarks: list[Remark] = []
        self.mistakes: list[Located] = []
        self.default_mount: Element | None = None
        """The mount of `type="default"`."""
        self._origins: dict[str, Element] = {}

    def put(self, path: Path, value: object, element: Element) -> None:
        """Set the setting at `path`, as `element` says; what it was before is forgotten."""
        *tables, key = path
        self._table(tuple(tables))[key] = value
        for length in range(1, len(path)):
            self._origins.setdefault(full_key(path[:length]), element)
        self._origins[full_key(path)] = element

    def open(self, path: Path, element: Element) -> None:
        """Make the table at `path`, even if nothing will be in it."""
        self._table(path)
        self._origins.setdefault(full_key(path), element)

    def get(self, path: Path, default: Any = None) -> Any:
        """The setting or table at `path`."""
        node: Any = self.document
        for key in path:
            if key not in node:
                return default
            node = node[key]
        return node

    def free_name(self, tables: str, name: str) -> str:
        """`name`, or one like it that no table in `tables` has."""
        taken = self.get((tables,), {})
        number, free = len(taken), name
        while free in taken:
            number += 1
            free = f"{name}-{number}"
        return free

    def warn(self, element: Element, text: str) -> None:
        """Something will be other than it is written."""
        self.remarks.append(Remark(Kind.WARNING, element.line, element.where, text))

    def note(self, element: Element, text: str) -> None:
        """Something has no meaning here."""
        self.remarks.append(Remark(Kind.NOTE, element.line, element.where, text))

    def refuse(self, element: Element, problem: str, hint: str = "") -> None:
        """Something cannot be used."""
        self.mistakes.append((element.line, Mistake(element.where, problem, hint)))

    def locate(self, mistake: Mistake) -> Located:
        """A mistake that the reader of settings found, in terms of the XML."""
        element = self._origins.get(mistake.key)
        if element is None:  # of what the file does not say: of all of it
            return 1, mistake
        return element.line, Mistake(element.where, mistake.problem, mistake.hint)

    def origin(self, path: Path) -> Element:
        """The element that said so."""
        return self._origins[full_key(path)]

    def _table(self, path: Path) -> Document:
        node = self.document
        for key in path:
            node = node.setdefault(key, {})
        return node
