"""`<http-headers>`: what goes into responses besides. Pure."""

from __future__ import annotations

from radiocast.config.fields import header
from radiocast.config.icecast_xml.draft import Draft
from radiocast.config.icecast_xml.tree import Element
from radiocast.config.icecast_xml.values import Reader, Section, taken
from radiocast.config.keys import Path

CORS = "cors"
"""2.5's type of headers that are for pages of other sites; without a value, for all of them."""

_OF_ALL_SITES = {"access-control-allow-origin": "*"}


def headers(*key: str) -> Reader:
    """The headers of a section, added to those that are there."""

    def end(draft: Draft, base: Path, element: Element) -> None:
        lines = [_line(draft, child) for child in element.named("header")]
        there = draft.get(base + key, [])
        draft.put(base + key, [*there, *filter(None, lines)], element)

    return Section({"header": taken}, end)


def _line(draft: Draft, element: Element) -> str:
    """One header as radiocast.toml writes it; empty: none."""
    given = element.attributes
    name, value, status = given.get("name", ""), given.get("value"), given.get("status", "")
    kind = given.get("type", "static")
    if kind == CORS and value is None:
        value = _OF_ALL_SITES.get(name.lower())
        if value is None:
            draft.note(element, "has no meaning here: such headers are sent where they are needed")
            return ""
    elif kind not in ("static", CORS):
        draft.warn(element, f"cannot be honoured: a header of the type {kind[:40]!r}")
        return ""
    if value is None:
        draft.refuse(element, "must have a name and a value")
        return ""
    line = f"{status} {name}: {value}" if status not in ("", "0") else f"{name}: {value}"
    try:
        header(line)
    except ValueError as exc:
        draft.refuse(element, str(exc), 'as name="X-Name" value="text" status="404"')
        return ""
    return line
