"""`<option name="..." value="...">`: settings by name, in several places. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from radiocast.config.icecast_xml.draft import Draft
from radiocast.config.icecast_xml.tree import Element
from radiocast.config.icecast_xml.values import Reader, suggest
from radiocast.config.keys import Path


def options_of(draft: Draft, base: Path, element: Element, readers: Mapping[str, Reader]) -> None:
    """Read the options in an element, each as an element of that name and text would be."""
    for option in element.named("option"):
        name = option.attributes.get("name", "")
        where = f"{option.where} {name[:40]!r}"
        value = option.attributes.get("value", "")
        named = replace(option, name=name, where=where, parts=[value])
        if (reader := readers.get(name)) is not None:
            reader(draft, base, named)
        else:
            draft.warn(named, f"is no option here{suggest(draft, name[:40], readers)}")
