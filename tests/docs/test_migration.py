"""docs/migration.md names every element that is read, and no other; and settings that there are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path

from radiocast.config.icecast_xml.auth import HTPASSWD, URL
from radiocast.config.icecast_xml.root import ICECAST
from radiocast.config.icecast_xml.values import Reader
from radiocast.config.load import TABLES

TEXT = (Path(__file__).parents[2] / "docs" / "migration.md").read_text(encoding="utf-8")

SECTION = re.compile(r"^### In `<(?:authentication type=\")?([\w-]+)\"?>`", re.MULTILINE)
ROW = re.compile(r"^\| (`[^|]*) \| ([^|]*) \|$", re.MULTILINE)


def sections() -> dict[str, str]:
    _, *parts = SECTION.split(TEXT)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def named(section: str) -> list[str]:
    return [name for what, _ in ROW.findall(section) for name in re.findall(r"`([^`]+)`", what)]


def inside(readers: Mapping[str, Reader]) -> Iterator[str]:
    """The names of elements, and of those in them. What can be in a relay is told once."""
    for name, reader in readers.items():
        yield name
        if name != "relay":
            yield from inside(getattr(reader, "readers", {}))


def test_every_element_is_in_the_table_of_its_section_and_nothing_else() -> None:
    listed = sections()
    itself = {"http-headers"}  # what is in it is told with it
    main = [*ICECAST.readers, *inside(getattr(ICECAST.readers["http-headers"], "readers", {}))]
    assert sorted(named(listed.pop("icecast"))) == sorted(main)
    assert sorted(named(listed.pop("htpasswd"))) == sorted(HTPASSWD)
    assert sorted(named(listed.pop("url"))) == sorted(URL)
    for name, reader in ICECAST.readers.items():
        readers = getattr(reader, "readers", {})
        if readers and name not in itself:
            assert sorted(named(listed.pop(name))) == sorted(set(inside(readers))), name
    assert not listed


def test_settings_that_it_names_are_there() -> None:
    found = re.findall(r"`(\w+)\.(\w+)(?: = [^`]+)?`", TEXT)
    assert len(found) > 40
    for table, setting in found:
        if table in TABLES:
            assert setting in {field.name for field in fields(TABLES[table])}, (table, setting)
