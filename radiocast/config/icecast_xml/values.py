"""How elements are read: each reader puts what it finds into the draft. Pure.

`Section` reads an element with children; the others read one value each. Where
2.4.4 reads a number, it takes what C's atoi makes of the text; ours must be one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from radiocast.config.icecast_xml.draft import Draft
from radiocast.config.icecast_xml.tree import Element
from radiocast.config.keys import Path
from radiocast.units import format_duration, format_size

Reader = Callable[[Draft, Path, Element], None]
"""Reads an element whose settings belong into the table at a path."""

MAX_SUGGESTIONS = 100
"""Remarks after which unknown names are no longer compared with known ones."""

_NUMBER = re.compile(r"[+-]?[0-9]{1,15}")
_YES = {"true", "yes", "on"}
_NO = {"false", "no", "off"}


def _nothing_else(draft: Draft, base: Path, element: Element) -> None:
    """What is done when a section has been read, if it has nothing to add up."""


@dataclass(frozen=True, slots=True)
class Section:
    """An element with others in it."""

    readers: Mapping[str, Reader]
    """By the names of those in it."""
    end: Reader = _nothing_else
    """What is made of them all together."""

    def __call__(self, draft: Draft, base: Path, element: Element) -> None:
        for child in element.children:
            reader = self.readers.get(child.name)
            if reader is None:
                draft.warn(child, f"is no element here{suggest(draft, child.name, self.readers)}")
            else:
                reader(draft, base, child)
                if child.children and not isinstance(reader, Section):
                    draft.warn(child, f"<{child.children[0].name}> is not read here")
        self.end(draft, base, element)


@dataclass(frozen=True, slots=True)
class Later(Section):
    """A section that is read when all others have been, by whoever knows them."""

    def __call__(self, draft: Draft, base: Path, element: Element) -> None:
        pass


def suggest(draft: Draft, name: str, known: Iterable[str]) -> str:
    """What a name nobody knows may have been meant for; empty: nothing."""
    if len(draft.remarks) > MAX_SUGGESTIONS:  # a file of nothing but unknown names is no config
        return ""
    close = get_close_matches(name, known, n=1)
    return f" (did you mean {close[0]}?)" if close else ""


def taken(draft: Draft, base: Path, element: Element) -> None:
    """Read an element that means something only together with others: `Section.end` reads it."""


def meaningless(why: str) -> Reader:
    """Read an element that has no meaning here."""

    def read(draft: Draft, base: Path, element: Element) -> None:
        draft.note(element, f"has no meaning here: {why}")

    return read


def unsupported(why: str) -> Reader:
    """Read an element that asks for what we cannot do."""

    def read(draft: Draft, base: Path, element: Element) -> None:
        draft.warn(element, f"cannot be honoured: {why}")

    return read


def text(*key: str) -> Reader:
    """Text; an empty element says nothing."""

    def read(draft: Draft, base: Path, element: Element) -> None:
        if element.text:
            draft.put(base + key, element.text, element)

    return read


def secret(*key: str) -> Reader:
    """A password: space around it belongs to it."""

    def read(draft: Draft, base: Path, element: Element) -> None:
        if element.verbatim:
            draft.put(base + key, element.verbatim, element)

    return read


def flag(*key: str) -> Reader:
    """Yes or no."""

    def read(draft: Draft, base: Path, element: Element) -> None:
        value = truth(draft, element)
        if value is not None:
            draft.put(base + key, value, element)

    return read


def if_set(*key: str) -> Reader:
    """A yes; a no says nothing, so that it does not undo the yes of the default mount."""

    def read(draft: Draft, base: Path, element: Element) -> None:
        if truth(draft, element):
            draft.put(base + key, True, element)

    return read


def whole(*key: str, least: int, most: int) -> Reader:
    """A number."""
    return _number(key, least, most, str, lambda value: value)


def size(*key: str, least: int, most: int) -> Reader:
    """A number of bytes."""
    return _number(key, least, most, format_size, format_size)


def seconds(*key: str, least: int, most: int) -> Reader:
    """A number of seconds."""
    return _number(key, least, most, format_duration, format_duration)


def _number(
    key: Path, least: int, most: int, said: Callable[[int], str], put: Callable[[int], object]
) -> Reader:
    def read(draft: Draft, base: Path, element: Element) -> None:
        value = number(draft, element)
        if value is not None:
            draft.put(base + key, put(within(draft, element, value, least, most, said)), element)

    return read


def within(
    draft: Draft,
    element: Element,
    value: int,
    least: int,
    most: int,
    said: Callable[[int], str] = str,
) -> int:
    """The number next to `value` that we can have."""
    nearest = min(max(value, least), most)
    if nearest != value:
        draft.warn(
            element, f"{value} is not from {said(least)} to {said(most)}: {said(nearest)} it is"
        )
    return nearest


def number(draft: Draft, element: Element) -> int | None:
    """The number in an element; None: it is empty, or no number, which is a mistake."""
    if not element.text:
        return None
    if not _NUMBER.fullmatch(element.text):
        draft.refuse(element, "must be a whole number")
        return None
    return int(element.text)


def truth(draft: Draft, element: Element) -> bool | None:
    """The yes or no in an element; None: it is empty, or neither, which is a mistake."""
    word = element.text.lower()
    if not word:
        return None
    if _NUMBER.fullmatch(word):
        return int(word) != 0
    if word in _YES | _NO:
        if word in _YES:
            draft.note(element, "is taken for 1, as Icecast 2.5 does; 2.4 reads 0")
        return word in _YES
    draft.refuse(element, "must be 1 or 0")
    return None
