"""icecast.xml to `Config`, with all that is to be said of it. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from radiocast.config.icecast_xml.draft import Document, Draft
from radiocast.config.icecast_xml.remarks import IcecastXmlError, Located, Remark
from radiocast.config.icecast_xml.root import ROOT, read_root
from radiocast.config.icecast_xml.tree import parse
from radiocast.config.load import from_document
from radiocast.config.model import Config
from radiocast.errors import ConfigError, Mistake

_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
"""Byte order marks."""


@dataclass(frozen=True, slots=True)
class Imported:
    """An icecast.xml that was understood."""

    config: Config
    document: Document
    """The same as TOML would give it."""
    remarks: tuple[Remark, ...]
    """What an operator should know, by line."""
    locate: Callable[[Mistake], Located]
    """A mistake that is found later, in terms of the XML."""


def is_icecast_xml(name: str, data: bytes) -> bool:
    """Whether a file is XML: by its first character, or by its name.

    >>> is_icecast_xml("radiocast.conf", b"\\n <icecast>")
    True
    """
    for mark in _MARKS:
        data = data.removeprefix(mark)
    return data.lstrip(b"\0 \t\r\n").startswith(b"<") or name.lower().endswith(".xml")


def read_icecast_xml(data: bytes) -> Imported:
    """Read an icecast.xml. Raises IcecastXmlError, with every mistake that is in it."""
    root = parse(data)
    if root.name != ROOT:
        problem = Mistake("", f"begins with <{root.name}>", "an icecast.xml begins with <icecast>")
        raise IcecastXmlError([(root.line, problem)])
    draft = Draft()
    read_root(draft, root)
    try:
        config = from_document(draft.document)
    except ConfigError as exc:
        raise IcecastXmlError([*draft.mistakes, *map(draft.locate, exc.mistakes)]) from None
    if draft.mistakes:
        raise IcecastXmlError(draft.mistakes)
    remarks = tuple(sorted(draft.remarks, key=lambda remark: remark.line))
    return Imported(config, draft.document, remarks, draft.locate)
