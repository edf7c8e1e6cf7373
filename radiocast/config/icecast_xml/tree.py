"""XML to a tree of elements that know their lines. Pure.

Bounded in size and depth; document types, and with them entities, are refused:
nothing is expanded and nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from radiocast.config.icecast_xml.remarks import IcecastXmlError
from radiocast.errors import Mistake
from radiocast.units import MIB, format_size

MAX_BYTES = 4 * MIB
"""Bytes of a file: a thousand mounts take a quarter of it."""

MAX_DEPTH = 16
"""Elements within elements: Icecast's deepest is five."""

MAX_ELEMENTS = 20_000
"""Elements in all."""

MAX_NAME = 64
"""Characters in an element's name."""


@dataclass(slots=True, eq=False)
class Element:
    """One element."""

    name: str
    where: str
    """Its name with those it is in, as `limits/clients`; the root's is left out."""
    line: int
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text in it, without the space around it."""
        return self.verbatim.strip()

    @property
    def verbatim(self) -> str:
        """The text in it as it stands."""
        return "".join(self.parts)

    def named(self, *names: str) -> Iterator[Element]:
        """Its children of these names."""
        return (child for child in self.children if child.name in names)


def parse(data: bytes) -> Element:
    """The root element. Raises IcecastXmlError."""
    if len(data) > MAX_BYTES:
        raise _error(1, f"is larger than {format_size(MAX_BYTES)}")
    return _Parser().parse(data)


class _Parser:
    def __init__(self) -> None:
        self._open: list[Element] = []
        self._root: Element | None = None
        self._count = 0
        self._expat = expat.ParserCreate()
        self._expat.StartElementHandler = self._start
        self._expat.EndElementHandler = self._end
        self._expat.CharacterDataHandler = self._text
        self._expat.StartDoctypeDeclHandler = self._doctype

    def parse(self, data: bytes) -> Element:
        try:
            self._expat.Parse(data, True)
        except expat.ExpatError as exc:
            problem = f"not XML: {expat.ErrorString(exc.code)}"
            raise _error(exc.lineno, problem, "xmllint tells more") from None
        except (LookupError, UnicodeError, ValueError):  # of the codec that the file names
            raise _error(1, "is not written in the encoding that it names") from None
        if self._root is None:  # pragma: no cover: expat has refused it
            raise _error(1, "not XML: no element")
        return self._root

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        line = self._expat.CurrentLineNumber
        too_much = self._count > MAX_ELEMENTS or len(self._open) == MAX_DEPTH
        if too_much or len(name) > MAX_NAME:
            raise _error(line, "has more, deeper or longer elements than an icecast.xml can need")
        where = f"{self._open[-1].where}/{name}" if len(self._open) > 1 else name
        element = Element(name, where, line, attributes)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self._root = element
        self._open.append(element)

    def _end(self, name: str) -> None:
        self._open.pop()

    def _text(self, data: str) -> None:
        self._open[-1].parts.append(data)

    def _doctype(self, *_: object) -> None:
        # A document type defines entities, which a few lines can make gigabytes of, or names files.
        raise _error(self._expat.CurrentLineNumber, "has a <!DOCTYPE>", "leave it out")


def _error(line: int, problem: str, hint: str = "") -> IcecastXmlError:
    return IcecastXmlError([(line, Mistake("", problem, hint))])
