"""A document that Icecast 2.5 writes as XML or as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from radiocast.protocols.text import xml_text

Json = Mapping[str, object] | list[object]


@dataclass(frozen=True, slots=True)
class Element:
    """An element of XML: with children, with a text, or empty. Its name is ours."""

    name: str
    children: tuple[Element, ...] = ()
    text: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    namespace: str = ""


def xml(element: Element) -> str:
    """The element as XML. What XML cannot say is left out."""
    said = {**({"xmlns": element.namespace} if element.namespace else {}), **element.attributes}
    attributes = "".join(f' {name}="{xml_text(said[name], quote=True)}"' for name in said)
    content = "".join(map(xml, element.children))
    content += "" if element.text is None else xml_text(element.text)
    if not content and element.text is None:
        return f"<{element.name}{attributes}/>"
    return f"<{element.name}{attributes}>{content}</{element.name}>"


def json_of(element: Element) -> list[object]:
    """The element as Icecast writes what it has no better JSON for: what it is (with the UUID of
    its definition), its attributes, its children."""
    kind: dict[str, object] = {"name": element.name}
    if element.namespace:
        kind["ns"] = element.namespace
    attributes = dict(element.attributes)
    if "definition" in attributes:
        kind["definition"] = attributes.pop("definition")
    if element.name == "icestats":
        return [kind, {child.name: {} for child in element.children}]
    content: list[object] = [json_of(child) for child in element.children]
    if element.text is not None:
        content.append([{"type": "text", "text": element.text, "ns": None}])
    return [kind, attributes, content] if content else [kind, attributes]


def compact(document: Json) -> bytes:
    """JSON without blanks, in UTF-8."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
